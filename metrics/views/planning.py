"""The smallest changes that a KPI can show."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts import planning as context
from portfolio.access import kpi_or_404
from portfolio.views.door import PageRequest, page, today_of
from web.context import formats_of


@require_safe
@page
def detectable(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """The page of a KPI of an initiative."""
    kpi = kpi_or_404(request.actor, pk)
    if kpi.initiative.key != key:
        raise Http404("No such KPI.")
    shown = context.build(kpi, today_of(request, timezone.now()), formats_of(request))
    return render(request, "metrics/detectable.html", {"page": shown})
