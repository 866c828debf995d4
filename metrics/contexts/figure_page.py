"""Where one figure comes from: its formula, its terms, the months it sums, and the versions it rests on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import reverse

from accounts.access import Actor
from metrics.contexts.figures import Shown, shown
from metrics.contexts.formulas import FORMULAS, YEAR, Formula, formula_of
from metrics.models import PortfolioSnapshot, Snapshot
from web.formats import Form, Formats

ID = re.compile(r"(?P<whole>p?)(?P<snapshot>[0-9]{1,18})-(?P<name>[a-z0-9_]{1,64})\Z")
CENT = Decimal(1)


@dataclass(frozen=True)
class Term:
    """A figure that another is made of."""

    label: str
    figure: Shown


@dataclass(frozen=True)
class MonthLine:
    """One month's share of a sum."""

    month: str
    kind: str
    amount: str


@dataclass(frozen=True)
class FigurePage:
    """The page of a figure."""

    formula: Formula
    subject: str
    subject_url: str
    figure: Shown
    terms: tuple[Term, ...]
    months: tuple[MonthLine, ...]
    months_sum: str
    tie: str
    versions: tuple[tuple[str, str], ...]


def build(actor: Actor, figure_id: str, formats: Formats) -> FigurePage:
    """The page for a figure's id.

    Raises:
        Http404: no such figure in the actor's workspace.
    """
    parts = ID.fullmatch(figure_id)
    formula = formula_of(parts["name"]) if parts else None
    if parts is None or formula is None:
        raise Http404("No such figure.")
    if parts["whole"]:
        return _of_portfolio(actor, int(parts["snapshot"]), parts["name"], formula, formats)
    return _of_initiative(actor, int(parts["snapshot"]), parts["name"], formula, formats)


def _of_initiative(actor: Actor, pk: int, name: str, formula: Formula, formats: Formats) -> FigurePage:
    rows = Snapshot.objects.filter(workspace=actor.workspace, initiative__archived_at__isnull=True)
    snapshot = rows.select_related("initiative").filter(pk=pk).first()
    stored = _stored(snapshot.figures | snapshot.risk, snapshot.year) if snapshot else {}
    if snapshot is None or name not in stored:
        raise Http404("No such figure.")
    return FigurePage(
        formula=formula,
        subject=snapshot.initiative.name,
        subject_url=reverse("initiative", args=[snapshot.initiative.key]),
        figure=shown(stored[name], formats, form=Form.EXACT),
        terms=_terms(str(pk), formula, stored, formats),
        **_months(formula, snapshot.months, stored[name], snapshot.currency, formats),
        versions=(
            ("As of", formats.day(snapshot.as_of_date)),
            ("Worked out", formats.moment(snapshot.computed_at)),
            ("Actual costs and benefits through", formats.day(snapshot.actuals_through)),
            ("Change of its records", str(snapshot.inputs_version)),
            ("Change of the settings", str(snapshot.settings_version)),
            ("Method", snapshot.method_version),
            ("Risk model", snapshot.model_version),
        ),
    )


def _of_portfolio(actor: Actor, pk: int, name: str, formula: Formula, formats: Formats) -> FigurePage:
    snapshot = PortfolioSnapshot.objects.filter(workspace=actor.workspace, pk=pk).first()
    stored = _stored(snapshot.figures, snapshot.year) if snapshot else {}
    if snapshot is None or name not in stored:
        raise Http404("No such figure.")
    return FigurePage(
        formula=formula,
        subject=f"All initiatives of {actor.workspace.name}",
        subject_url="/",
        figure=shown(stored[name], formats, form=Form.EXACT),
        terms=_terms(f"p{pk}", formula, stored, formats),
        **_months(formula, snapshot.months, stored[name], snapshot.currency, formats),
        versions=(
            ("As of", formats.day(snapshot.as_of_date)),
            ("Worked out", formats.moment(snapshot.computed_at)),
            ("Made of", f"{len(snapshot.members)} initiatives' figures"),
            ("Change of the settings", str(snapshot.settings_version)),
            ("Method", snapshot.method_version),
        ),
    )


def _stored(figures: Mapping[str, Any], year: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every figure by its name on this page, those of the fiscal year with their prefix."""
    named = {**figures, **{f"{YEAR}{name}": figure for name, figure in year.items()}}
    return {name: figure for name, figure in named.items() if isinstance(figure, Mapping) and "value" in figure}


def _terms(
    snapshot: str, formula: Formula, stored: Mapping[str, Mapping[str, Any]], formats: Formats
) -> tuple[Term, ...]:
    return tuple(
        Term(
            label=FORMULAS[term.removeprefix(YEAR)].label,
            figure=shown(stored[term], formats, form=Form.EXACT, url=reverse("figure", args=[f"{snapshot}-{term}"])),
        )
        for term in formula.terms
        if term in stored
    )


def _months(
    formula: Formula, months: Iterable[Mapping[str, Any]], figure: Mapping[str, Any], currency: str, formats: Formats
) -> dict[str, Any]:
    """The months of a sum, their total, and whether it ties with the figure."""
    held = [(row, Decimal(row[formula.column])) for row in months if formula.column and row[formula.column]]
    kept = [(row, amount) for row, amount in held if amount]
    if not kept or figure["value"] is None:
        return {"months": (), "months_sum": "", "tie": ""}
    total = sum((amount for _, amount in kept), Decimal(0))
    difference = Decimal(figure["value"]) - total
    return {
        "months": tuple(_month_line(row, amount, currency, formats) for row, amount in kept),
        "months_sum": formats.money(total, currency, Form.EXACT),
        "tie": _tie(difference, len(kept), currency, formats),
    }


def _month_line(row: Mapping[str, Any], amount: Decimal, currency: str, formats: Formats) -> MonthLine:
    month = formats.month(date.fromisoformat(f"{row['month']}-01"))
    return MonthLine(month, row["kind"].capitalize(), formats.money(amount, currency, Form.EXACT))


def _tie(difference: Decimal, months: int, currency: str, formats: Formats) -> str:
    """Whether the sum is the figure; each month is rounded, so a cent a month may be between them."""
    if difference == 0:
        return "The sum of the months is the figure."
    if abs(difference) <= CENT * months:
        return "The months are rounded one by one, so their sum differs from the figure by rounding."
    written = formats.money(difference, currency, Form.EXACT, signed=True)
    return f"{written} of the figure lies outside these months."
