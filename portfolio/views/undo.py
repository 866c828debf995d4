"""Undoing what was just saved of an initiative."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portfolio.access import initiative_or_404
from portfolio.models import Initiative
from portfolio.services.errors import RowErrors
from portfolio.services.undo import undo_save
from portfolio.views.door import PageRequest, page
from web import undo as web_undo

TOO_LATE = "It is too late to undo that. Withdraw or correct what is wrong."


def offer_undo(
    request: PageRequest, words: str, initiative: Initiative, saved_at: datetime, back: str, query: str = ""
) -> None:
    """Says what was saved, with a button that takes it back.

    Args:
        saved_at: the instant at which all of it was recorded.
        back: the URL name of the page of the initiative on which it was typed.
        query: what follows that page's address.
    """
    act = {"by": request.user.pk, "at": saved_at.isoformat(), "back": back, "query": query}
    web_undo.offer(request, words, reverse("undo", args=[initiative.key, web_undo.sealed(act)]))


@require_POST
@page
def undo(request: PageRequest, key: str, token: str) -> HttpResponse:
    """Takes back what one save of a page recorded, and leads back to that page."""
    initiative = initiative_or_404(request.actor, key)
    act = web_undo.opened(token)
    if act is None:
        messages.error(request, TOO_LATE)
        return redirect("initiative", initiative.key)
    if act["by"] != request.user.pk:
        raise Http404("Nothing of yours to undo.")
    _undo(request, initiative, act)
    return redirect(reverse(act["back"], args=[initiative.key]) + act["query"])


def _undo(request: PageRequest, initiative: Initiative, act: dict[str, Any]) -> None:
    saved_at = datetime.fromisoformat(act["at"])
    try:
        undo_save(actor=request.actor, initiative=initiative, saved_at=saved_at, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except RowErrors as error:
        messages.error(request, error.rows[0].message)
    else:
        messages.success(request, "Undone. The figures are as they were before, or will be in a moment.")
