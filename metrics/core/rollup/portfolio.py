"""Totals of a workspace: sums of its initiatives' parts, never averages of their figures (semantics 10, 11)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.cashflow.figures import gap, return_on
from metrics.core.cashflow.months import COLUMNS, Months
from metrics.core.money import ZERO
from metrics.core.periods import month_start, months_of, year_fraction
from metrics.core.reasons import Reason
from metrics.core.results import RATIO, Figure, amount, missing, ratio
from metrics.core.rollup.at_risk import TotalAtRisk, signal_counts, total_at_risk
from metrics.core.rollup.initiative import Breakdown, Money, Part
from metrics.core.rollup.together import Certain, Together, ranged_total_year, ranged_totals, together_of


@dataclass(frozen=True, slots=True)
class Frame:
    """What the totals are stated in: the workspace's currency, day, fiscal year and settings."""

    currency: str
    as_of: date
    year_from: date
    year_to: date
    discount_rate: Decimal | None = None
    hurdle: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Totals over the horizon (`figures`), for the fiscal year (`year`) and by month, and what they cover.

    `without` names each initiative that has no forecast return, and why. `signals` counts initiatives by the code of
    their behaviour signals.
    """

    figures: dict[str, Figure]
    year: dict[str, Figure]
    money: Money
    stages: dict[str, int]
    verdicts: dict[str, int]
    covered: int
    initiatives: int
    without: list[tuple[int, Reason]]
    at_risk: TotalAtRisk
    signals: dict[str, int]
    outlook: tuple[Together, ...] = ()


def portfolio_of(parts: Mapping[int, Part], frame: Frame) -> Portfolio:
    """The totals over `parts`, keyed by the id of their snapshot's initiative.

    An initiative without an exchange rate is in no total and is named in `without`.
    """
    usable = [part for part in parts.values() if part.problem is None]
    lacking = next((part.problem for part in parts.values() if part.problem is not None), None)
    months = _summed([part.money.months for part in usable])
    sums = _Sums(months, frame.currency, lacking)
    without = [(key, part.reason) for key, part in parts.items() if part.reason is not None]
    ahead = [month for month in months.months if month_start(frame.as_of) <= month <= frame.year_to]
    together = together_of(usable, frame.hurdle, _certain(usable, frame), ahead)
    figures = {**_over_horizon(sums), **_valued(usable, frame), **_settings(frame)}
    return Portfolio(
        figures={**figures, **ranged_totals(figures, together)},
        outlook=together,
        year=ranged_total_year(
            _of_year(_Sums(_between(months, frame.year_from, frame.year_to), frame.currency, lacking)), together
        ),
        money=Money(
            months=months,
            benefits=_added_by_label(part.money.benefits for part in usable),
            costs=_added_by_label(part.money.costs for part in usable),
            grades=_added(part.money.grades for part in usable),
            saved_time=_added_by_label(part.money.saved_time for part in usable),
        ),
        stages=dict(Counter(part.stage for part in parts.values())),
        verdicts=dict(Counter(str(part.verdict) for part in parts.values())),
        covered=len(parts) - len(without),
        initiatives=len(parts),
        without=without,
        at_risk=total_at_risk({key: part.at_risk for key, part in parts.items() if part.at_risk is not None}),
        signals=signal_counts(part.signals for part in parts.values()),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Column totals over the months it holds; a portfolio's columns are all known.

    `lacking` names the exchange rate for want of which an initiative is in no total.
    """

    months: Months
    currency: str
    lacking: str | None = None

    def total(self, *names: str) -> Decimal:
        return sum((value for name in names for value in self.months.columns[name] or ()), ZERO)

    def proven(self) -> Figure:
        """Proven money; zero, not unknown, once anything at all is recorded."""
        recorded = self.amount(Reason.NO_BENEFIT, ["cost", "proven", "indicative", "claimed"])
        return recorded if recorded.value is None else amount(self.total("proven"), self.currency)

    def amount(self, nothing: Reason, plus: Sequence[str], minus: Sequence[str] = ()) -> Figure:
        """The difference of two groups of columns; where all are empty, the missing exchange rate, else `nothing`."""
        if not any(value for name in (*plus, *minus) for value in self.months.columns[name] or ()):
            if self.lacking is not None:
                return missing(Reason.NO_EXCHANGE_RATE, self.currency, self.lacking)
            return missing(nothing, self.currency)
        return amount(self.total(*plus) - self.total(*minus), self.currency)


def _certain(parts: Sequence[Part], frame: Frame) -> Certain:
    months = _summed([part.money.months for part in parts if part.quantiles is None])
    whole, year = (_Sums(held, frame.currency) for held in (months, _between(months, frame.year_from, frame.year_to)))
    return Certain(net=_net_of(whole), year_net=_net_of(year), cost=float(whole.total("cost", "cost_ahead")))


def _net_of(sums: _Sums) -> float:
    return float(sums.total("proven", "benefit_ahead") - sums.total("cost", "cost_ahead"))


