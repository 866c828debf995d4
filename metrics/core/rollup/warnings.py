"""Behaviour signals of one initiative, read from the facts that its figures rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate

from metrics.core.cashflow.book import Book
from metrics.core.cashflow.months import Months
from metrics.core.periods import month_end, month_start, months_of
from metrics.core.risk.signals.kinds import URGENCY, Signal
from metrics.core.risk.signals.money import SpendPoint, compute_spike, overspend
from metrics.core.risk.signals.promises import go_live_overdue, mitigation_overdue, target_moved
from metrics.core.risk.signals.records import assessment_old, dormant, no_actuals, stale_kpi
from metrics.core.risk.signals.stages import stay_of, stuck_stage
from metrics.core.risk.signals.use import falling_adoption, in_use_since
from metrics.core.risk.states import RUNNING
from metrics.core.risk.survival import Curve
from metrics.core.types import Initiative

COMPUTE = "compute"
FIRST_STAGE = "idea"
NO_STAYS = Curve()


def signals_of(
    initiative: Initiative, book: Book, months: Months, stays: Mapping[str, Curve], today: date
) -> list[Signal]:
    """Every signal that holds today, the most urgent first; none once the initiative has ended.

    `book` and `months` are in the workspace's currency; `stays` holds the curve of stays of each stage.
    """
    if book.frame.has_ended:
        return []
    found = [
        overspend(_spending(months, book.frame.actuals_through), book.currency),
        _compute(book),
        _use(initiative, today),
        *_before_production(initiative, today),
        mitigation_overdue(initiative.mitigations, today),
        _stuck(initiative, stays, today),
        *(target_moved(kpi) for kpi in initiative.kpis if kpi.owner == initiative.key),
        dormant(initiative.last_activity, today) if initiative.last_activity else None,
        _months_without_actuals(book),
        *_stale(initiative, today),
    ]
    return sorted((signal for signal in found if signal), key=lambda signal: URGENCY[signal.code])


def _before_production(initiative: Initiative, today: date) -> Iterable[Signal | None]:
    """What no longer matters once it is, or ever was, in production."""
    passed = [point for point in initiative.stages if point.on <= today]
    if any(point.to in RUNNING for point in passed):
        return
    if initiative.go_live is None or initiative.go_live > today:
        yield go_live_overdue(initiative.first_planned_go_live, initiative.planned_go_live, today)
    left_idea_on = next((point.on for point in passed if point.to != FIRST_STAGE), None)
    yield assessment_old(initiative.assessed_on, left_idea_on, today)


def _stale(initiative: Initiative, today: date) -> Iterable[Signal | None]:
    for kpi in initiative.kpis:
        last = max((point.on for point in kpi.readings), default=None)
        since = kpi.known_since or last
        if since:
            yield stale_kpi(kpi.key, kpi.name, kpi.cadence, last, since, today)


def _stuck(initiative: Initiative, stays: Mapping[str, Curve], today: date) -> Signal | None:
    stay = stay_of(initiative.stages, today)
    return stuck_stage(stay, stays.get(stay.to, NO_STAYS), today) if stay else None


def _use(initiative: Initiative, today: date) -> Signal | None:
    since = in_use_since(initiative.stages, today)
    return falling_adoption([point for point in initiative.adoption if since and since <= point.on <= today])


def _compute(book: Book) -> Signal | None:
    if book.cost.problem:
        return None
    booked: dict[date, Decimal] = defaultdict(Decimal)
    for flow in book.cost.flows:
        if flow.label == COMPUTE:
            booked[month_start(flow.on)] += flow.amount
    return compute_spike(booked, book.frame.actuals_through, book.currency)


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
