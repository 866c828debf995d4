"""The past day that a page is asked for, and what is known of it."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts.past import PastFigures, PastTotalsShown
from metrics.models import Kind, Snapshot
from metrics.selectors import past_work
from metrics.services import PastAnswer, figures_as_of, figures_restated, totals_on
from metrics.tasks import ring_for_past_totals
from portfolio.models import Initiative, WorkState
from portfolio.models.fields import EARLIEST
from portfolio.views.door import PageRequest, page, today_of
from web.context import HEEDS_A_DAY

NOTHING_NEW = 204


def day_of(request: PageRequest, now: datetime) -> date | None:
    """The day in `?as_of=`; None without one, or where it is refused in words. Marks the page as one that heeds it."""
    setattr(request, HEEDS_A_DAY, True)
    text = request.GET.get("as_of", "")
    day = _day(text)
    if text and day is None:
        messages.error(request, "Give a day such as 2026-09-30. These are the figures of now.")
    if day is not None and day > today_of(request, now):
        messages.error(request, f"{day} has not come yet. These are the figures of now.")
        return None
    return day


def past_of(request: PageRequest, initiative: Initiative) -> PastFigures | None:
    """The figures of an initiative for the day in the URL, with those known now where `restated=true` asks for them."""
    now = timezone.now()
    day = day_of(request, now)
    if day is None:
        return None

    def figures(find: Callable[..., Snapshot]) -> Snapshot:
        workspace = request.actor.workspace
        return find(workspace=workspace, initiative_id=initiative.pk, as_of=day, now=now, clock=timezone.now)

    return PastFigures(figures(figures_as_of), figures(figures_restated) if wants_restated(request) else None)


def past_totals_of(request: PageRequest, now: datetime, *, restated: bool = False) -> PastTotalsShown | None:
    """The totals for the day in the URL; rings for those that a worker has to work out."""
    day = day_of(request, now)
    if day is None:
        return None
    believed = _totals(request, Kind.AS_OF, day, now)
    return PastTotalsShown(day, believed, _totals(request, Kind.RESTATED, day, now) if restated else None)


def wants_restated(request: PageRequest) -> bool:
    """Whether the URL asks for what is known now about the time up to its day."""
    return request.GET.get("restated") == "true"


@require_safe
@page
def state(request: PageRequest, kind: str, day: str) -> HttpResponse:
    """What a page asks while totals of a past day are worked out: nothing new yet, or a line that loads it again."""
    as_of = _day(day)
    work = past_work(request.actor.workspace, kind, as_of) if as_of else None
    if work is None:
        raise Http404("Nobody asked for the totals of that day.")
    if work.state in {WorkState.WAITING, WorkState.RUNNING}:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "metrics/_past_done.html", {"has_failed": work.state == WorkState.FAILED})


def _totals(request: PageRequest, kind: Kind, day: date, now: datetime) -> PastAnswer:
    answer = totals_on(workspace=request.actor.workspace, kind=kind, as_of=day, now=now, clock=timezone.now)
    if answer.waiting is not None:
        ring_for_past_totals(answer.waiting)
    return answer


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= EARLIEST else None
