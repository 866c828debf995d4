"""The figures of one initiative that follow from its book (methods 2a; names as in the API)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.cashflow.book import Book, Flow, Group
from metrics.core.cashflow.payback import Payback, discounted, payback
from metrics.core.cashflow.rates import Cash, internal_rates_of_all, modified_rate, present_value
from metrics.core.money import ZERO, MissingRate
from metrics.core.periods import MONTHS_OF_YEAR, month_start
from metrics.core.reasons import Reason
from metrics.core.results import COUNT, MONTHS, PROBABILITY, RATIO, Figure, amount, missing, plain, ratio
from metrics.core.types import Grade

STRENGTH = tuple(Grade)
LEVEL = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the figures are judged by: dated settings and the horizon's length in months."""

    horizon_months: int
    discount_rate: Decimal | None = None
    hurdle: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Moved:
    """Money paid and received, and every rate of return that fits it."""

    cash: Sequence[Cash]
    rates: Sequence[float]


def figures_of_all(cases: Sequence[tuple[Book, Terms]]) -> list[dict[str, Figure]]:
    """Every figure of each initiative in its book's currency, each a value or a reason."""
    cash = [flows for book, _ in cases for flows in (_cash_to_date(book), cash_of_horizon(book))]
    moved = [_Moved(flows, rates) for flows, rates in zip(cash, internal_rates_of_all(cash), strict=True)]
    return [
        _figures(book, terms, to_date, of_horizon)
        for (book, terms), to_date, of_horizon in zip(cases, moved[::2], moved[1::2], strict=True)
    ]


def _figures(book: Book, terms: Terms, to_date: _Moved, of_horizon: _Moved) -> dict[str, Figure]:
    return {
        **_to_date(book, terms, to_date),
        **_over_horizon(book, terms, of_horizon),
        "realisation_ratio": _realisation_ratio(book),
        "chance_roi_positive": missing(Reason.NOT_SIMULATED, PROBABILITY),
        "chance_clears_hurdle": missing(Reason.NOT_SIMULATED, PROBABILITY),
        "hurdle": _setting(terms.hurdle, Reason.NO_HURDLE),
        "discount_rate": _setting(terms.discount_rate, Reason.NO_DISCOUNT_RATE),
    }


def _cash_to_date(book: Book) -> list[Cash]:
    return cash_of(book.cost.flows, book.proven.flows)


def cash_of_horizon(book: Book) -> list[Cash]:
    """All money of the horizon, moved and expected."""
    return cash_of((*book.cost.flows, *book.cost_ahead.flows), (*book.proven.flows, *book.benefit_ahead.flows))


def cash_of(costs: Iterable[Flow], benefits: Iterable[Flow]) -> list[Cash]:
    """Costs as money paid and benefits as money received."""
    return [*(Cash(flow.on, -flow.amount) for flow in costs), *(Cash(flow.on, flow.amount) for flow in benefits)]


def sum_of(group: Group, currency: str, nothing: Reason) -> Figure:
    """The sum of a group with the grade of its weakest part, or `nothing` where it has no flow.

    Where effects are in it, its range adds up the ends of their 80 % ranges: the low end is what can be relied on.
    """
    if group.problem:
        return no_rate(group.problem, currency)
    if not group.flows:
        return missing(nothing, currency)
    if all(flow.low is None for flow in group.flows):
        return amount(group.total, currency, grade=weakest(group.flows))
    low = sum((flow.amount if flow.low is None else flow.low for flow in group.flows), ZERO)
    high = sum((flow.amount if flow.high is None else flow.high for flow in group.flows), ZERO)
    return amount(group.total, currency, low=low, high=high, level=LEVEL, grade=weakest(group.flows))


def proven_sum(proven: Group, others: Iterable[Group], currency: str) -> Figure:
    """Proven money is zero, not unknown, once anything at all is recorded: none of it has been proven."""
    if not proven.problem and not proven.flows and any(group.flows for group in others):
        return amount(ZERO, currency)
    return sum_of(proven, currency, Reason.NO_BENEFIT)