def _over_horizon(sums: _Sums) -> dict[str, Figure]:
    return {
        "cost_to_date": sums.amount(Reason.NO_COST, ["cost"]),
        "benefit_to_date": sums.proven(),
        "benefit_claimed": sums.amount(Reason.NO_BENEFIT, ["indicative", "claimed"]),
        "benefit_indicative": sums.amount(Reason.NO_BENEFIT, ["indicative"]),
        "benefit_claimed_only": sums.amount(Reason.NO_BENEFIT, ["claimed"]),
        "net_to_date": sums.amount(Reason.NO_COST, ["proven"], ["cost"]),
        "roi_to_date": return_on(sums.total("cost"), sums.total("proven")),
        "tco": sums.amount(Reason.NO_COST, ["cost", "cost_ahead"]),
        "net": sums.amount(Reason.NO_COST, ["proven", "benefit_ahead"], ["cost", "cost_ahead"]),
        "roi_forecast": return_on(sums.total("cost", "cost_ahead"), sums.total("proven", "benefit_ahead")),
        "roi_plan": _planned_return(sums),
    }


def _of_year(sums: _Sums) -> dict[str, Figure]:
    plan = sums.amount(Reason.NO_PLAN, ["plan_benefit"], ["plan_cost"])
    forecast = sums.amount(Reason.NO_COST, ["proven", "benefit_ahead"], ["cost", "cost_ahead"])
    return {
        "cost_to_date": sums.amount(Reason.NO_COST, ["cost"]),
        "benefit_to_date": sums.proven(),
        "net_to_date": sums.amount(Reason.NO_COST, ["proven"], ["cost"]),
        "cost_forecast": sums.amount(Reason.NO_COST, ["cost", "cost_ahead"]),
        "benefit_forecast": sums.amount(Reason.NO_BENEFIT, ["proven", "benefit_ahead"]),
        "net_forecast": forecast,
        "roi_forecast": return_on(sums.total("cost", "cost_ahead"), sums.total("proven", "benefit_ahead")),
        "cost_plan": sums.amount(Reason.NO_PLAN, ["plan_cost"]),
        "cost_plan_to_date": sums.amount(Reason.NO_PLAN, ["plan_cost_due"]),
        "net_plan": plan,
        "net_plan_to_date": sums.amount(Reason.NO_PLAN, ["plan_benefit_due"], ["plan_cost_due"]),
        "roi_plan": _planned_return(sums),
        "gap_to_plan": gap(forecast, plan),
    }


def _planned_return(sums: _Sums) -> Figure:
    figure = return_on(sums.total("plan_cost"), sums.total("plan_benefit"))
    return missing(Reason.NO_PLAN, RATIO) if figure.value is None else figure


def _valued(parts: Sequence[Part], frame: Frame) -> dict[str, Figure]:
    """The initiatives' present values, each carried from its first flow to `as_of`, and added up."""
    if not any(part.first_flow for part in parts):
        return {"npv": missing(Reason.NO_COST, frame.currency)}
    if frame.discount_rate is None:
        return {"npv": missing(Reason.NO_DISCOUNT_RATE, frame.currency)}
    log_rate = math.log1p(float(frame.discount_rate))
    values = [
        float(part.npv) * math.exp(log_rate * year_fraction(part.first_flow, frame.as_of))
        for part in parts
        if part.npv is not None and part.first_flow is not None
    ]
    return {"npv": amount(Decimal(repr(math.fsum(values))), frame.currency)}


def _settings(frame: Frame) -> dict[str, Figure]:
    return {
        "hurdle": missing(Reason.NO_HURDLE, RATIO) if frame.hurdle is None else ratio(frame.hurdle),
        "discount_rate": (
            missing(Reason.NO_DISCOUNT_RATE, RATIO) if frame.discount_rate is None else ratio(frame.discount_rate)
        ),
    }


def _summed(parts: Sequence[Months]) -> Months:
    """Columns added up month by month, over the months that any of them has."""
    firsts = [months.months[0] for months in parts if months.months]
    if not firsts:
        return Months((), dict.fromkeys(COLUMNS, ()))
    span = tuple(months_of(min(firsts), max(months.months[-1] for months in parts if months.months)))
    place = {month: index for index, month in enumerate(span)}
    columns = {name: [ZERO] * len(span) for name in COLUMNS}
    for months in parts:
        start = place[months.months[0]] if months.months else 0
        for name, column in months.columns.items():
            _add_to(columns[name], start, column or ())
    return Months(span, {name: tuple(values) for name, values in columns.items()})


def _add_to(totals: list[Decimal], start: int, column: Sequence[Decimal]) -> None:
    for index, value in enumerate(column, start):
        if value:
            totals[index] += value


def _between(months: Months, first: date, last: date) -> Months:
    kept = [index for index, month in enumerate(months.months) if first <= month <= last]
    columns = {name: tuple((column or ())[index] for index in kept) for name, column in months.columns.items()}
    return Months(tuple(months.months[index] for index in kept), columns)


def _added(groups: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for group in groups:
        for name, value in group.items():
            totals[name] += value
    return dict(totals)


def _added_by_label(groups: Iterable[Breakdown]) -> Breakdown:
    totals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for group in groups:
        for label, values in group.items():
            for name, value in values.items():
                totals[label][name] += value
    return {label: dict(values) for label, values in totals.items()}
