"""The same money by month, by label, and for a fiscal year, for charts and tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.cashflow.book import Book, Group
from metrics.core.cashflow.figures import gap, no_rate, proven_sum, return_on, sum_of, weakest
from metrics.core.money import ZERO
from metrics.core.periods import month_start, months_of
from metrics.core.reasons import Reason
from metrics.core.results import RATIO, Figure, amount, missing

COLUMNS = (
    "cost",
    "cost_ahead",
    "proven",
    "benefit_ahead",
    "indicative",
    "claimed",
    "plan_cost",
    "plan_benefit",
    "plan_cost_due",
    "plan_benefit_due",
)


@dataclass(frozen=True, slots=True)
class Months:
    """Unrounded sums by month: one column for each group of a book, one entry for each month from `first` on.

    A column is None where an exchange rate is missing.
    """

    months: tuple[date, ...]
    columns: Mapping[str, tuple[Decimal, ...] | None]

    def row(self, index: int, *names: str) -> Decimal | None:
        """Sum of the named columns in that month; None where one of them is not known."""
        total = ZERO
        for name in names:
            column = self.columns[name]
            if column is None:
                return None
            total += column[index]
        return total


def months_from(book: Book) -> Months:
    """Every month from the first flow of any kind to the last, without gaps."""
    groups = {name: _group(book, name) for name in COLUMNS}
    sums = {name: _by_month(group) for name, group in groups.items()}
    touched = [month for column in sums.values() for month in column]
    months = tuple(months_of(min(touched), max(touched))) if touched else ()
    columns = {
        name: None if groups[name].problem else tuple(column.get(month, ZERO) for month in months)
        for name, column in sums.items()
    }
    return Months(months, columns)


def year_of(book: Book, first: date, last: date) -> dict[str, Figure]:
    """Figures of the year from `first` to `last`: to date, forecast and plan."""
    groups = {name: _group(book, name).between(first, last) for name in COLUMNS}
    cost, cost_ahead = groups["cost"], groups["cost_ahead"]
    proven, benefit_ahead = groups["proven"], groups["benefit_ahead"]
    plan_cost, plan_benefit = groups["plan_cost"], groups["plan_benefit"]
    cost_due, benefit_due = groups["plan_cost_due"], groups["plan_benefit_due"]
    net_forecast = difference(book, Reason.NO_COST, (proven, benefit_ahead), (cost, cost_ahead))
    net_plan = difference(book, Reason.NO_PLAN, (plan_benefit,), (plan_cost,))
    return {
        "cost_to_date": sum_of(cost, book.currency, Reason.NO_COST),
        "benefit_to_date": proven_sum(proven, (cost, groups["indicative"], groups["claimed"]), book.currency),
        "net_to_date": difference(book, Reason.NO_COST, (proven,), (cost,)),
        "cost_forecast": difference(book, Reason.NO_COST, (cost, cost_ahead), ()),
        "benefit_forecast": difference(book, Reason.NO_BENEFIT, (proven, benefit_ahead), ()),
        "net_forecast": net_forecast,
        "roi_forecast": _return((cost, cost_ahead), (proven, benefit_ahead)),
        "cost_plan": sum_of(plan_cost, book.currency, Reason.NO_PLAN),
        "net_plan": net_plan,
        "cost_plan_to_date": sum_of(cost_due, book.currency, Reason.NO_PLAN),
        "net_plan_to_date": difference(book, Reason.NO_PLAN, (benefit_due,), (cost_due,)),
        "gap_to_plan": gap(net_forecast, net_plan),
    }


def by_label(book: Book, *names: str) -> dict[str, dict[str, Decimal]]:
    """Sums of the named groups by cost category or benefit class: label, then group; unknown groups are left out."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for name in names:
        for flow in _group(book, name).flows:
            found[flow.label][name] = found[flow.label].get(name, ZERO) + flow.amount
    return dict(found)


def by_saved_time(book: Book, *names: str) -> dict[str, dict[str, Decimal]]:
    """Sums of the named groups by where saved time went: destination, then group."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for name in names:
        for flow in _group(book, name).flows:
            if flow.went is not None:
                found[flow.went][name] = found[flow.went].get(name, ZERO) + flow.amount
    return {str(went): sums for went, sums in found.items()}


def by_grade(book: Book) -> dict[str, Decimal]:
    """Actual benefits by evidence grade; never to be added across proven, indicative and claimed."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for flow in (*book.proven.flows, *book.indicative.flows, *book.claimed.flows):
        found[str(flow.grade)] += flow.amount
    return dict(found)


def months_without_lines(book: Book) -> tuple[int, int]:
    """Months ahead within the horizon without any cost forecast or plan, and all months ahead."""
    frame = book.frame
    if frame.horizon_end is None or not frame.is_running:
        return 0, 0
    ahead = list(months_of(frame.as_of, frame.horizon_end))[1:]
    known = {month_start(flow.on) for flow in book.cost_ahead.flows}
    return sum(month not in known for month in ahead), len(ahead)


def _group(book: Book, name: str) -> Group:
    group: Group = getattr(book, name)
    return group


def _by_month(group: Group) -> dict[date, Decimal]:
    sums: dict[date, Decimal] = defaultdict(Decimal)
    for flow in group.flows:
        sums[month_start(flow.on)] += flow.amount
    return sums


def difference(book: Book, nothing: Reason, plus: Sequence[Group], minus: Sequence[Group]) -> Figure:
    """Sum of some groups less the sum of others, or `nothing` where none has a flow."""
    groups = (*plus, *minus)
    problem = next((group.problem for group in groups if group.problem), None)
    if problem:
        return no_rate(problem, book.currency)
    if not any(group.flows for group in groups):
        return missing(nothing, book.currency)
    value = sum((group.total for group in plus), ZERO) - sum((group.total for group in minus), ZERO)
    return amount(value, book.currency, grade=weakest(flow for group in plus for flow in group.flows))


def _return(costs: Sequence[Group], benefits: Sequence[Group]) -> Figure:
    problem = next((group.problem for group in (*costs, *benefits) if group.problem), None)
    if problem:
        return no_rate(problem, RATIO)
    return return_on(sum((group.total for group in costs), ZERO), sum((group.total for group in benefits), ZERO))
