"""Costs of an initiative: by category and month, add, correct. Its benefits are shown below them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_change, require_write
from portfolio.contexts.duplicates import same_cost
from portfolio.contexts.money import history_of
from portfolio.contexts.money_page import MoneyPage, money_page
from portfolio.contexts.suggestions import of_money
from portfolio.forms.base import RecordForm, refuse
from portfolio.forms.money import CostCorrection, CostForm
from portfolio.models import CostLine, Initiative
from portfolio.services.errors import RowErrors
from portfolio.services.facts import correct as correct_fact
from portfolio.services.money import record_costs
from portfolio.views.door import PageRequest, fact_of_initiative_or_404, page, posted, show_form, today_of
from portfolio.views.undo import offer_undo
from web.context import formats_of

REFUSALS = (ValidationError, RowErrors)
TWIN = "The same cost is recorded for that day already. If this is another one, tick that below."
BEING_WORKED_OUT = "The figures are being worked out again."


@page
def costs(request: PageRequest, key: str) -> HttpResponse:
    """Everyone may read them; who may write money can add a line."""
    initiative = initiative_or_404(request.actor, key)
    today = today_of(request, timezone.now())
    form = CostForm(**posted(request), initial={"on": today, "currency": initiative.currency, "basis": "actual"})
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_MONEY)
        _ask_about_a_twin(initiative, form)
        if form.is_valid():
            now = timezone.now()
            try:
                done = record_costs(
                    actor=request.actor, initiative=initiative, now=now, rows=form.rows(), source="page"
                )
            except REFUSALS as error:
                refuse(form, error)
            else:
                offer_undo(request, f"{_lines(len(done.live))} added. {BEING_WORKED_OUT}", initiative, now, "costs")
                return redirect(request.get_full_path())
    return _show(request, money_page(request.actor, initiative, today, request.GET, formats_of(request)), form)


@page
def correct(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Other content for a line; the old one stays in the record."""
    initiative, line = _line_or_404(request, key, pk)
    form = CostCorrection(**posted(request), initial={name: getattr(line, name) for name in line.content})
    if request.method == "POST" and form.is_valid():
        changes = {name: value for name, value in form.cleaned_data.items() if name != "reason"}
        try:
            correct_fact(
                actor=request.actor,
                fact=line,
                now=timezone.now(),
                changes=changes,
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"The cost is corrected. {BEING_WORKED_OUT}")
            return redirect("costs", initiative.key)
    return _line_page(request, "portfolio/cost_correct.html", initiative, line, form)


def _ask_about_a_twin(initiative: Initiative, form: CostForm) -> None:
    """A cost that is recorded already is asked about; the same form sent twice is not."""
    if form.is_valid() and not form.cleaned_data["another"] and same_cost(initiative, form.rows()[0]):
        form.asks = True
        form.add_error("amount", TWIN)


def _line_or_404(request: PageRequest, key: str, pk: int) -> tuple[Initiative, CostLine]:
    initiative, line = fact_of_initiative_or_404(request, key, CostLine, pk)
    require_change(request.actor, line, initiative, Permission.WRITE_MONEY)
    return initiative, line


def _line_page(
    request: PageRequest, template: str, initiative: Initiative, line: CostLine, form: RecordForm
) -> HttpResponse:
    offered = of_money(request.actor.workspace)
    context = {
        "form": form,
        "initiative": initiative,
        "line": line,
        "suggestions": offered,
        "earlier": history_of(line),
    }
    return show_form(request, template, context)


def _show(request: PageRequest, shown: MoneyPage, form: CostForm) -> HttpResponse:
    offered = of_money(request.actor.workspace)
    context = {"form": form, "initiative": shown.initiative, "shown": shown, "suggestions": offered}
    return show_form(request, "portfolio/costs.html", context)


def _lines(count: int) -> str:
    return "One line" if count == 1 else f"{count} lines"
