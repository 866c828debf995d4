"""From an initiative's book to its simulation, and from that to ranges, chances and what makes them wide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.cashflow.book import Book, Flow
from metrics.core.cashflow.realisation import Realisation
from metrics.core.money import ONE
from metrics.core.periods import month_end, month_start, months_between, months_of, year_fraction
from metrics.core.rollup.effects import KpiEffect
from metrics.core.types import PROVEN, Driver, Grade, Initiative, Origin
from metrics.core.uncertainty.marginals import Points, points_of
from metrics.core.uncertainty.points import Array, Mask
from metrics.core.uncertainty.simulation import (
    BENEFIT,
    KEPT_LEVELS,
    Case,
    EffectMoney,
    Outcomes,
    drivers_of,
    expected_shortfall,
    quantiles,
    simulate,
    tornado,
    variance_shares,
)

CHANCE_DIGITS = 2
EFFECT = "effect: "


@dataclass(frozen=True, slots=True)
class Quantiles:
    """An initiative's part of the portfolio's simulation: net, the workspace's hurdle times cost taken off it, and
    the net of the fiscal year, each at KEPT_LEVELS and in the workspace's currency."""

    net: tuple[float, ...]
    margin: tuple[float, ...] | None
    year_net: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the simulation says, unrounded: quantiles (in the order of KEPT_LEVELS), chances and their reasons.

    `sensitivity` holds net at each driver's 10 % and 90 % point, the widest first. `margin` is net less the workspace's
    hurdle times cost, which the portfolio needs.
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
    )


def quantiles_in(outlook: Outlook, factor: float) -> Quantiles:
    """The quantiles that the portfolio needs, times the exchange rate of its currency."""
    return Quantiles(
        net=tuple(value * factor for value in outlook.net),
        margin=None if outlook.margin is None else tuple(value * factor for value in outlook.margin),
        year_net=tuple(value * factor for value in outlook.year_net),
    )


def months_ahead(initiative: Initiative, book: Book) -> int:
    """Months from the running one to the horizon's end; none once the initiative has ended."""
    frame = book.frame
    if not frame.is_running or frame.horizon_end is None:
        return 0
    return months_between(frame.as_of, frame.horizon_end) + 1


def realised_share(initiative: Initiative, realisation: Realisation) -> Decimal:
    """What planned benefits ahead are multiplied by: the recorded driver's middle, else the median of the prior."""
    own = next((driver for driver in initiative.drivers if driver.name == BENEFIT), None)
    return own.p50 if own else realisation.median


def case_of(initiative: Initiative, book: Book, grounds: Grounds) -> Case:
    """What is drawn from, in the book's currency."""
    months = list(months_of(book.frame.as_of, book.frame.horizon_end or book.frame.as_of))
    months = months[: months_ahead(initiative, book)]
    share = float(realised_share(initiative, grounds.realisation))
    first = min((flow.on for flow in _all(book)), default=book.frame.as_of)
    discounts = _discounts(months, first, grounds.discount_rate)
    certain = [flow for flow in book.proven.flows if flow.grade is Grade.LEDGER or flow.kpi is None]
    in_year = np.array([float(month <= grounds.year_to) for month in months])
    ahead = book.benefit_ahead.flows
    return Case(
        cost=_sum(book.cost.flows),
        certain_benefit=_sum(certain),
        cost_valued=_valued(book.cost.flows, first, grounds.discount_rate),
        benefit_valued=_valued(certain, first, grounds.discount_rate),
        costs=_by_month(book.cost_ahead.flows, months),
        forecasts=_by_month([flow for flow in ahead if flow.origin is Origin.FORECAST], months),
        plans=_by_month([flow for flow in ahead if flow.origin is Origin.PLAN], months) / (share or 1.0),
        discounts=discounts,
        given_up=np.array(grounds.given_up[: len(months)]),
        realisation=(grounds.realisation.mean, grounds.realisation.spread),
        may_be_late=grounds.may_be_late,
        in_year=in_year,
        year_to_date=_sum(flow for flow in book.proven.flows if flow.on >= grounds.year_from)
        - _sum(flow for flow in book.cost.flows if flow.on >= grounds.year_from),
        effects=tuple(_effects(book, grounds, months, first)),
        drivers={driver.name: _points(driver) for driver in initiative.drivers},
    )


def _effects(book: Book, grounds: Grounds, months: Sequence[date], first: date) -> Iterable[EffectMoney]:
    for found in grounds.effects:
        spread, kpi = found.effect.spread, found.kpi
        if spread is None or found.effect.grade not in PROVEN or not spread.mean or not kpi.value_per_unit:
            continue
        past = [flow for flow in book.proven.flows if flow.kpi == kpi.key and flow.grade is not Grade.LEDGER]
        ahead = [flow for flow in book.benefit_ahead.flows if flow.kpi == kpi.key and flow.origin is Origin.CARRIED]
        if past or ahead:
            yield EffectMoney(
                name=f"{EFFECT}{kpi.name}",
                to_date=_sum(past),
                to_date_valued=_valued(past, first, grounds.discount_rate),
                ahead=_by_month(ahead, months),
                deviation=abs(spread.deviation / spread.mean),
                degrees=spread.degrees,
                value=Points(
                    float(kpi.value_per_unit if kpi.value_low is None else kpi.value_low),
                    float(kpi.value_per_unit),
                    float(kpi.value_per_unit if kpi.value_high is None else kpi.value_high),
                ),
            )


def _points(driver: Driver) -> Points:
    return points_of(driver)


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
