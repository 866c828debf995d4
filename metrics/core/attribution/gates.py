"""What each grade asks of the data before it is given, and what refuses an answer altogether (methods 2b)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.special import fdtrc, stdtr

from metrics.core.attribution.effects import Design
from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.observed import PERIODS_OF_YEAR, Observed
from metrics.core.periods import MONTHS_OF_YEAR
from metrics.core.reasons import Reason
from metrics.core.types import Dated, Dose, Grade, Kpi

LEAST_BEFORE, LEAST_AFTER = 8, 4
PROVEN_BEFORE, PROVEN_AFTER = 12, 6
SEASONAL_YEARS = 2
WIDEST = 4.0
SIGNIFICANT = 0.05
SEASON_IS_PLAIN = 0.01
ALIKE = 0.9
NEAR_PERIODS = 3
ADOPTED = 0.10
LEAST_UNITS, LEAST_CLUSTERS = 30, 10
MOST_MONTHS = 60
GRADE_OF = {
    Design.RANDOMISED: Grade.RANDOMISED,
    Design.CONTROLLED: Grade.CONTROLLED,
    Design.SERIES: Grade.SERIES,
    Design.BEFORE_AFTER: Grade.BEFORE_AFTER,
    Design.CLAIM: Grade.CLAIM,
}
RANK = list(Design)
A_STEP_LOWER = {
    Grade.RANDOMISED: Grade.CONTROLLED,
    Grade.CONTROLLED: Grade.SERIES,
    Grade.SERIES: Grade.BEFORE_AFTER,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a design cannot be graded here; `is_final` where no weaker design may answer instead."""

    reason: Reason
    help: str
    months_needed: int | None = None
    is_final: bool = False


def long_enough(observed: Observed) -> Refusal | None:
    """Eight periods before and four after for any answer, twelve and six for a proof."""
    lacking = max(LEAST_AFTER - observed.after, 0)
    if observed.before < LEAST_BEFORE:
        words = f"{LEAST_BEFORE} readings from before the first use are needed, there are {observed.before}."
        return Refusal(Reason.CANNOT_TELL_YET, f"{words} Add earlier readings if they exist.", None, is_final=True)
    if lacking:
        return Refusal(
            Reason.CANNOT_TELL_YET,
            f"{LEAST_AFTER} readings since the first use are needed, there are {observed.after}.",
            months_for(lacking, observed.cadence),
            is_final=True,
        )
    if observed.before < PROVEN_BEFORE:
        words = f"Grade C needs {PROVEN_BEFORE} readings from before the first use, there are {observed.before}."
        return Refusal(Reason.CANNOT_TELL_YET, f"{words} Add earlier readings if they exist.")
    if observed.after < PROVEN_AFTER:
        words = f"Grade C needs {PROVEN_AFTER} readings since the first use, there are {observed.after}."
        return Refusal(Reason.CANNOT_TELL_YET, words, months_for(PROVEN_AFTER - observed.after, observed.cadence))
    return None


def season_known(observed: Observed) -> Refusal | None:
    """A KPI that moves with the seasons needs two years before the first use."""
    year = PERIODS_OF_YEAR[observed.cadence]
    if observed.before >= round(SEASONAL_YEARS * year) or not _is_seasonal(observed, year):
        return None
    words = "The KPI moves with the seasons, so two years of readings from before the first use are needed."
    return Refusal(Reason.CANNOT_TELL_YET, words)


def alone(observed: Observed, own: int) -> Refusal | None:
    """No other rollout on the same KPI within three periods of this one."""
    starts = _starts(observed)
    mine = starts.pop(own)
    if mine is None or all(start is None or abs(start - mine) > NEAR_PERIODS for start in starts):
        return None
    words = "Another initiative on this KPI began within three periods of this one."
    return Refusal(Reason.OTHER_ROLLOUT, f"{words} Start rollouts at least four periods apart, or keep controls.")


