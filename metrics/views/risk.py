"""The risk of the portfolio, and one cause of one initiative."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts.risk import cause as of_cause
from metrics.contexts.risk import page as of_portfolio
from metrics.views.past import past_of, past_totals_of
from portfolio.access import initiative_or_404
from portfolio.choices import Cause
from portfolio.views.door import PageRequest, page, today_of
from web.context import formats_of


@require_safe
@page
def risk(request: PageRequest) -> HttpResponse:
    """The risk page, of now or of the day in `?as_of=`."""
    query = request.GET.dict()
    past = past_totals_of(request, timezone.now())
    query["as_of"] = past.day.isoformat() if past else ""
    shown = of_portfolio.build(request.actor, query, formats_of(request), timezone.now, past)
    return render(request, "metrics/risk.html", {"page": shown})


@require_safe
@page
def cause(request: PageRequest, key: str, name: str) -> HttpResponse:
    """One cause of failure of one initiative: reasons and actions."""
    initiative = initiative_or_404(request.actor, key)
    if name not in set(Cause):
        raise Http404("No such cause.")
    past = past_of(request, initiative)
    day = past.believed.as_of_date if past else today_of(request, timezone.now())
    shown = of_cause.build(request.actor, initiative, Cause(name), formats_of(request), day, past)
    return render(request, "metrics/risk_cause.html", {"page": shown})
