"""The tables behind the figures: value by rate, variance against plan, cost of an outcome, real terms, every flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.cashflow.book import Book, Flow, Group
from metrics.core.cashflow.figures import cash_of, cash_of_horizon, no_rate, refusal_over_horizon, refused
from metrics.core.cashflow.rates import Cash, present_value, present_values
from metrics.core.money import ONE, ZERO, PriceTable
from metrics.core.periods import month_start
from metrics.core.reasons import Reason
from metrics.core.results import RATIO, Figure, amount, missing, ratio
from metrics.core.types import Dated, Kpi, Plan

PROFILE_RATES = tuple(Decimal(percent) / 100 for percent in (*range(-50, 100, 10), *range(100, 201, 20)))
SIDES = ("cost", "cost_ahead", "proven", "benefit_ahead")
BESIDE = ("indicative", "claimed")
COUNTED = "sum"


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one counted outcome of a KPI has cost so far."""

    kpi: str
    name: str
    outcomes: Decimal
    cost: Figure


@dataclass(frozen=True, slots=True)
class Variance:
    """Realised less planned net of the closed months, split; the parts add up to `total`.

    Delay is planned benefit of the months before a late go-live; volume what fewer or more users than planned explain;
    value what another value per unit explains; cost what was spent less or more; rest the remainder.
    """

    total: Decimal
    delay: Decimal
    volume: Decimal
    value: Decimal
    cost: Decimal

    @property
    def rest(self) -> Decimal:
        """What none of the four explains."""
        return self.total - self.delay - self.volume - self.value - self.cost


def npv_profile(book: Book) -> list[tuple[Decimal, Decimal]]:
    """Present value of all flows of the horizon at rates from -50 % to 200 %; empty where it is not known."""
    if refusal_over_horizon(book):
        return []
    values = present_values(cash_of_horizon(book), PROFILE_RATES)
    return [(rate, Decimal(repr(value))) for rate, value in zip(PROFILE_RATES, values, strict=True)]


def discounted_return(book: Book, rate: Decimal | None) -> Figure:
    """Net present value over the present value of the costs."""
    refusal, flows = refusal_over_horizon(book), cash_of_horizon(book)
    if refusal:
        return refused(refusal, RATIO)
    if rate is None:
        return missing(Reason.NO_DISCOUNT_RATE, RATIO)
    start = Cash(min(flow.on for flow in flows), ZERO)
    paid = -present_value([start, *cash_of((*book.cost.flows, *book.cost_ahead.flows), ())], rate)
    if paid <= 0:
        return missing(Reason.NO_COST, RATIO)
    return ratio(present_value([start, *flows], rate) / paid)


def in_real_terms(book: Book, prices: PriceTable, rate: Decimal | None) -> dict[str, Figure]:
    """Net in the prices of the day, and its present value at the real rate: 1 + nominal = (1 + real)(1 + inflation).

    Flows after the last price level are deflated by the expected inflation; without one they count as they are.
    """
    refusal, flows, currency = refusal_over_horizon(book), cash_of_horizon(book), book.currency
    if refusal:
        return dict.fromkeys(("net_real", "npv_real"), refused(refusal, currency))
    lacking = next((flow.on for flow in flows if prices.level(flow.on) is None), None)
    if not prices.months or lacking is not None:
        detail = f"{lacking or book.frame.as_of:%B %Y}"
        return dict.fromkeys(("net_real", "npv_real"), missing(Reason.NO_PRICE_INDEX, currency, detail))
    real = [Cash(flow.on, flow.amount * _deflator(prices, flow.on, book.frame.as_of)) for flow in flows]
    net = amount(sum((flow.amount for flow in real), ZERO), currency)
    if rate is None or prices.inflation is None:
        return {"net_real": net, "npv_real": missing(Reason.NO_DISCOUNT_RATE, currency)}
    real_rate = (ONE + rate) / (ONE + prices.inflation) - ONE
    return {"net_real": net, "npv_real": amount(Decimal(repr(present_value(real, real_rate))), currency)}


