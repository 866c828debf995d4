"""Where a figure comes from, and the methods behind all of them."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts import figure_page, methods, record
from metrics.contexts.published_rates import summary_of
from metrics.inputs import rates_on
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import figure_at
from metrics.selectors import figure_id as id_of_figure
from metrics.services import figures_as_of, totals_on
from metrics.views.past import day_of
from portfolio.views.door import PageRequest, page
from web.context import formats_of


@require_safe
@page
def figure(request: PageRequest, figure_id: str) -> HttpResponse:
    """The inputs of one figure; with a day in the URL, of the same figure as believed at its end."""
    now = timezone.now()
    day = day_of(request, now)
    believed = "" if day is None else _believed(request, figure_id, day, now)
    if believed:
        return redirect("figure", believed)
    shown = figure_page.build(request.actor, figure_id, formats_of(request))
    return render(request, "metrics/figure.html", {"page": shown})


def _believed(request: PageRequest, figure_id: str, day: date, now: datetime) -> str:
    """The id of the same figure as believed at the end of a day; empty, with a message, where there was none."""
    workspace = request.actor.workspace
    found = figure_at(workspace, figure_id)
    if found is None:
        raise Http404("No such figure.")
    then: Snapshot | PortfolioSnapshot | None
    if isinstance(found.snapshot, PortfolioSnapshot):
        then = totals_on(workspace=workspace, as_of=day, now=now, clock=timezone.now).totals
    else:
        key = found.snapshot.initiative_id
        then = figures_as_of(workspace=workspace, initiative_id=key, as_of=day, now=now, clock=timezone.now)
    believed = "" if then is None else id_of_figure(then, found.name)
    if believed and figure_at(workspace, believed):
        return believed
    messages.error(request, f"This figure is not known as believed on {formats_of(request).day(day)}.")
    return ""


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
