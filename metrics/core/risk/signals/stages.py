"""Time in a stage, against the curve of the portfolio's own stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, floor

from metrics.core.risk.signals.kinds import Signal, SignalCode
from metrics.core.risk.survival import TINY, Curve
from metrics.core.types import StagePoint

STUCK_FACTOR = 1.5
LEAST_STUCK_DAYS = 90
DAYS_WITHOUT_MEDIAN = 365
PERCENT = 100
STAGES_THAT_GET_STUCK = frozenset({"idea", "discovery", "pilot", "development", "rollout"})


def stay_of(stages: Sequence[StagePoint], today: date) -> StagePoint | None:
    """The stage of `today` and the day of its entry; a stage that is recorded again goes on. None before the first."""
    held = None
    for point in stages:
        if point.on <= today and (held is None or point.to != held.to):
            held = point
    return held


def stuck_stage(stay: StagePoint, curve: Curve, today: date) -> Signal | None:
    """In a stage before production for more than one and a half times the median of the portfolio, at least 90 days.

    Where at most half of the stays in that stage are over by any day, as far as the curve knows, there is no median,
    and a year is allowed.
    """
    if stay.to not in STAGES_THAT_GET_STUCK:
        return None
    allowed = allowed_days(curve)
    due = stay.on + timedelta(days=allowed)
    if today <= due:
        return None
    return Signal(
        SignalCode.STUCK_STAGE,
        due + timedelta(days=1),
        "Decide: move it on, go back a stage, or abandon it.",
        {
            "stage": stay.to,
            "entered_on": stay.on.isoformat(),
            "median_days": "" if curve.median is None else str(curve.median),
            "allowed_days": str(allowed),
            "shorter": shorter_text(curve, allowed),
        },
    )


def allowed_days(curve: Curve) -> int:
    """After so many days a stay is stuck."""
    if curve.median is None:
        return DAYS_WITHOUT_MEDIAN
    return max(LEAST_STUCK_DAYS, ceil(STUCK_FACTOR * curve.median))


def shorter_text(curve: Curve, since: int) -> str:
    """Which whole percentage of stays is over from which day on, beginning with `since`: `181:82 240:90`."""
    days: dict[int, int] = {since: _over(curve.share_after(since))}
    highest = days[since]
    for step in curve.steps:
        if step.day > since and _over(step.share) > highest:
            days[step.day] = highest = _over(step.share)
    return " ".join(f"{day}:{percent}" for day, percent in days.items())


def shorter_on(text: str, day: int) -> int:
    """The percentage of stays that were over by `day`, as `shorter_text` holds it."""
    pairs = (pair.split(":") for pair in text.split())
    return max((int(percent) for since, percent in pairs if int(since) <= day), default=0)


def _over(share: float) -> int:
    return floor((1 - share) * PERCENT + TINY)
