"""The value page: how sure a return is, what it rests on, and how it compares with what was planned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from metrics.charts import Chart
from metrics.contexts.course import course_words
from metrics.contexts.dots import DotStrip, dots_of
from metrics.contexts.drawn import months_chart_of
from metrics.contexts.effects import EffectShown, effect_shown
from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.freshness import Freshness, freshness_of, of_the_past
from metrics.contexts.made import MadeOf, made_of
from metrics.contexts.money import MoneyTable, benefit_table, saved_time_table
from metrics.contexts.past import NOW, Banner, PastFigures, banner_of_figures
from metrics.contexts.words import driver_words
from metrics.core.reasons import Reason, sentence
from metrics.models import Snapshot
from metrics.selectors import current_of
from portfolio.models import Initiative
from web.formats import Form, Formats

MADE = ("net_to_date", "roi_to_date", "roi_forecast")
SURE = (
    ("net", "Net over the horizon"),
    ("roi_forecast", "ROI over the horizon"),
    ("npv", "Net present value"),
    ("chance_roi_positive", "Chance of a positive ROI"),
    ("chance_clears_hurdle", "Chance of clearing the hurdle"),
    ("expected_shortfall", "Mean of the worst tenth"),
)
RETURN = (
    ("roi_discounted", "Discounted ROI"),
    ("irr", "Internal rate of return"),
    ("irr_roots", "Rates that fit"),
    ("mirr", "Modified rate of return"),
    ("payback_month", "Payback"),
    ("payback_first_month", "First time paid back"),
    ("discounted_payback_month", "Payback, discounted"),
    ("net_real", "Net in today's prices"),
    ("npv_real", "Net present value in today's prices"),
)
PLAN = (
    ("variance_total", "Realised less planned"),
    ("variance_delay", "From delay"),
    ("variance_volume", "From use"),
    ("variance_value", "From value per unit"),
    ("variance_cost", "From cost"),
    ("variance_rest", "Not explained"),
    ("realisation_ratio", "Realised of plan"),
)


@dataclass(frozen=True)
class Named:
    """A figure with its label."""

    label: str
    figure: Shown


@dataclass(frozen=True)
class Swing:
    """What one driver does to net: net at its own 10 and 90 % point, and a bar from the lower to the higher."""

    driver: str
    low: str
    high: str
    share: str
    at: str
    width: str


@dataclass(frozen=True)
class ValuePage:
    """Everything on the page; `sure` is empty until figures are worked out."""

    key: str
    name: str
    freshness: Freshness
    sure: tuple[Named, ...] = ()
    returns: tuple[Named, ...] = ()
    plan: tuple[Named, ...] = ()
    plan_words: str = ""
    dots: DotStrip | None = None
    months: Chart | None = None
    made: tuple[MadeOf, ...] = ()
    benefits: MoneyTable | None = None
    swings: tuple[Swing, ...] = ()
    no_swings: str = ""
    effects: tuple[EffectShown, ...] = ()
    profile: tuple[tuple[str, str], ...] = ()
    unit_costs: tuple[tuple[str, str, str], ...] = ()
    saved_time: MoneyTable | None = None
    course_words: str = ""
    workbook_url: str = ""
    past: Banner = NOW


def build(initiative: Initiative, formats: Formats, past: PastFigures | None = None) -> ValuePage:
    """The page of one initiative; with the figures of a past day where they are given."""
    pointer = current_of(initiative)
    freshness = of_the_past(past.shown, formats) if past else freshness_of(pointer, initiative, formats)
    snapshot = past.shown if past else pointer.snapshot if pointer else None
    if snapshot is None:
        return ValuePage(initiative.key, initiative.name, freshness)
    return ValuePage(
        key=initiative.key,
        name=initiative.name,
        freshness=freshness,
        sure=_named(snapshot, SURE, formats),
        returns=_named(snapshot, RETURN, formats),
        plan=_named(snapshot, PLAN, formats),
        plan_words=_plan_words(snapshot),
        dots=dots_of(snapshot, formats),
        months=months_chart_of(snapshot, formats),
        made=tuple(made_of(snapshot, name, formats) for name in MADE),
        benefits=benefit_table(snapshot.breakdowns, snapshot.currency, formats),
        swings=_swings(snapshot, formats),
        no_swings=_no_swings(snapshot.figures["net"]),
        effects=tuple(effect_shown(effect, formats) for effect in snapshot.effects),
        profile=_profile(snapshot, formats),
        unit_costs=_unit_costs(snapshot, formats),
        saved_time=saved_time_table(snapshot.breakdowns, snapshot.currency, formats),
        course_words=course_words(snapshot, formats),
        workbook_url="" if past else reverse("workbook", args=[initiative.key]),
        past=banner_of_figures(past, formats),
    )


def _named(snapshot: Snapshot, rows: Iterable[tuple[str, str]], formats: Formats) -> tuple[Named, ...]:
    return tuple(
        Named(label, shown(snapshot.figures[name], formats, url=figure_url(snapshot, name)))
        for name, label in rows
        if name in snapshot.figures
    )


def _plan_words(snapshot: Snapshot) -> str:
    version = snapshot.returns.get("plan_version")
    if version is None:
        return "No business case is approved, so the plan lines as they are now are the plan."
    return f"The plan is version {version} of the business case, as approved."


def _swings(snapshot: Snapshot, formats: Formats) -> tuple[Swing, ...]:
    rows = snapshot.outlook.get("sensitivity", ())
    shares: Mapping[str, float] = snapshot.outlook.get("variance_shares", {})
    ends = [Decimal(row[end]) for row in rows for end in ("low", "high")]
    if not ends:
        return ()
    least, span = min(ends), (max(ends) - min(ends)) or Decimal(1)
    return tuple(_swing(row, shares, least, span, snapshot.currency, formats) for row in rows)


def _no_swings(net: Mapping[str, Any]) -> str:
    """Why no driver moves the net: nothing can any more, or the net itself is not known."""
    if net["value"] is not None:
        return "Nothing uncertain is left."
    return sentence(Reason(net["reason"]), net.get("detail"))


def _swing(
    row: Mapping[str, Any],
    shares: Mapping[str, float],
    least: Decimal,
    span: Decimal,
    currency: str,
    formats: Formats,
) -> Swing:
    low, high = sorted((Decimal(row["low"]), Decimal(row["high"])))
    name = row["driver"]
    return Swing(
        driver=driver_words(name),
        low=formats.money(Decimal(row["low"]), currency, Form.TABLE),
        high=formats.money(Decimal(row["high"]), currency, Form.TABLE),
        share=formats.percent(str(shares.get(name, 0))),
        at=f"{(low - least) / span * 100:.1f}%",
        width=f"{max((high - low) / span * 100, Decimal('0.5')):.1f}%",
    )


def _profile(snapshot: Snapshot, formats: Formats) -> tuple[tuple[str, str], ...]:
    rows: Sequence[Sequence[str]] = snapshot.returns.get("npv_profile", ())
    return tuple(
        (formats.percent(rate), formats.money(Decimal(value), snapshot.currency, Form.TABLE)) for rate, value in rows
    )


def _unit_costs(snapshot: Snapshot, formats: Formats) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (row["name"], formats.quantity(Decimal(row["outcomes"])), shown(row["cost"], formats, form=Form.EXACT).text)
        for row in snapshot.returns.get("unit_costs", ())
    )
