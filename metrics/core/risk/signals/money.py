"""What money gives away, in the workspace's currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from metrics.core.money import round_amount
from metrics.core.periods import add_months, month_end, month_start
from metrics.core.risk.signals.kinds import Signal, SignalCode

OVERSPEND_SHARE = Decimal("0.10")
OVERSPEND_AMOUNT = Decimal(25_000)
SPIKE_FACTOR = 2
SPIKE_AMOUNT = Decimal(5_000)
MONTHS_BEFORE = 3
MONTHS_JUDGED = 3


@dataclass(frozen=True, slots=True)
class SpendPoint:
    """Spending and plan added up from the start to a month's end, in the workspace's currency."""

    on: date
    actual: Decimal
    plan: Decimal


def overspend(points: Sequence[SpendPoint], currency: str) -> Signal | None:
    """Spent to date over the plan to date by more than 10 % and more than 25,000 of the workspace's currency.

    `points` are month ends, oldest first; the signal holds since the first of the unbroken run up to the last one.
    """
    since = None
    for point in points:
        since = (since or point.on) if _is_over(point) else None
    if since is None:
        return None
    last = points[-1]
    return Signal(
        SignalCode.OVERSPEND,
        since,
        "Cut spending, or agree a new plan with finance.",
        {
            "actual": str(round_amount(last.actual, currency)),
            "plan": str(round_amount(last.plan, currency)),
            "over": str(round_amount(last.actual - last.plan, currency)),
            "share": str(round(last.actual / last.plan - 1, 4)),
            "currency": currency,
            "on": last.on.isoformat(),
        },
    )


def _is_over(point: SpendPoint) -> bool:
    over = point.actual - point.plan
    return point.plan > 0 and over > OVERSPEND_AMOUNT and over > OVERSPEND_SHARE * point.plan


def compute_spike(booked: Mapping[date, Decimal], through: date, currency: str) -> Signal | None:
    """Compute of a closed month over twice the median of the three before, and over 5,000; until a normal month.

    `booked` holds the compute of each closed month that has any, by its first day. The last such month is judged, as
    long as it is one of the last three closed ones; a month without a line says nothing and ends nothing.
    """
    months = sorted(month for month in booked if month <= through)
    oldest = add_months(month_start(through), 1 - MONTHS_JUDGED)
    since, usual = None, Decimal(0)
    for place, month in enumerate(months):
        before = [booked[each] for each in months[max(0, place - MONTHS_BEFORE) : place]]
        if not _is_spike(booked[month], before):
            since = None
        elif since is None:
            since, usual = month, median(before)
    if since is None or months[-1] < oldest:
        return None
    return Signal(
        SignalCode.COMPUTE_SPIKE,
        month_end(since),
        "Find what used it and cap it; the next normal month ends this.",
        {
            "month": months[-1].isoformat(),
            "amount": str(round_amount(booked[months[-1]], currency)),
            "median": str(round_amount(usual, currency)),
            "currency": currency,
        },
    )


def _is_spike(amount: Decimal, before: Sequence[Decimal]) -> bool:
    if len(before) < MONTHS_BEFORE:
        return False
    usual = median(before)
    return usual > 0 and amount > SPIKE_FACTOR * usual and amount > SPIKE_AMOUNT
