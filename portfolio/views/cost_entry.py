"""Typing many costs: those of a month by kind, or lines pasted from a spreadsheet."""

from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.choices import Basis
from portfolio.contexts.cost_month import (
    CostMonthPage,
    KindFacts,
    KindRow,
    closed_words,
    cost_month_of,
    kind_facts,
)
from portfolio.contexts.money import fiscal_year
from portfolio.contexts.months import Month, asked_month
from portfolio.contexts.suggestions import of_money
from portfolio.forms.base import refuse
from portfolio.forms.cost_month import AmountForm, CostLinesForm, MonthHead
from portfolio.models import CostLine, Initiative
from portfolio.services.errors import RowErrors
from portfolio.services.facts import Recorded
from portfolio.services.money import record_costs
from portfolio.views.door import PageRequest, page, posted, show_form, today_of
from portfolio.views.undo import offer_undo
from web.context import formats_of
from web.formats import Form, Formats

BEING_WORKED_OUT = "The figures are being worked out again."


@page
def month(request: PageRequest, key: str) -> HttpResponse:
    """Every kind of cost with a field for its amount in a month; all that is sent is saved, or nothing."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_MONEY)
    today = today_of(request, timezone.now())
    chosen = cost_month_of(initiative, asked_month(request.GET.get("month", "")), today)
    shown = _page(initiative, chosen, formats_of(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and not shown.problems and _save(request, shown):
        return redirect(_next(request, initiative, chosen))
    offered = of_money(request.actor.workspace)
    context = {"entry": shown, "initiative": initiative, "suggestions": offered}
    return render(request, "portfolio/cost_month.html", context, status=400 if shown.problems else 200)


@page
def lines(request: PageRequest, key: str) -> HttpResponse:
    """A box for many costs, a line each."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_MONEY)
    form = CostLinesForm(**posted(request), initial={"currency": initiative.currency, "basis": Basis.ACTUAL})
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            done = record_costs(actor=request.actor, initiative=initiative, now=now, rows=form.rows(), source="page")
        except RowErrors as error:
            form.refuse_rows(error)
        except ValidationError as error:
            refuse(form, error)
        else:
            offer_undo(request, f"{_lines(len(done.live))} saved. {BEING_WORKED_OUT}", initiative, now, "cost_lines")
            return redirect("costs", initiative.key)
    context = {"form": form, "initiative": initiative, "suggestions": of_money(request.actor.workspace)}
    return show_form(request, "portfolio/cost_lines.html", context)


def _page(initiative: Initiative, chosen: Month, formats: Formats, data: QueryDict | None) -> CostMonthPage:
    head = MonthHead(data, formats=formats, initial={"basis": Basis.ACTUAL, "currency": initiative.currency})
    is_actual = data is None or data.get("basis") == Basis.ACTUAL
    rows = [
        KindRow(facts, _amount_form(facts, formats, data, asks=is_actual))
        for facts in kind_facts(initiative, chosen, formats)
    ]
    if data is None:
        rows[0].form.begin()
    return CostMonthPage(initiative, chosen, rows, head, closed_words(initiative, chosen))


def _amount_form(facts: KindFacts, formats: Formats, data: QueryDict | None, *, asks: bool) -> AmountForm:
    past: Sequence[Decimal] = facts.past if asks else ()
    return AmountForm(data, formats=formats, label=facts.name, unit="", past=past, prefix=facts.category)


def _save(request: PageRequest, shown: CostMonthPage) -> bool:
    """Records all amounts; False where something is refused, and then nothing is kept."""
    given = [row for row in shown.rows if row.form.is_given]
    if not given:
        shown.head.add_error(None, "Nothing was typed, so nothing is saved.")
        return False
    is_actual = shown.head.cleaned_data["basis"] == Basis.ACTUAL
    on = shown.month.last if is_actual else shown.month.end
    rows = [shown.head.row(row.facts.category, row.form.cleaned_data["value"], on) for row in given]
    now = timezone.now()
    try:
        done = record_costs(actor=request.actor, initiative=shown.initiative, now=now, rows=rows, source="page")
    except RowErrors as error:
        for fault in error.rows:
            refuse(given[fault.index].form, RowErrors([fault]), {"amount": "value"})
        return False
    except ValidationError as error:
        refuse(shown.head, error)
        return False
    query = f"?month={shown.month.first:%Y-%m}"
    offer_undo(request, _told(done, shown, formats_of(request)), shown.initiative, now, "cost_month", query)
    return True


def _told(done: Recorded[CostLine], shown: CostMonthPage, formats: Formats) -> str:
    currency = shown.head.cleaned_data["currency"]
    total = formats.money(sum(line.amount for line in done.live), currency, Form.EXACT)
    month_words = formats.month(shown.month.first)
    return f"{_lines(len(done.live))} saved for {month_words}, together {total}. {BEING_WORKED_OUT}"


def _next(request: PageRequest, initiative: Initiative, chosen: Month) -> str:
    """The costs of the year, or the first steps for those who came from there."""
    if request.GET.get("step"):
        return reverse("initiative_start", args=[initiative.key])
    year = fiscal_year(chosen.first, request.actor.workspace.fiscal_year_start).year
    return f"{reverse('costs', args=[initiative.key])}?year={year}"


def _lines(count: int) -> str:
    return "One cost" if count == 1 else f"{count} costs"
