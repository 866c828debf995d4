"""How sure the return of an initiative is, and what it rests on."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics.contexts import value as context
from metrics.views.past import past_of
from portfolio.access import initiative_or_404
from portfolio.views.door import PageRequest, page
from web.context import formats_of


@require_safe
@page
def value(request: PageRequest, key: str) -> HttpResponse:
    """The value page."""
    initiative = initiative_or_404(request.actor, key)
    shown = context.build(initiative, formats_of(request), past_of(request, initiative))
    return render(request, "metrics/value.html", {"page": shown})