def variance_of(
    book: Book, plan: Plan | None, adoption: Sequence[Dated], go_live: date | None, kpis: Sequence[Kpi]
) -> Variance | None:
    """Why the closed months brought more or less than planned; None without a plan for them."""
    groups = (book.plan_benefit, book.plan_cost, book.proven, book.cost)
    if any(group.problem for group in groups):
        return None
    due_benefit, due_cost, proven, spent = (_closed(group, book.frame.actuals_through) for group in groups)
    if not due_benefit and not due_cost:
        return None
    planned, realised = _sum(due_benefit), _sum(proven)
    late = [flow for flow in due_benefit if _is_late(flow, plan, go_live, book.frame.as_of)]
    delay = -_sum(late)
    volume = sum((flow.amount * (_used(flow, plan, adoption) - ONE) for flow in due_benefit if flow not in late), ZERO)
    return Variance(
        total=realised - _sum(spent) - planned + _sum(due_cost),
        delay=delay,
        volume=volume,
        value=_by_value(proven, plan, kpis),
        cost=_sum(due_cost) - _sum(spent),
    )


def unit_costs(book: Book, kpis: Iterable[Kpi], since: date | None) -> list[UnitCost]:
    """Cost to date over the outcomes counted since the first use, for every KPI that is a count."""
    found: list[UnitCost] = []
    for kpi in kpis:
        if kpi.aggregation == COUNTED:
            counted = sum((point.value for point in kpi.readings if since and point.on >= since), ZERO)
            found.append(UnitCost(kpi.key, kpi.name, counted, _cost_of_one(book, counted)))
    return found


def flow_rows(book: Book) -> list[tuple[str, Flow]]:
    """Every flow of the horizon with its side, indicative and claimed ones included, oldest first."""
    rows = [(side, flow) for side in (*SIDES, *BESIDE) for flow in _group(book, side).flows]
    return sorted(rows, key=lambda row: (row[1].on, row[0], row[1].label, row[1].amount, row[1].ref))


def variance_figures(found: Variance | None, currency: str) -> dict[str, Figure]:
    """The variance as figures."""
    names = ("total", "delay", "volume", "value", "cost", "rest")
    if found is None:
        return {f"variance_{name}": missing(Reason.NO_PLAN, currency) for name in names}
    return {f"variance_{name}": amount(getattr(found, name), currency) for name in names}


def _group(book: Book, side: str) -> Group:
    group: Group = getattr(book, side)
    return group


def _deflator(prices: PriceTable, on: date, base: date) -> Decimal:
    return Decimal(repr(prices.factor(on, base)))


def _closed(group: Group, through: date) -> list[Flow]:
    return [flow for flow in group.flows if flow.on <= through]


def _sum(flows: Iterable[Flow]) -> Decimal:
    return sum((flow.amount for flow in flows), ZERO)


def _is_late(flow: Flow, plan: Plan | None, go_live: date | None, as_of: date) -> bool:
    """Whether a planned benefit lies after the planned go-live and before the real one."""
    if plan is None or plan.go_live is None:
        return False
    return plan.go_live <= flow.on < (go_live or as_of)


def _used(flow: Flow, plan: Plan | None, adoption: Sequence[Dated]) -> Decimal:
    """Users against plan in the month of a flow; one where either is not known."""
    planned, actual = _last(plan.adoption if plan else (), flow.on), _last(adoption, flow.on)
    return actual / planned if planned and actual is not None else ONE


def _last(points: Sequence[Dated], on: date) -> Decimal | None:
    known = [point for point in points if month_start(point.on) <= on]
    return max(known, key=lambda point: point.on).value if known else None


def _by_value(proven: Iterable[Flow], plan: Plan | None, kpis: Sequence[Kpi]) -> Decimal:
    """Realised money less what it would be at the planned values per unit; one in another currency is not compared."""
    frozen = plan.values if plan else {}
    changed = {
        kpi.key: ONE - frozen[kpi.key][0] / kpi.value_per_unit
        for kpi in kpis
        if kpi.value_per_unit and kpi.key in frozen and frozen[kpi.key][1] == kpi.value_currency
    }
    return sum((flow.amount * changed.get(flow.kpi or "", ZERO) for flow in proven), ZERO)


def _cost_of_one(book: Book, outcomes: Decimal) -> Figure:
    if book.cost.problem:
        return no_rate(book.cost.problem, book.currency)
    if outcomes <= 0:
        return missing(Reason.NO_OUTCOMES, book.currency)
    return amount(book.cost.total / outcomes, book.currency)
