"""An estimate in the reader's terms: range, grade, credit of each period, and what it assumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
from scipy.special import stdtrit

from metrics.core.attribution.before_after import GOOD_SIGN, movement, relative
from metrics.core.attribution.credits import credit, split_by_use
from metrics.core.attribution.effects import Credit, Design, Effect, Movement, Spread, Window
from metrics.core.attribution.engine.covariances import Array, Mask
from metrics.core.attribution.engine.families import change_from
from metrics.core.attribution.gates import (
    A_STEP_LOWER,
    GRADE_OF,
    Refusal,
    is_preregistered,
    narrow_enough,
)
from metrics.core.attribution.observed import Observed
from metrics.core.reasons import Reason
from metrics.core.results import RATIO, Figure, missing, plain
from metrics.core.types import PROVEN, Dose, Grade, Kpi

LEVEL_80, LEVEL_95 = 0.9, 0.975
NEAR_ZERO = 0.1
LEVEL = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Found:
    """What an estimator found: coefficients of the doses (D,) on the family's scale, and how sure the own one is.

    `own` is the place of the initiative's dose among those that were fitted; `group` holds the places, among the
    observed doses, of all initiatives that this dose stands for.
    """

    design: Design
    method: str
    means: Array
    deviation: float
    degrees: float
    p_value: float
    controls: tuple[str, ...]
    own: int
    doses: Array
    group: tuple[int, ...]

    @property
    def is_joint(self) -> bool:
        """Whether several initiatives are estimated as one."""
        return len(self.group) > 1


def stated(kpi: Kpi, dose: Dose, observed: Observed, found: Found, place: int) -> Effect | Refusal:
    """The effect credited to one initiative, or the refusal of a range that is too wide.

    `place` is the initiative's among the observed doses.
    """
    used = observed.doses[:, place] > 0
    changes = _changes(observed, found, place, found.means)[used]
    if not changes.size:
        return NEVER_USED
    mean, deviation = float(changes.mean()), _deviation(observed, found, place, used)
    sides = [mean + sign * deviation * stdtrit(found.degrees, LEVEL_95) for sign in (-1, 1)]
    refusal = narrow_enough(sides[0], sides[1], _claim(kpi, observed, mean), observed)
    if refusal:
        return refusal
    return _graded(kpi, dose, observed, found, _Stated(mean, deviation, changes, used, (sides[0], sides[1])), place)


def refused(kpi: Kpi, refusal: Refusal, exposed_on: date | None) -> Effect:
    """No answer, with what would help."""
    return Effect(
        kpi=kpi.key,
        design=Design(kpi.design),
        grade=None,
        effect=missing(refusal.reason, kpi.unit, refusal.help),
        relative=missing(refusal.reason, RATIO, refusal.help),
        movement=Movement.UNKNOWN,
        assumption="",
        first_exposure=exposed_on,
        help=refusal.help,
        months_needed=refusal.months_needed,
    )


def with_help(effect: Effect, refusals: Sequence[Refusal]) -> Effect:
    """A weaker answer that says what the declared design would need."""
    words = list(dict.fromkeys(refusal.help for refusal in refusals if refusal.help))
    months = [refusal.months_needed for refusal in refusals if refusal.months_needed is not None]
    return replace(effect, help=" ".join(words), months_needed=max(months, default=None))


@dataclass(frozen=True, slots=True)
class _Stated:
    mean: float
    deviation: float
    changes: Array
    used: Mask
    range95: tuple[float, float]


NEVER_USED = Refusal(Reason.NO_GO_LIVE, "The initiative was not in use in any period that has a reading.", None, True)


def _changes(observed: Observed, found: Found, place: int, means: Array) -> Array:
    """(T,) change credited to the initiative in each period, in the unit of the readings."""
    shifts = found.doses * means
    change = observed.unit * credit(observed.family, observed.scaled, shifts, found.own)
    if not found.is_joint:
        return change
    return change * split_by_use(observed.doses[:, found.group], found.group.index(place))


def _deviation(observed: Observed, found: Found, place: int, used: Mask) -> float:
    """Half the distance between the mean changes at one standard deviation to either side."""
    step = np.zeros_like(found.means)
    step[found.own] = found.deviation
    high, low = (_changes(observed, found, place, found.means + sign * step)[used].mean() for sign in (1, -1))
    return float(abs(high - low)) / 2


def _claim(kpi: Kpi, observed: Observed, mean: float) -> float:
    """The claimed effect: the KPI's last target less its level before; without both the estimate itself."""
    if not kpi.targets or not observed.before:
        return abs(mean)
    target = max(kpi.targets, key=lambda point: point.on).value
    return abs(float(target) - float(observed.values[: observed.before].mean())) or abs(mean)