def weakest(flows: Iterable[Flow]) -> Grade | None:
    """The weakest grade among `flows`; None where none has one."""
    return max((flow.grade for flow in flows if flow.grade), key=STRENGTH.index, default=None)


def no_rate(problem: MissingRate, unit: str) -> Figure:
    """The reason that names the currency and the month without an exchange rate."""
    return missing(Reason.NO_EXCHANGE_RATE, unit, problem.where)


def return_on(cost: Decimal, benefit: Decimal, grade: Grade | None = None) -> Figure:
    """(benefit - cost) / cost; NO_COST unless the cost is above zero."""
    if cost <= 0:
        return missing(Reason.NO_COST, RATIO)
    return ratio((benefit - cost) / cost, grade=grade)


def gap(forecast: Figure, plan: Figure) -> Figure:
    """Forecast less plan, or the reason of the one that is missing."""
    if forecast.value is None or plan.value is None:
        lacking = plan if plan.value is None else forecast
        return missing(lacking.reason or Reason.NO_PLAN, plan.unit, lacking.detail)
    return amount(forecast.value - plan.value, plan.unit)


def _to_date(book: Book, terms: Terms, moved: _Moved) -> dict[str, Figure]:
    proven, claimed = book.proven, _joined(book.indicative, book.claimed)
    grade = weakest(proven.flows)
    names = ("net_to_date", "roi_to_date", "npv_to_date", "irr_to_date")
    units = (book.currency, RATIO, book.currency, RATIO)
    refusal = _refusal((book.cost,), (proven,))
    return {
        "cost_to_date": sum_of(book.cost, book.currency, Reason.NO_COST),
        "benefit_to_date": proven_sum(proven, (book.cost, claimed), book.currency),
        "benefit_claimed": sum_of(claimed, book.currency, Reason.NO_BENEFIT),
        "benefit_indicative": sum_of(book.indicative, book.currency, Reason.NO_BENEFIT),
        "benefit_claimed_only": sum_of(book.claimed, book.currency, Reason.NO_BENEFIT),
        **(
            {name: refused(refusal, unit) for name, unit in zip(names, units, strict=True)}
            if refusal
            else {
                "net_to_date": amount(proven.total - book.cost.total, book.currency, grade=grade),
                "roi_to_date": return_on(book.cost.total, proven.total, grade),
                "npv_to_date": _npv(moved.cash, book.currency, terms.discount_rate),
                "irr_to_date": _irr(moved, terms),
            }
        ),
    }


HORIZON_UNITS = {
    "npv": None,
    "net": None,
    "tco": None,
    "roi_forecast": RATIO,
    "irr": RATIO,
    "irr_roots": COUNT,
    "mirr": RATIO,
    "payback_month": MONTHS,
    "payback_first_month": MONTHS,
    "discounted_payback_month": MONTHS,
}


def _over_horizon(book: Book, terms: Terms, moved: _Moved) -> dict[str, Figure]:
    costs, benefits = _joined(book.cost, book.cost_ahead), _joined(book.proven, book.benefit_ahead)
    refusal = refusal_over_horizon(book)
    if refusal:
        unknown = {name: refused(refusal, unit or book.currency) for name, unit in HORIZON_UNITS.items()}
        return {**unknown, "tco": sum_of(costs, book.currency, Reason.NO_COST)}
    return {
        "npv": _npv(moved.cash, book.currency, terms.discount_rate),
        "net": amount(benefits.total - costs.total, book.currency),
        "roi_forecast": return_on(costs.total, benefits.total),
        "tco": amount(costs.total, book.currency),
        "irr": _irr(moved, terms),
        "irr_roots": Figure(Decimal(len(moved.rates)), COUNT),
        "mirr": _mirr(moved.cash, terms),
        **_paybacks(moved.cash, terms.discount_rate),
    }


