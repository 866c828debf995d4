"""From an initiative's book to its simulation, and from that to ranges, chances and what makes them wide."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.cashflow.book import Book, Flow, lines_of
from metrics.core.cashflow.realisation import Realisation
from metrics.core.money import ONE
from metrics.core.periods import add_months, month_end, month_start, months_between, year_fraction
from metrics.core.rollup.effects import KpiEffect
from metrics.core.types import Grade, Initiative, Kpi, Origin
from metrics.core.uncertainty.marginals import Points, points_of
from metrics.core.uncertainty.points import Array, Mask
from metrics.core.uncertainty.simulation import (
    KEPT_LEVELS,
    Case,
    EffectMoney,
    Outcomes,
    drivers_of,
    expected_shortfall,
    quantiles,
    quantiles_by_row,
    simulate,
    simulate_added,
    simulate_months,
    tornado,
    variance_shares,
)

CHANCE_DIGITS = 2
MOST_ADDED = 12
ENDS = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """An initiative's part of the portfolio's simulation: net, the workspace's hurdle times cost taken off it, the
    net of the fiscal year and that of each of its months ahead, each at KEPT_LEVELS and in the workspace's currency."""

    net: tuple[float, ...]
    margin: tuple[float, ...] | None
    year_net: tuple[float, ...]
    months: Mapping[date, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the simulation says, unrounded: quantiles (in the order of KEPT_LEVELS), chances and their reasons.

    `sensitivity` holds net at each driver's 10 % and 90 % point, the widest first. `margin` is net less the workspace's
    hurdle times cost, which the portfolio needs. `months` holds the net of each month ahead of the fiscal year, the
    running one first, by its first day. `added` holds the ends of the range of net added up to the end of some months
    ahead, twelve at most, the last of the horizon among them.
    """

    net: tuple[float, ...]
    roi: tuple[float, ...] | None
    npv: tuple[float, ...]
    year_net: tuple[float, ...]
    cost: tuple[float, ...]
    margin: tuple[float, ...] | None
    chance_roi_positive: Decimal | None
    chance_clears_hurdle: Decimal | None
    expected_shortfall: float
    sensitivity: tuple[tuple[str, float, float], ...] = ()
    variance_shares: Mapping[str, float] = field(default_factory=dict)
    drivers: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    months: Mapping[date, tuple[float, ...]] = field(default_factory=dict)
    added: Mapping[date, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the simulation rests on beside the book."""

    effects: Sequence[KpiEffect]
    realisation: Realisation
    given_up: Sequence[float]
    year_from: date
    year_to: date
    discount_rate: Decimal | None
    hurdle: Decimal | None
    portfolio_hurdle: Decimal | None
    may_be_late: bool


def outlook_of(initiative: Initiative, book: Book, grounds: Grounds) -> Outlook:
    """The simulated outcomes of one initiative, from a book whose money is all known."""
    case = case_of(initiative, book, grounds)
    outcomes = simulate(case)
    names = drivers_of(case)
    swings = [(name, low, high) for name, (low, high) in tornado(case, names).items() if low != high]
    return Outlook(
        net=_kept(outcomes.net),
        roi=_kept(outcomes.roi) if (outcomes.cost > 0).all() else None,
        npv=_kept(outcomes.npv),
        year_net=_kept(outcomes.year_net),
        cost=_kept(outcomes.cost),
        margin=_margin(outcomes, grounds.portfolio_hurdle),
        chance_roi_positive=_chance(outcomes, outcomes.net > 0),
        chance_clears_hurdle=_clears(outcomes, grounds.hurdle),
        expected_shortfall=expected_shortfall(outcomes.net),
        sensitivity=tuple(sorted(swings, key=lambda row: abs(row[2] - row[1]), reverse=True)),
        variance_shares=variance_shares(case, outcomes.net, names),
        drivers={
            driver.name: (float(driver.p10), float(driver.p50), float(driver.p90)) for driver in initiative.drivers
        },
        months=_by_month_ahead(case, book.frame.as_of),
        added=_added(case, book.frame.as_of, outcomes),
    )


def quantiles_in(outlook: Outlook, factor: float) -> Quantiles:
    """The quantiles that the portfolio needs, times the exchange rate of its currency."""
    return Quantiles(
        net=tuple(value * factor for value in outlook.net),
        margin=None if outlook.margin is None else tuple(value * factor for value in outlook.margin),
        year_net=tuple(value * factor for value in outlook.year_net),
        months={month: tuple(value * factor for value in held) for month, held in outlook.months.items()},
    )


def months_ahead(book: Book) -> int:
    """Months from the running one to the horizon's end, the running one at least; none once it has ended."""
    frame = book.frame
    if frame.has_ended or frame.horizon_end is None:
        return 0
    return max(months_between(frame.as_of, frame.horizon_end), 0) + 1


def case_of(initiative: Initiative, book: Book, grounds: Grounds) -> Case:
    """What is drawn from, in the book's currency."""
    months = [add_months(month_start(book.frame.as_of), step) for step in range(months_ahead(book))]
    first = min((flow.on for flow in _all(book)), default=book.frame.as_of)
    effects = tuple(_effects(book, grounds, months, first))
    unsure = {effect.kpi for effect in effects}
    certain = [flow for flow in book.proven.flows if not _rests_on(flow, unsure)]
    lines = [flow for flow in book.benefit_unmoved.flows if flow.origin is not Origin.CARRIED]
    return Case(
        cost=_sum(book.cost.flows),
        certain_benefit=_sum(certain),
        cost_valued=_valued(book.cost.flows, first, grounds.discount_rate),
        benefit_valued=_valued(certain, first, grounds.discount_rate),
        year_to_date=_sum(_this_year(certain, grounds)) - _sum(_this_year(book.cost.flows, grounds)),
        costs=_by_month(book.cost_ahead.flows, months),
        benefits=_by_month(lines, months),
        discounts=_discounts(months, first, grounds.discount_rate),
        given_up=np.array(grounds.given_up[: len(months)]),
        spread=grounds.realisation.spread,
        may_be_late=grounds.may_be_late,
        begins=book.course.begins(book.frame.as_of, lines_of(book.benefit_unmoved)),
        in_year=np.array([float(month <= grounds.year_to) for month in months]),
        effects=effects,
        drivers={driver.name: points_of(driver) for driver in initiative.drivers},
        month_to_date=_this_month(certain, book) - _this_month(book.cost.flows, book),
    )


def _effects(book: Book, grounds: Grounds, months: Sequence[date], first: date) -> Iterable[EffectMoney]:
    """The money of each KPI's effect that has any, in the order of the KPIs."""
    names = Counter(found.kpi.name for found in grounds.effects)
    for found in grounds.effects:
        kpi, spread = found.kpi, found.effect.spread
        past = [flow for flow in book.proven.flows if _rests_on(flow, {kpi.key})]
        ahead = [flow for flow in book.benefit_ahead.flows if flow.kpi == kpi.key and flow.origin is Origin.CARRIED]
        if past or ahead:
            measured = found.effect.credits[-1].end if found.effect.credits else book.frame.as_of
            yield EffectMoney(
                name=kpi.name if names[kpi.name] == 1 else f"{kpi.name} ({kpi.key})",
                kpi=kpi.key,
                to_date=_sum(past),
                to_date_valued=_valued(past, first, grounds.discount_rate),
                year_to_date=_sum(_this_year(past, grounds)),
                ahead=_by_month(ahead, months),
                years=np.array([year_fraction(measured, month_end(month)) for month in months]),
                deviation=spread.deviation / spread.mean if spread and spread.mean else 0.0,
                degrees=spread.degrees if spread else 1.0,
                value=_value_points(kpi),
                month_to_date=_this_month(past, book),
            )


def _rests_on(flow: Flow, kpis: Set[str]) -> bool:
    """Whether proven money follows from the effect of one of these KPIs, and not from the ledger."""
    return flow.kpi in kpis and flow.grade is not Grade.LEDGER


def _value_points(kpi: Kpi) -> Points:
    value = kpi.value_per_unit or ONE
    return Points(*(float(value if end is None else end) for end in (kpi.value_low, value, kpi.value_high)))


def _this_year(flows: Iterable[Flow], grounds: Grounds) -> list[Flow]:
    return [flow for flow in flows if grounds.year_from <= flow.on <= grounds.year_to]


def _this_month(flows: Iterable[Flow], book: Book) -> float:
    running = month_start(book.frame.as_of)
    return _sum(flow for flow in flows if month_start(flow.on) == running)


def _all(book: Book) -> Iterable[Flow]:
    for group in (book.cost, book.cost_ahead, book.proven, book.benefit_ahead):
        yield from group.flows


def _sum(flows: Iterable[Flow]) -> float:
    return float(sum((flow.amount for flow in flows), Decimal(0)))


def _valued(flows: Iterable[Flow], first: date, rate: Decimal | None) -> float:
    log_rate = float((ONE + (rate or Decimal(0))).ln())
    return float(sum(float(flow.amount) * np.exp(-log_rate * year_fraction(first, flow.on)) for flow in flows))


def _discounts(months: Sequence[date], first: date, rate: Decimal | None) -> Array:
    log_rate = float((ONE + (rate or Decimal(0))).ln())
    return np.array([np.exp(-log_rate * year_fraction(first, month_end(month))) for month in months])


def _by_month(flows: Iterable[Flow], months: Sequence[date]) -> Array:
    """(T,) sums by month; what falls before the first month ahead counts in it."""
    sums: dict[date, float] = defaultdict(float)
    for flow in flows:
        sums[max(month_start(flow.on), months[0]) if months else flow.on] += float(flow.amount)
    return np.array([sums.get(month, 0.0) for month in months])


def _kept(values: Array) -> tuple[float, ...]:
    return tuple(quantiles(values).tolist())


def _by_month_ahead(case: Case, as_of: date) -> dict[date, tuple[float, ...]]:
    """The kept quantiles of each month's net, from the running one on."""
    rows = quantiles_by_row(simulate_months(case)).tolist()
    return {add_months(month_start(as_of), step): tuple(row) for step, row in enumerate(rows)}


def _added(case: Case, as_of: date, outcomes: Outcomes) -> dict[date, tuple[float, float]]:
    """The range of net added up; that of the last month is exactly the range of net over the horizon."""
    last = case.costs.size - 1
    if last < 0:
        return {}
    ends = range(last, -1, -max(-(-case.costs.size // MOST_ADDED), 1))[::-1]
    low, high = np.quantile(simulate_added(case, ends), ENDS, axis=1)
    low[-1], high[-1] = np.quantile(outcomes.net, ENDS)
    months = [add_months(month_start(as_of), step) for step in ends]
    return {month: (float(low[place]), float(high[place])) for place, month in enumerate(months)}


def _margin(outcomes: Outcomes, hurdle: Decimal | None) -> tuple[float, ...] | None:
    return None if hurdle is None else _kept(outcomes.net - float(hurdle) * outcomes.cost)


def _clears(outcomes: Outcomes, hurdle: Decimal | None) -> Decimal | None:
    """The chance of a return of at least the hurdle."""
    return None if hurdle is None else _chance(outcomes, outcomes.net >= float(hurdle) * outcomes.cost)


def _chance(outcomes: Outcomes, reached: Mask) -> Decimal | None:
    """The share of outcomes that reached something, as finely as 4,096 points can tell."""
    if not (outcomes.cost > 0).all():
        return None
    return Decimal(repr(round(float(reached.mean()), CHANCE_DIGITS)))


def quantile_at(level: float, values: Sequence[float]) -> float:
    """One of the kept quantiles."""
    return values[KEPT_LEVELS.index(level)]
