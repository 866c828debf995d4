"""What was believed on a day, for the pages that can show it."""

from datetime import date

from django.contrib import messages
from django.utils import timezone

from metrics.models import Snapshot
from metrics.services import DayAhead, figures_as_of
from portfolio.models import Initiative
from portfolio.models.fields import EARLIEST
from portfolio.views.door import PageRequest


def past_of(request: PageRequest, initiative: Initiative) -> Snapshot | None:
    """The figures believed at the end of the day in `?as_of=`; None without one, or where it is refused in words."""
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if day < EARLIEST:
            raise ValueError(text)
        return figures_as_of(
            workspace=request.actor.workspace,
            initiative_id=initiative.pk,
            as_of=day,
            now=timezone.now(),
            clock=timezone.now,
        )
    except DayAhead as error:
        messages.error(request, f"{error} These are the figures of now.")
    except ValueError:
        messages.error(request, "Give a day such as 2026-09-30. These are the figures of now.")
    return None
