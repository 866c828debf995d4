"""Early warnings from behaviour: dated facts in, signals out. Days are calendar days of the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import ceil
from statistics import median

from metrics.core.money import round_amount

DAYS_OF_CADENCE = {"daily": 1.0, "weekly": 7.0, "monthly": 30.4375, "quarterly": 91.3125}
STALE_FACTOR = 1.5
LEAST_STALE_DAYS = 30
STUCK_FACTOR = 1.5
LEAST_STUCK_DAYS = 90
OVERSPEND_SHARE = Decimal("0.10")
OVERSPEND_AMOUNT = Decimal(25_000)
DORMANT_DAYS = 90
STAGES_THAT_GET_STUCK = frozenset({"idea", "discovery", "pilot", "development", "rollout"})


class SignalCode(StrEnum):
    """What the behaviour gives away."""

    STALE_KPI = "STALE_KPI"
    STUCK_STAGE = "STUCK_STAGE"
    OVERSPEND = "OVERSPEND"
    NO_ACTUALS = "NO_ACTUALS"
    DORMANT = "DORMANT"


@dataclass(frozen=True, slots=True)
class Signal:
    """A warning that holds since `since`; `detail` has its values as text, `cure` says what ends it."""

    code: SignalCode
    since: date
    cure: str
    detail: Mapping[str, str] = field(default_factory=dict)


def days_waited(since: date, allowed_days: int, day: date) -> int:
    """Days up to `day` that a signal counts, of which `allowed_days` had passed the day before `since`.

    A signal holds no running count, so that a day that passes changes no figure.
    """
    return (day - since).days + allowed_days + 1


@dataclass(frozen=True, slots=True)
class SpendPoint:
    """Spending and plan added up from the start to a month's end, in the workspace's currency."""

    on: date
    actual: Decimal
    plan: Decimal


def stale_kpi(
    key: str, name: str, cadence: str, last_reading: date | None, known_since: date, today: date
) -> Signal | None:
    """No reading for one and a half periods of the cadence, at least 30 days.

    A KPI without any reading counts from `known_since`, the day on which it was set up.
    """
    allowed = stale_after_days(cadence)
    due = (last_reading or known_since) + timedelta(days=allowed)
    if today <= due:
        return None
    return Signal(
        SignalCode.STALE_KPI,
        due + timedelta(days=1),
        f"Record a reading of {name}.",
        {
            "kpi": key,
            "name": name,
            "last_reading": last_reading.isoformat() if last_reading else "",
            "allowed_days": str(allowed),
        },
    )


def stale_after_days(cadence: str) -> int:
    """Days without a reading after which a KPI of this cadence is stale."""
    return max(LEAST_STALE_DAYS, ceil(STALE_FACTOR * DAYS_OF_CADENCE[cadence]))


def stuck_stage(stage: str, entered_on: date, median_days: float | None, today: date) -> Signal | None:
    """In a stage before production for more than one and a half times the portfolio's median, at least 90 days.

    `median_days` is the portfolio's median stay in that stage; None, where nobody has left it yet, gives no signal.
    """
    if median_days is None or stage not in STAGES_THAT_GET_STUCK:
        return None
    allowed = max(LEAST_STUCK_DAYS, ceil(STUCK_FACTOR * median_days))
    due = entered_on + timedelta(days=allowed)
    if today <= due:
        return None
    return Signal(
        SignalCode.STUCK_STAGE,
        due + timedelta(days=1),
        "Decide: move it on, go back a stage, or abandon it.",
        {
            "stage": stage,
            "entered_on": entered_on.isoformat(),
            "median_days": str(round(median_days)),
            "allowed_days": str(allowed),
        },
    )


def median_stays(stays: Sequence[tuple[str, int]]) -> dict[str, float]:
    """Median days in each stage over the completed stays (stage, days) of a portfolio."""
    by_stage: dict[str, list[int]] = {}
    for stage, days in stays:
        by_stage.setdefault(stage, []).append(days)
    return {stage: float(median(days)) for stage, days in by_stage.items()}


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


def no_actuals(expected: Sequence[date], booked: frozenset[date]) -> Signal | None:
    """Closed months without any actual cost; they count as nothing, so the figures are too good.

    `expected` are the first days of the months from the first cost of any kind to the last closed month while the
    initiative ran, `booked` those that have an actual.
    """
    missing = sorted(month for month in expected if month not in booked)
    if not missing:
        return None
    return Signal(
        SignalCode.NO_ACTUALS,
        _next_month(missing[0]),
        "Record the actual costs of these months, also where they are zero.",
        {"months": str(len(missing)), "first": missing[0].isoformat(), "last": missing[-1].isoformat()},
    )


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def dormant(last_activity: date, today: date) -> Signal | None:
    """Nothing recorded at all for 90 days: no reading, cost, stage change, adoption, assessment or event."""
    due = last_activity + timedelta(days=DORMANT_DAYS)
    if today <= due:
        return None
    return Signal(
        SignalCode.DORMANT,
        due + timedelta(days=1),
        "Record what happened since, or abandon or retire it.",
        {"last_activity": last_activity.isoformat()},
    )
