"""Ranges of an initiative's drivers, and a hurdle of its own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import require
from accounts.choices import Permission
from portfolio.access import initiative_or_404, may_write, require_write
from portfolio.choices import DriverName
from portfolio.contexts.drivers import driver_page, drivers_page, hurdle_page
from portfolio.forms.drivers import POINTS, WORDS, DriverForm, HurdleForm
from portfolio.services.drivers import record_drivers, set_hurdle
from portfolio.views.door import PageRequest, page, posted, show_form, taken, today_of
from web.context import formats_of

BEING_WORKED_OUT = "The figures are being worked out again."


@page
def drivers(request: PageRequest, key: str) -> HttpResponse:
    """What is uncertain about the initiative, and what is believed of it; each is changed on its own page."""
    initiative = initiative_or_404(request.actor, key)
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_MONEY)
    rows, writes = drivers_page(request.actor, initiative, formats_of(request))
    return render(request, "portfolio/drivers.html", {"initiative": initiative, "rows": rows, "may_write": writes})


@page
def driver(request: PageRequest, key: str, name: str) -> HttpResponse:
    """One driver: its three points, and what was recorded before."""
    initiative = initiative_or_404(request.actor, key)
    if name not in WORDS:
        raise Http404("No such driver.")
    shown = driver_page(initiative, DriverName(name), formats_of(request))
    held = shown.holds.fact if shown.holds else None
    initial = {point: getattr(held, point) for point in POINTS} if held else {}
    form = DriverForm(**posted(request), name=DriverName(name), initial=initial)
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_MONEY)
    now = timezone.now()
    if taken(
        request, form, lambda: record_drivers(actor=request.actor, initiative=initiative, now=now, rows=[form.row()])
    ):
        messages.success(request, f"{shown.words.label}: recorded. {BEING_WORKED_OUT}")
        return redirect("drivers", initiative.key)
    writes = may_write(request.actor, initiative, Permission.WRITE_MONEY)
    context = {"form": form, "initiative": initiative, "shown": shown, "may_write": writes}
    return show_form(request, "portfolio/driver.html", context)


@page
def hurdle(request: PageRequest, key: str) -> HttpResponse:
    """The least return that finance asks of this initiative, and the form that changes it."""
    initiative, now = initiative_or_404(request.actor, key), timezone.now()
    today = today_of(request, now)
    form = HurdleForm(**posted(request), initial={"on": today})
    if request.method == "POST":
        require(request.actor, Permission.CONFIRM)
    if taken(
        request, form, lambda: set_hurdle(actor=request.actor, initiative=initiative, now=now, **form.cleaned_data)
    ):
        messages.success(request, f"The hurdle of {initiative.name} is set. {BEING_WORKED_OUT}")
        return redirect("initiative_hurdle", initiative.key)
    shown = hurdle_page(request.actor, initiative, today, formats_of(request))
    return show_form(request, "portfolio/hurdle.html", {"form": form, "initiative": initiative, "shown": shown})
