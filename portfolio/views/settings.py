"""Settings of the workspace: how it counts, what finance decides, units and programmes."""

from datetime import date
from typing import Any

from django.conf import settings as django
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import require
from accounts.choices import Permission
from accounts.models import BusinessUnit
from portfolio.contexts.settings import latest_rates, meaning, settings_page
from portfolio.contexts.suggestions import of_money
from portfolio.forms.base import refuse
from portfolio.forms.settings import DatedForm, ProgrammeForm, RateForm, UnitForm, WorkspaceForm
from portfolio.models import Programme
from portfolio.previews import Preview, Wanted, previews
from portfolio.services.errors import RowErrors
from portfolio.services.rates import record_rates
from portfolio.services.settings import set_dated
from portfolio.services.workspaces import FIELDS, MOVING, set_programme, set_unit, update_workspace
from portfolio.views.door import PageRequest, page, posted, show_form, today_of
from web.context import formats_of


@page
def settings(request: PageRequest) -> HttpResponse:
    """What holds now, for everyone to read."""
    shown = settings_page(request.actor, _today(request), formats_of(request))
    stays_here = django.EMAIL_PORT == django.SAMPLE_SINK_PORT
    installation = {"version": django.VERSION_OF_HURDLE, "mail": "" if stays_here else django.EMAIL_HOST}
    context = {"shown": shown, "workspace": request.actor.workspace, "installation": installation}
    return render(request, "portfolio/settings.html", context)


@page
def workspace(request: PageRequest) -> HttpResponse:
    """Name, currency, fiscal year, zone and notation; says what moves before it saves."""
    require(request.actor, Permission.ADMINISTER)
    present = {name: getattr(request.actor.workspace, name) for name in FIELDS}
    form = WorkspaceForm(**posted(request), initial=present)
    effect: list[Preview] = []
    if request.method == "POST" and form.is_valid():
        effect = _effect(request, [Wanted(name) for name in MOVING if name in form.changed_data])
        if not effect or form.is_confirmed():
            try:
                update_workspace(actor=request.actor, now=timezone.now(), changes=form.cleaned_data)
            except ValidationError as error:
                refuse(form, error)
            else:
                messages.success(request, "Saved.")
                return redirect("settings")
    return _show(request, "portfolio/settings_workspace.html", form, effect)


@page
def dated(request: PageRequest) -> HttpResponse:
    """A hurdle or discount rate from a day on; says what it does before it saves."""
    require(request.actor, Permission.CONFIRM)
    form = DatedForm(**posted(request), initial={"on": _today(request), "name": request.GET.get("name", "")})
    effect: list[Preview] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        said = Preview(meaning(given["name"], given["value"], formats_of(request)))
        effect = [said, *_effect(request, [Wanted(given["name"], given["value"], given["on"])])]
        if form.is_confirmed():
            try:
                set_dated(
                    actor=request.actor, now=timezone.now(), name=given["name"], value=given["value"], on=given["on"]
                )
            except ValidationError as error:
                refuse(form, error)
            else:
                messages.success(request, "Saved. The figures are being worked out again.")
                return redirect("settings")
    return _show(request, "portfolio/settings_dated.html", form, effect)


@page
def rates(request: PageRequest) -> HttpResponse:
    """The newest rate of each pair, and a form to add one."""
    require(request.actor, Permission.CONFIRM)
    form = RateForm(**posted(request), initial={"quote": request.actor.workspace.currency, "on": _today(request)})
    if request.method == "POST" and form.is_valid():
        try:
            record_rates(actor=request.actor, now=timezone.now(), rows=[form.cleaned_data], source="page")
        except (ValidationError, RowErrors) as error:
            refuse(form, error)
        else:
            messages.success(request, "Saved. Figures in these currencies are being worked out again.")
            return redirect("exchange_rates")
    return _show(request, "portfolio/settings_rates.html", form, [], {"rates": latest_rates(request.actor)})


@page
def unit(request: PageRequest, pk: int | None = None) -> HttpResponse:
    """A new business unit, or one to rename and move."""
    require(request.actor, Permission.ADMINISTER)
    units = BusinessUnit.objects.filter(workspace=request.actor.workspace)
    changed = _found(units, pk)
    form = UnitForm(**posted(request), units=units.exclude(pk=pk or 0), initial=_present(changed, "name", "parent"))
    if request.method == "POST" and form.is_valid():
        try:
            set_unit(actor=request.actor, unit=changed, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("settings")
    return _show(request, "portfolio/settings_unit.html", form, [], {"noun": "business unit", "changed": pk})


@page
def programme(request: PageRequest, pk: int | None = None) -> HttpResponse:
    """A new programme, or one to rename."""
    require(request.actor, Permission.ADMINISTER)
    changed = _found(Programme.objects.filter(workspace=request.actor.workspace), pk)
    form = ProgrammeForm(**posted(request), initial=_present(changed, "name"))
    if request.method == "POST" and form.is_valid():
        try:
            set_programme(actor=request.actor, programme=changed, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect("settings")
    return _show(request, "portfolio/settings_unit.html", form, [], {"noun": "programme", "changed": pk})


def _today(request: PageRequest) -> date:
    return today_of(request, timezone.now())


def _effect(request: PageRequest, wanted: list[Wanted]) -> list[Preview]:
    return previews(request.actor, wanted, _today(request), formats_of(request))


def _found(rows: Any, pk: int | None) -> Any:
    if pk is None:
        return None
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("No such record.")
    return row


def _present(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _show(
    request: PageRequest, template: str, form: Any, effect: list[Preview], more: dict[str, Any] | None = None
) -> HttpResponse:
    offered = of_money(request.actor.workspace)
    return show_form(request, template, {"form": form, "effect": effect, "suggestions": offered, **(more or {})})
