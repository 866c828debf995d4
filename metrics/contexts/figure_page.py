"""Where one figure comes from: its formula, its terms, the months it sums, and the versions it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

from django.http import Http404
from django.urls import reverse

from accounts.access import Actor
from metrics.contexts import effect_page
from metrics.contexts.effect_page import EffectPage
from metrics.contexts.effect_trace import trace_of
from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.flows import NOTHING, Flows, flows_of
from metrics.contexts.formulas import FORMULAS, RISK, YEAR, Formula, formula_of
from metrics.contexts.members import Members, members_of_figure
from metrics.contexts.past import Banner, banner_of_snapshot
from metrics.contexts.restatements import Standing, standing_of
from metrics.contexts.sources import sources_of
from metrics.contexts.ties import Tie, tie_of
from metrics.core.periods import fiscal_year
from metrics.inputs import cut_of_stored, workspace_at
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import EFFECT, current_of, figure_at
from web.formats import Form, Formats


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

    past: Banner
    formula: Formula
    subject: str
    subject_url: str
    figure: Shown
    terms: tuple[Term, ...]
    months: tuple[MonthLine, ...]
    months_sum: str
    tie: Tie
    flows: Flows
    members: Members
    sources: tuple[tuple[str, str], ...]
    numbers: str
    versions: tuple[tuple[str, str], ...]
    standing: Standing | None
    effect: EffectPage | None

    @property
    def untied(self) -> tuple[str, ...]:
        """What does not add up, in words."""
        return tuple(tie.words for tie in (self.tie, self.flows.tie, self.members.tie) if tie.is_broken)


def build(actor: Actor, figure_id: str, formats: Formats) -> FigurePage:
    """The page for a figure's id.

    Raises:
        Http404: no such figure in the actor's workspace.
    """
    found = figure_at(actor.workspace, figure_id)
    formula = formula_of(found.name) if found else None
    if found is None or formula is None:
        raise Http404("No such figure.")
    snapshot = found.snapshot
    subject, url = _subject(snapshot, actor)
    effect = _effect(snapshot, found.name, formats)
    return FigurePage(
        past=banner_of_snapshot(snapshot, formats),
        formula=replace(formula, label=f"Effect on {effect.name}") if effect else formula,
        subject=subject,
        subject_url=url,
        figure=shown(found.figure, formats, form=Form.EXACT),
        terms=_terms(snapshot, formula, formats),
        **_months(formula, snapshot.months, found.figure, snapshot.currency, formats),
        **_entries(snapshot, found.name, formula, found.figure, formats),
        sources=sources_of(snapshot, found.name),
        numbers=_numbers(snapshot, found.name, formula, found.figure, formats),
        versions=_versions(snapshot, formats),
        standing=_standing(snapshot, found.name, formats),
        effect=effect,
    )


def _entries(
    snapshot: Snapshot | PortfolioSnapshot, name: str, formula: Formula, figure: Mapping[str, Any], formats: Formats
) -> dict[str, Any]:
    """The entries behind a figure of an initiative, or what each initiative adds to a total."""
    if isinstance(snapshot, PortfolioSnapshot):
        return {"flows": NOTHING, "members": members_of_figure(snapshot, name, formula, figure, formats)}
    between = None
    if name.startswith(YEAR):
        then = workspace_at(snapshot.workspace, cut_of_stored(snapshot))
        between = fiscal_year(snapshot.as_of_date, then.fiscal_year_start)
    return {"flows": flows_of(snapshot, formula, figure, formats, between), "members": Members()}


def _effect(snapshot: Snapshot | PortfolioSnapshot, name: str, formats: Formats) -> EffectPage | None:
    """What an effect rests on; None for every other figure."""
    if isinstance(snapshot, PortfolioSnapshot) or not name.startswith(EFFECT):
        return None
    return effect_page.build(trace_of(snapshot, name.removeprefix(EFFECT)), formats)


def _standing(snapshot: Snapshot | PortfolioSnapshot, name: str, formats: Formats) -> Standing | None:
    """Whether a figure of an initiative still counts; totals are replaced too often to tell."""
    if isinstance(snapshot, PortfolioSnapshot):
        return None
    pointer = current_of(snapshot.initiative)
    return standing_of(snapshot, name, pointer.snapshot_id if pointer else None, formats)


def _numbers(
    snapshot: Snapshot | PortfolioSnapshot, name: str, formula: Formula, figure: Mapping[str, Any], formats: Formats
) -> str:
    """The formula with its numbers put in; empty where one is not known."""
    if not formula.numbers or figure["value"] is None:
        return ""
    stored: Mapping[str, Any] = snapshot.year if name.startswith(YEAR) else snapshot.figures
    names = [each for _, each, _, _ in Formatter().parse(formula.numbers) if each]
    held = {each: stored.get(each) for each in names if each != "self"} | {"self": figure}
    if any(found is None or found["value"] is None for found in held.values()):
        return ""
    return formula.numbers.format(**{each: shown(found, formats, form=Form.EXACT).text for each, found in held.items()})


def _subject(snapshot: Snapshot | PortfolioSnapshot, actor: Actor) -> tuple[str, str]:
    """What the figure is of, and where that is shown."""
    if isinstance(snapshot, PortfolioSnapshot):
        return f"All initiatives of {actor.workspace.name}", reverse("overview")
    return snapshot.initiative.name, reverse("initiative", args=[snapshot.initiative.key])


def _versions(snapshot: Snapshot | PortfolioSnapshot, formats: Formats) -> tuple[tuple[str, str], ...]:
    """What the figure was worked out from."""
    first = (("As of", formats.day(snapshot.as_of_date)), ("Worked out", formats.moment(snapshot.computed_at)))
    last = (("Change of the settings", str(snapshot.settings_version)), ("Method", snapshot.method_version))
    if isinstance(snapshot, PortfolioSnapshot):
        return (*first, ("Made of", f"the figures of {len(snapshot.members)} initiatives"), *last)
    return (
        *first,
        ("Closed months through", formats.day(snapshot.actuals_through)),
        ("Change of its records", str(snapshot.inputs_version)),
        *last,
        ("Risk model", snapshot.model_version),
    )


def _terms(snapshot: Snapshot | PortfolioSnapshot, formula: Formula, formats: Formats) -> tuple[Term, ...]:
    stored = {
        **snapshot.figures,
        **{f"{YEAR}{name}": figure for name, figure in snapshot.year.items()},
        **{f"{RISK}{name}": figure for name, figure in snapshot.risk.items()},
    }
    return tuple(
        Term(
            label=FORMULAS[term.removeprefix(YEAR).removeprefix(RISK)].label,
            figure=shown(stored[term], formats, form=Form.EXACT, url=figure_url(snapshot, term)),
        )
        for term in formula.terms
        if term in stored
    )


def _months(
    formula: Formula, months: Iterable[Mapping[str, Any]], figure: Mapping[str, Any], currency: str, formats: Formats
) -> dict[str, Any]:
    """The months of a sum, their total, and whether it ties with the figure; nothing where a month is not known."""
    held = [(row, row[formula.column]) for row in months] if formula.column else []
    if not held or figure["value"] is None or any(amount is None for _, amount in held):
        return {"months": (), "months_sum": "", "tie": Tie()}
    kept = [(row, Decimal(amount)) for row, amount in held if Decimal(amount)]
    total = sum((amount for _, amount in kept), Decimal(0))
    return {
        "months": tuple(_month_line(row, amount, currency, formats) for row, amount in kept),
        "months_sum": formats.money(total, currency, Form.EXACT),
        "tie": tie_of(Decimal(figure["value"]), total, "months", currency, formats, rounded=len(kept)),
    }


def _month_line(row: Mapping[str, Any], amount: Decimal, currency: str, formats: Formats) -> MonthLine:
    month = formats.month(date.fromisoformat(f"{row['month']}-01"))
    return MonthLine(month, row["kind"].capitalize(), formats.money(amount, currency, Form.EXACT))