def alike(observed: Observed) -> list[tuple[int, ...]]:
    """Places of the doses by their course over time: those nearly the same (correlation above 0.9) stand together."""
    groups: list[tuple[int, ...]] = []
    for place, dose in enumerate(observed.doses.T):
        near = [
            group for group in groups if any(_correlation(dose, observed.doses[:, other]) > ALIKE for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append((*(other for group in near for other in group), place))
    return groups


def narrow_enough(low: float, high: float, claim: float, observed: Observed) -> Refusal | None:
    """A 95 % range at most four times as wide as the claimed effect."""
    width = high - low
    if width <= WIDEST * claim:
        return None
    wanted = observed.after * (width / (WIDEST * claim)) ** 2 if claim > 0 else math.inf
    words = "The range is more than four times as wide as the effect, so it may as well be nothing."
    periods = wanted - observed.after
    if periods > MOST_MONTHS * PERIODS_OF_YEAR[observed.cadence] / MONTHS_OF_YEAR:
        more = "Readings alone would take more than five years to tell; controls would narrow it."
        return Refusal(Reason.CANNOT_TELL_YET, f"{words} {more}", None, is_final=True)
    months = months_for(math.ceil(periods), observed.cadence)
    more = "Controls or more readings would narrow it."
    return Refusal(Reason.CANNOT_TELL_YET, f"{words} {more}", months, is_final=True)


def quiet_before(placebo_p: float | None) -> Refusal | None:
    """A pretend start before the real one shows no effect."""
    if placebo_p is None or placebo_p >= SIGNIFICANT:
        return None
    if math.isnan(placebo_p):
        words = "For most of the time before the first use all readings are equal, so their noise cannot be known."
        return Refusal(Reason.UNUSABLE_READINGS, words, is_final=True)
    words = "The same method sees an effect at a made-up start before the real one, so it cannot be trusted here."
    return Refusal(Reason.PLACEBO_FAILED, f"{words} Compare with controls that nothing changed.", is_final=True)


def follows_before(apart: Array, before: int) -> Refusal | None:
    """Treated series less controls has no trend of its own before the first use."""
    times = np.arange(before, dtype=float) - (before - 1) / 2
    early = apart[:before] - apart[:before].mean()
    slope = (times @ early) / (times @ times)
    rest = early - slope * times
    error = math.sqrt((rest @ rest) / (before - 2) / (times @ times))
    p = 2 * float(stdtr(before - 2, -abs(slope) / error)) if error > 0 else 1.0
    if p >= SIGNIFICANT:
        return None
    words = "Before the first use the KPI and its controls already moved apart."
    return Refusal(Reason.CONTROLS_UNLIKE, f"{words} Choose controls that moved alike.")


def unadopted(kpi: Kpi) -> tuple[str, ...]:
    """Names of the controls that did not use the initiative themselves (10 % of their users at most)."""
    return tuple(
        name for name in sorted(kpi.controls) if _most(kpi.control_doses.get(name, ())) <= Decimal(str(ADOPTED))
    )


def is_preregistered(kpi: Kpi, dose: Dose, design: Design, controls: Sequence[str] = ()) -> bool:
    """Whether at least this design was frozen before the first use, for the same direction and with these controls."""
    frozen, start = kpi.preregistration, dose.starts_on
    if frozen is None or start is None or frozen.on >= start or frozen.direction != kpi.direction:
        return False
    return RANK.index(Design(frozen.design)) <= RANK.index(design) and set(controls) <= set(frozen.controls)


def months_for(periods: int, cadence: str) -> int:
    """Whole months that so many periods take."""
    return max(math.ceil(periods * MONTHS_OF_YEAR / PERIODS_OF_YEAR[cadence]), 1)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values (1995), in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    found, least = [1.0] * len(p_values), 1.0
    for place, index in enumerate(order):
        least = min(least, p_values[index] * len(p_values) / (len(p_values) - place))
        found[index] = least
    return found


def _most(doses: Sequence[Dated]) -> Decimal:
    return max((dose.value for dose in doses), default=Decimal(0))


def _starts(observed: Observed) -> list[float | None]:
    """The number of the period in which each use began."""
    used = observed.doses > 0
    return [float(observed.times[np.argmax(column)]) if column.any() else None for column in used.T]


def _correlation(one: Array, other: Array) -> float:
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _is_seasonal(observed: Observed, year: float) -> bool:
    """Whether one pair of harmonics beside a trend explains the pre-period far better than chance (F-test, 1 %)."""
    times, values = observed.times[: observed.before], observed.scaled[: observed.before]
    if observed.before < year:
        return False
    angle = 2 * np.pi * times / year
    plain = np.stack([np.ones_like(times), times - times.mean()], axis=1)
    full = np.column_stack([plain, np.sin(angle), np.cos(angle)])
    small, large = _unexplained(plain, values), _unexplained(full, values)
    left = values.size - full.shape[1]
    if left <= 0 or large <= 0:
        return False
    return float(fdtrc(2, left, (small - large) / 2 / (large / left))) < SEASON_IS_PLAIN


def _unexplained(columns: Array, values: Array) -> float:
    coefficients = np.linalg.lstsq(columns, values, rcond=None)[0]
    rest = values - columns @ coefficients
    return float(rest @ rest)