def _graded(kpi: Kpi, dose: Dose, observed: Observed, found: Found, told: _Stated, place: int) -> Effect:
    judged = GRADE_OF[found.design]
    registered = is_preregistered(kpi, dose, found.design, found.controls)
    grade = judged if registered else A_STEP_LOWER[judged]
    sign = GOOD_SIGN[kpi.direction]
    early = np.arange(len(observed.ends)) < observed.before
    before, after = _window(observed, early), _window(observed, told.used)
    improvement = Decimal(repr(told.mean)) * sign
    return Effect(
        kpi=kpi.key,
        design=Design(kpi.design),
        grade=grade,
        effect=_figure(kpi, told, found.degrees, grade),
        relative=_relative(told.mean, observed, grade),
        movement=movement(improvement),
        assumption=_assumption(found, judged, registered, observed.before, int(told.used.sum())),
        improvement=improvement,
        before=before,
        after=after,
        first_exposure=dose.starts_on,
        judged=judged,
        method=found.method,
        low95=plain(told.range95[0]) if grade in PROVEN else None,
        high95=plain(told.range95[1]) if grade in PROVEN else None,
        p_value=plain(found.p_value),
        help="" if registered else NOT_REGISTERED.format(judged=judged),
        spread=Spread(told.mean * sign, told.deviation, found.degrees),
        credits=_credits(observed, told, place, sign),
        controls=found.controls,
        share=_share(observed, found, told),
    )


def _figure(kpi: Kpi, told: _Stated, degrees: float, grade: Grade) -> Figure:
    if grade not in PROVEN:
        return Figure(plain(told.mean), kpi.unit, grade=grade)
    half = told.deviation * float(stdtrit(degrees, LEVEL_80))
    return Figure(
        plain(told.mean), kpi.unit, plain(told.mean - half), plain(told.mean + half), level=LEVEL, grade=grade
    )


def _relative(mean: float, observed: Observed, grade: Grade) -> Figure:
    early = observed.values[: observed.before]
    if not early.size:
        return missing(Reason.NO_BASELINE, RATIO)
    level = float(early.mean())
    return relative(Decimal(repr(mean)), Decimal(repr(level)), grade, abs(level) < NEAR_ZERO * float(early.std()))


def _window(observed: Observed, chosen: Mask) -> Window | None:
    places = np.flatnonzero(chosen).tolist()
    if not places:
        return None
    mean = float(observed.values[places].mean())
    return Window(Decimal(repr(mean)), len(places), observed.ends[places[0]], observed.ends[places[-1]])


def _credits(observed: Observed, told: _Stated, place: int, sign: int) -> tuple[Credit, ...]:
    ends = [observed.ends[at] for at in np.flatnonzero(told.used).tolist()]
    numbers = (observed.doses[told.used, place], observed.values[told.used], told.changes * sign)
    rows = zip(ends, *(map(repr, column.tolist()) for column in numbers), strict=True)
    return tuple(Credit(end, Decimal(use), Decimal(reading), Decimal(change)) for end, use, reading, change in rows)


def _share(observed: Observed, found: Found, told: _Stated) -> Decimal:
    """This initiative's part of the joint change since its first use; one where nobody else moved the KPI."""
    joint = change_from(observed.family, observed.scaled, (found.doses * found.means).sum(axis=1))[told.used]
    total = observed.unit * float(joint.sum())
    return plain(float(told.changes.sum()) / total) if total else Decimal(1)


def _assumption(found: Found, judged: Grade, registered: bool, before: int, after: int) -> str:
    compared = f"Worked out from {before} periods before and {after} since the first use by {found.method}."
    words = [compared, ASSUMES[found.design]]
    if found.is_joint:
        words.append("Several initiatives began together; their joint effect is split by use, which is a convention.")
    if found.doses.shape[1] > 1:
        words.append("Credits of initiatives that share the KPI add up to the joint effect; the split is Shapley's.")
    if not registered:
        words.append(NOT_REGISTERED.format(judged=judged))
    return " ".join(words)


ASSUMES = {
    Design.RANDOMISED: "Chance decided who used it, so nothing else explains the difference.",
    Design.CONTROLLED: "Assumes that whatever else happened moved the controls as much as the KPI.",
    Design.SERIES: "Assumes that nothing else changed the KPI at the same time.",
}
NOT_REGISTERED = (
    "It was not preregistered before the first use, so the grade is a step lower than the {judged} of the data."
)
