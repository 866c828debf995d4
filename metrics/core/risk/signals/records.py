"""What is, or is not, recorded: readings, actual costs, scores, anything at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

from metrics.core.risk.signals.kinds import Signal, SignalCode

DAYS_OF_CADENCE = {"daily": 1.0, "weekly": 7.0, "monthly": 30.4375, "quarterly": 91.3125}
STALE_FACTOR = 1.5
LEAST_STALE_DAYS = 30
DORMANT_DAYS = 90
SCORES_HOLD_DAYS = 180


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
    """Nothing recorded at all for 90 days: no fact of any kind about the initiative or its KPIs."""
    due = last_activity + timedelta(days=DORMANT_DAYS)
    if today <= due:
        return None
    return Signal(
        SignalCode.DORMANT,
        due + timedelta(days=1),
        "Record what happened since, or abandon or retire it.",
        {"last_activity": last_activity.isoformat()},
    )


def assessment_old(scored_on: date | None, left_idea_on: date | None, today: date) -> Signal | None:
    """The causes of failure were last scored more than 180 days ago, or never though it is no idea any more."""
    due = left_idea_on if scored_on is None else scored_on + timedelta(days=SCORES_HOLD_DAYS)
    if due is None or today <= due:
        return None
    return Signal(
        SignalCode.ASSESSMENT_OLD,
        due + timedelta(days=1),
        "Score the causes of failure again." if scored_on else "Score the causes of failure.",
        {"scored_on": scored_on.isoformat() if scored_on else ""},
    )
