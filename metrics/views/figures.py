"""Where a figure comes from, and the methods behind all of them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from metrics.contexts import figure_page, methods, record
from metrics.contexts.published_rates import summary_of
from metrics.inputs import rates_on
from portfolio.views.door import PageRequest, page
from web.context import formats_of


@require_safe
@page
def figure(request: PageRequest, figure_id: str) -> HttpResponse:
    """The inputs of one figure."""
    shown = figure_page.build(request.actor, figure_id, formats_of(request))
    return render(request, "metrics/figure.html", {"page": shown})


@require_safe
@page
def method(request: PageRequest) -> HttpResponse:
    """How every figure is worked out, where its limits are, and what the risk model was worth so far."""
    formats = formats_of(request)
    shown = {
        "groups": methods.groups(),
        "record": record.build(request.actor.workspace.pk, formats),
        "published": summary_of(rates_on(request.actor.workspace, None), formats),
    }
    return render(request, "metrics/method.html", shown)


@require_safe
@page
def method_page(request: PageRequest, name: str) -> HttpResponse:
    """How one figure is worked out."""
    try:
        shown = {"html": methods.document(name), "title": methods.title_of(name)}
    except KeyError:
        raise Http404 from None
    return render(request, "metrics/method_page.html", shown)