def refusal_over_horizon(book: Book) -> MissingRate | Reason | None:
    """Why what comes of it over the horizon is not known: a missing exchange rate, no cost at all, or months ahead of
    which no benefit is proven or expected."""
    costs, benefits = (book.cost, book.cost_ahead), (book.proven, book.benefit_ahead)
    refusal = _refusal(costs, benefits)
    if refusal or any(group.flows for group in benefits) or not book.frame.is_running:
        return refusal
    return Reason.NO_FORECAST


def _refusal(costs: Sequence[Group], benefits: Sequence[Group]) -> MissingRate | Reason | None:
    """Why figures that need both sides cannot be known: a missing exchange rate, or no cost at all."""
    problem = next((group.problem for group in (*costs, *benefits) if group.problem), None)
    if problem:
        return problem
    return None if any(group.flows for group in costs) else Reason.NO_COST


def refused(refusal: MissingRate | Reason, unit: str) -> Figure:
    return missing(refusal, unit) if isinstance(refusal, Reason) else no_rate(refusal, unit)


def _joined(*groups: Group) -> Group:
    problem = next((group.problem for group in groups if group.problem), None)
    return Group(tuple(flow for group in groups for flow in group.flows), problem)


def _npv(cash: Sequence[Cash], currency: str, rate: Decimal | None) -> Figure:
    if rate is None:
        return missing(Reason.NO_DISCOUNT_RATE, currency)
    return amount(Decimal(repr(present_value(cash, rate))), currency)


def _irr(moved: _Moved, terms: Terms) -> Figure:
    if terms.horizon_months < MONTHS_OF_YEAR:
        return missing(Reason.NOT_ANNUALISED, RATIO)
    if len(moved.rates) == 1:
        return ratio(moved.rates[0])
    if moved.rates:
        return missing(Reason.SEVERAL_RATES, RATIO)
    return missing(Reason.NO_RATE, RATIO, "lose" if sum((flow.amount for flow in moved.cash), ZERO) < 0 else "gain")


def _mirr(cash: Sequence[Cash], terms: Terms) -> Figure:
    if terms.discount_rate is None:
        return missing(Reason.NO_DISCOUNT_RATE, RATIO)
    if terms.horizon_months < MONTHS_OF_YEAR:
        return missing(Reason.NOT_ANNUALISED, RATIO)
    rate = modified_rate(cash, terms.discount_rate)
    return missing(Reason.NO_RATE, RATIO) if rate is None else ratio(rate)


def _paybacks(cash: Sequence[Cash], rate: Decimal | None) -> dict[str, Figure]:
    lasting, first = payback(cash)
    return {
        "payback_month": _payback(lasting),
        "payback_first_month": _payback(first),
        "discounted_payback_month": (
            missing(Reason.NO_DISCOUNT_RATE, MONTHS) if rate is None else _payback(payback(discounted(cash, rate))[0])
        ),
    }


def _payback(found: Payback | None) -> Figure:
    if found is None:
        return missing(Reason.NOT_WITHIN_HORIZON, MONTHS)
    return Figure(plain(found.months), MONTHS, detail=f"{found.month:%Y-%m}")


def _realisation_ratio(book: Book) -> Figure:
    """Proven benefit over planned benefit, both of the closed months that have a plan."""
    problem = book.proven.problem or book.plan_benefit.problem
    if problem:
        return no_rate(problem, RATIO)
    planned = [flow for flow in book.plan_benefit.flows if flow.on <= book.frame.actuals_through]
    months = {month_start(flow.on) for flow in planned}
    total = sum((flow.amount for flow in planned), ZERO)
    if total <= 0:
        return missing(Reason.NO_PLAN, RATIO)
    return ratio(_of_months(book.proven, months) / total, grade=weakest(book.proven.flows))


def _of_months(group: Group, months: set[date]) -> Decimal:
    return sum((flow.amount for flow in group.flows if month_start(flow.on) in months), ZERO)


def _setting(value: Decimal | None, reason: Reason) -> Figure:
    return missing(reason, RATIO) if value is None else ratio(value)
