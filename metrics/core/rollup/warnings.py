"""Behaviour signals of one initiative, read from the facts that its figures rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate

from metrics.core.cashflow.book import Book
from metrics.core.cashflow.months import Months
from metrics.core.periods import month_end, month_start, months_of
from metrics.core.risk.signals import Signal, SpendPoint, dormant, no_actuals, overspend, stale_kpi, stuck_stage
from metrics.core.types import Initiative, StagePoint


def signals_of(
    initiative: Initiative, book: Book, months: Months, median_stays: Mapping[str, float], today: date
) -> list[Signal]:
    """Every signal that holds today; none once the initiative has ended.

    `book` and `months` are in the workspace's currency; `median_stays` gives days by stage.
    """
    if book.frame.has_ended:
        return []
    found = [
        *_stale(initiative, today),
        _stuck(initiative.stage_on(today), median_stays, today),
        overspend(_spending(months, book.frame.actuals_through), book.currency),
        _months_without_actuals(book),
        dormant(initiative.last_activity, today) if initiative.last_activity else None,
    ]
    return [signal for signal in found if signal]


def _stale(initiative: Initiative, today: date) -> Iterable[Signal | None]:
    for kpi in initiative.kpis:
        last = max((point.on for point in kpi.readings), default=None)
        since = kpi.known_since or last
        if since:
            yield stale_kpi(kpi.key, kpi.name, kpi.cadence, last, since, today)


def _stuck(stage: StagePoint | None, median_stays: Mapping[str, float], today: date) -> Signal | None:
    return stuck_stage(stage.to, stage.on, median_stays.get(stage.to), today) if stage else None


def _spending(months: Months, through: date) -> list[SpendPoint]:
    """Spending and plan added up to each closed month's end; none where an exchange rate is missing."""
    cost, plan = months.columns["cost"], months.columns["plan_cost"]
    if cost is None or plan is None:
        return []
    sums = zip(months.months, accumulate(cost), accumulate(plan), strict=True)
    points = [SpendPoint(month_end(month), spent, planned) for month, spent, planned in sums]
    return [point for point in points if point.on <= through]


def _months_without_actuals(book: Book) -> Signal | None:
    frame = book.frame
    if frame.inception is None or book.cost.problem or frame.inception > frame.actuals_through:
        return None
    last = min(frame.actuals_through, frame.horizon_end or frame.actuals_through)
    booked = frozenset(month_start(flow.on) for flow in book.cost.flows)
    return no_actuals(list(months_of(frame.inception, last)), booked)
