"""The first page: the portfolio at a glance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.views.past import past_totals_of, wants_restated
from notices.contexts import overview
from portfolio.views.door import PageRequest, page
from web.context import formats_of


@require_safe
@page
def overview_page(request: PageRequest) -> HttpResponse:
    """Verdict, decisions, trend, gap to plan, and the initiatives, most doubtful first."""
    past = past_totals_of(request, timezone.now(), restated=wants_restated(request))
    shown = overview.build(request.actor, formats_of(request), timezone.now, past)
    return render(request, "notices/overview.html", {"overview": shown})
