"""Grade D: the mean of a KPI before the start against its mean after (methods 2b)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from metrics.core.attribution.effects import Design, Effect, Movement, Window
from metrics.core.reasons import Reason
from metrics.core.results import RATIO, Figure, missing, plain, ratio
from metrics.core.types import Grade, Kpi, Reading

LEAST_READINGS = 3
LEAST_READINGS_OF_A_CLAIM = 1
GOOD_SIGN = {"up": 1, "down": -1}


def before_after(kpi: Kpi, exposed_on: date | None) -> Effect:
    """Mean change per period of `kpi` from its baseline window to the readings since `exposed_on`.

    Readings of the baseline window that fall after the first use are left out. At least three readings are needed
    on each side (one for a claim, which gets grade E); a KPI redefined in between is refused.
    """
    grade, least = _evidence(Design(kpi.design))
    before = [point for point in kpi.readings if _in_baseline(kpi, point.on, exposed_on)]
    after = [point for point in kpi.readings if exposed_on is not None and point.on >= exposed_on]
    reason = _refusal(kpi, exposed_on, before, after, least)
    if reason is not None or exposed_on is None:
        return _refused(kpi, reason or Reason.NO_GO_LIVE, exposed_on)
    return _compared(kpi, grade, window(before), window(after), exposed_on)


def _evidence(design: Design) -> tuple[Grade, int]:
    if design is Design.CLAIM:
        return Grade.CLAIM, LEAST_READINGS_OF_A_CLAIM
    return Grade.BEFORE_AFTER, LEAST_READINGS


def _in_baseline(kpi: Kpi, on: date, exposed_on: date | None) -> bool:
    if kpi.baseline_from is None or kpi.baseline_to is None:
        return False
    return kpi.baseline_from <= on <= kpi.baseline_to and (exposed_on is None or on < exposed_on)


def _refusal(
    kpi: Kpi, exposed_on: date | None, before: Sequence[Reading], after: Sequence[Reading], least: int
) -> Reason | None:
    if not kpi.readings:
        return Reason.NO_READINGS
    if not all(point.value.is_finite() for point in kpi.readings):
        return Reason.UNUSABLE_READINGS
    if kpi.baseline_from is None or kpi.baseline_to is None:
        return Reason.NO_BASELINE
    if exposed_on is None:
        return Reason.NO_GO_LIVE
    if len(before) < least or len(after) < least:
        return Reason.TOO_FEW_READINGS
    return Reason.KPI_REDEFINED if _redefined_between(kpi, before, after) else None


def _redefined_between(kpi: Kpi, before: Sequence[Reading], after: Sequence[Reading]) -> bool:
    first, last = min(point.on for point in before), max(point.on for point in after)
    return kpi.redefined_on is not None and first < kpi.redefined_on <= last


def window(points: Sequence[Reading]) -> Window:
    """The readings of one side: mean, number, first and last day."""
    days = [point.on for point in points]
    total = sum((point.value for point in points), Decimal(0))
    return Window(total / len(points), len(points), min(days), max(days))


def _compared(kpi: Kpi, grade: Grade, before: Window, after: Window, exposed_on: date) -> Effect:
    change = after.mean - before.mean
    improvement = change * GOOD_SIGN[kpi.direction]
    return Effect(
        kpi=kpi.key,
        design=Design(kpi.design),
        grade=grade,
        effect=Figure(plain(change), kpi.unit, grade=grade),
        judged=grade,
        method="before and after",
        relative=relative(change, before.mean, grade),
        movement=movement(improvement),
        assumption=_assumption(kpi, before, after),
        improvement=improvement,
        before=before,
        after=after,
        first_exposure=exposed_on,
    )


def relative(change: Decimal, baseline: Decimal, grade: Grade, is_near_zero: bool = False) -> Figure:
    """The change as a share of the size of the baseline; none where the baseline is zero or lost in its noise."""
    if baseline == 0 or is_near_zero:
        return missing(Reason.ZERO_BASELINE, RATIO)
    return ratio(change / abs(baseline), grade=grade)


def movement(improvement: Decimal) -> Movement:
    """Which way the KPI went."""
    if improvement == 0:
        return Movement.UNCHANGED
    return Movement.BETTER if improvement > 0 else Movement.WORSE


def _refused(kpi: Kpi, reason: Reason, exposed_on: date | None) -> Effect:
    return Effect(
        kpi=kpi.key,
        design=Design(kpi.design),
        grade=None,
        effect=missing(reason, kpi.unit),
        relative=missing(reason, RATIO),
        movement=Movement.UNKNOWN,
        assumption="",
        first_exposure=exposed_on,
    )


def _assumption(kpi: Kpi, before: Window, after: Window) -> str:
    compared = (
        f"Compares the mean of {before.count} readings from {before.first:%Y-%m-%d} to {before.last:%Y-%m-%d} with "
        f"{after.count} from {after.first:%Y-%m-%d} to {after.last:%Y-%m-%d}."
    )
    return f"{compared} {_READ_AS[Design(kpi.design)]}"


_NOTHING_ELSE = "Assumes that nothing else changed the KPI, which is often wrong, so it is indicative and not proven."
_READ_AS = {
    Design.BEFORE_AFTER: _NOTHING_ELSE,
    Design.SERIES: f"Planned as a series, which these readings do not allow yet. {_NOTHING_ELSE}",
    Design.CONTROLLED: f"Planned with controls, which these readings do not allow yet. {_NOTHING_ELSE}",
    Design.RANDOMISED: f"Planned as randomised, which these records do not allow yet. {_NOTHING_ELSE}",
    Design.CLAIM: "The owner claims that this change comes from the initiative; no evidence separates it from others.",
}
