"""The history of an initiative's figures."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics.contexts import history as context
from portfolio.access import initiative_or_404
from portfolio.views.door import PageRequest, page
from web.context import formats_of

MOST_DIGITS = 6


@require_safe
@page
def history(request: PageRequest, key: str) -> HttpResponse:
    """Every snapshot that counted, newest first; `?page=` from 1, and what is no page is the first."""
    initiative = initiative_or_404(request.actor, key)
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1
    return render(
        request, "metrics/history.html", {"page": context.build(initiative, max(number, 1), formats_of(request))}
    )
