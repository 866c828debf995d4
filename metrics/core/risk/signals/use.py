"""How the share of users moves once the initiative is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from metrics.core.periods import add_months
from metrics.core.risk.signals.kinds import Signal, SignalCode
from metrics.core.types import Dated, StagePoint

IN_USE = frozenset({"rollout", "production", "scaled"})
FALL_POINTS = Decimal("0.10")
FALL_SHARE = Decimal("0.25")
LEAST_POINTS = Decimal("0.03")
MONTHS_OF_PEAK = 3
CONFIRMED_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class _Fall:
    """An unbroken run of readings below a level that two readings had reached before."""

    peak: Dated
    first: Dated
    last: Dated


def in_use_since(stages: Sequence[StagePoint], today: date) -> date | None:
    """The day on which the rollout or production of `today` began; None where it is in another stage."""
    since = None
    for point in stages:
        if point.on <= today:
            since = (since or point.on) if point.to in IN_USE else None
    return since


def falling_adoption(readings: Sequence[Dated]) -> Signal | None:
    """Use fell by 10 points, or by a quarter and at least 3 points, within three months, and stayed there.

    The level is the second highest reading of the three months before (the only one where there is one); the fall
    needs two readings at least 14 days apart, so that neither one odd reading nor a weekend makes a signal. It ends
    with a reading above. `readings` are those since the rollout began, oldest first.
    """
    fall = _fall(readings)
    if fall is None or fall.last.on - fall.first.on < CONFIRMED_AFTER:
        return None
    return Signal(
        SignalCode.FALLING_ADOPTION,
        fall.first.on,
        "Ask the people who stopped what it would take; a reading back at the old level ends this.",
        {
            "peak": str(fall.peak.value),
            "peak_on": fall.peak.on.isoformat(),
            "share": str(fall.last.value),
            "share_on": fall.last.on.isoformat(),
        },
    )


def _fall(readings: Sequence[Dated]) -> _Fall | None:
    fall: _Fall | None = None
    for place, reading in enumerate(readings):
        peak = fall.peak if fall else _level(readings[:place], reading.on)
        if peak is None or not _is_low(reading.value, peak.value):
            fall = None
        else:
            fall = _Fall(peak, fall.first if fall else reading, reading)
    return fall


def _level(before: Sequence[Dated], on: date) -> Dated | None:
    """The level that two readings of the three months before reached."""
    recent = [point for point in before if point.on >= add_months(on, -MONTHS_OF_PEAK)]
    highest = sorted(recent, key=lambda point: (point.value, point.on), reverse=True)
    return highest[min(1, len(highest) - 1)] if highest else None


def _is_low(share: Decimal, peak: Decimal) -> bool:
    fell = peak - share
    return fell >= FALL_POINTS or (fell >= FALL_SHARE * peak and fell >= LEAST_POINTS)
