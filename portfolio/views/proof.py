"""What backs a KPI's effect: outcomes of trials, use by controls, destinations of saved time."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import may_write, require_write
from portfolio.choices import BenefitClass, Design, Family
from portfolio.contexts.proof import control_doses_of, controls_of, destinations_of, trials_of
from portfolio.forms.base import RecordForm
from portfolio.forms.kpis import DESIGNS
from portfolio.forms.proof import ControlDoseForm, DestinationForm, ShareTrialForm, TrialForm
from portfolio.models import Kpi
from portfolio.services.proof import record_control_doses, record_destinations, record_trials
from portfolio.views.door import (
    PageRequest,
    kpi_of_initiative_or_404,
    page,
    posted,
    show_form,
    taken,
    today_of,
)
from web.context import formats_of

BEING_WORKED_OUT = "The figures are being worked out again."


@page
def trials(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Outcomes of randomised comparisons, as numbers or as cases."""
    kpi = _open(request, key, pk)
    in_cases = request.GET.get("outcome", "cases" if kpi.family == Family.RATE else "number") == "cases"
    form: TrialForm | ShareTrialForm = (
        ShareTrialForm(**posted(request), kpi=kpi) if in_cases else TrialForm(**posted(request))
    )
    if taken(request, form, lambda: _write(request, record_trials, kpi, form.row())):
        return _recorded(request, "The comparison is recorded.", "kpi_trials", kpi)
    more = {
        "rows": trials_of(kpi, formats_of(request)),
        "in_cases": in_cases,
        "is_experiment": kpi.design == Design.RANDOMISED,
        "design": DESIGNS[Design(kpi.design)],
    }
    return _show(request, "portfolio/kpi_trials.html", form, kpi, more)


@page
def control_doses(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """How far the controls use the initiative themselves."""
    kpi = _open(request, key, pk)
    controls = controls_of(kpi)
    form = ControlDoseForm(**posted(request), controls=controls, initial={"on": today_of(request, timezone.now())})
    if taken(request, form, lambda: _write(request, record_control_doses, kpi, form.cleaned_data)):
        return _recorded(request, "The control's use is recorded.", "kpi_control_doses", kpi)
    more = {"rows": control_doses_of(kpi), "controls": controls}
    return _show(request, "portfolio/kpi_control_doses.html", form, kpi, more)


@page
def destinations(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Where the time went that the initiative saves."""
    kpi = _open(request, key, pk)
    form = DestinationForm(**posted(request), initial={"on": today_of(request, timezone.now())})
    if taken(request, form, lambda: _write(request, record_destinations, kpi, form.row())):
        return _recorded(request, "The destination of the saved time is recorded.", "kpi_destinations", kpi)
    more = {
        "rows": destinations_of(kpi, formats_of(request)),
        "is_capacity": kpi.benefit_class == BenefitClass.CAPACITY,
    }
    return _show(request, "portfolio/kpi_destinations.html", form, kpi, more)


def _open(request: PageRequest, key: str, pk: int) -> Kpi:
    _, kpi = kpi_of_initiative_or_404(request, key, pk)
    if request.method == "POST":
        require_write(request.actor, kpi.initiative, Permission.WRITE_RECORDS)
    return kpi


def _write(request: PageRequest, record: Callable[..., object], kpi: Kpi, row: dict[str, Any]) -> None:
    record(actor=request.actor, kpi=kpi, now=timezone.now(), rows=[row])


def _recorded(request: PageRequest, words: str, name: str, kpi: Kpi) -> HttpResponse:
    messages.success(request, f"{words} {BEING_WORKED_OUT}")
    return redirect(name, kpi.initiative.key, kpi.pk)


def _show(request: PageRequest, template: str, form: RecordForm, kpi: Kpi, more: dict[str, Any]) -> HttpResponse:
    writes = may_write(request.actor, kpi.initiative, Permission.WRITE_RECORDS)
    context = {"form": form, "initiative": kpi.initiative, "kpi": kpi, "may_write": writes, **more}
    return show_form(request, template, context)
