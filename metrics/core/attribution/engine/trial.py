"""Two arms that chance has filled: difference of means with Welch's unequal variances (Welch 1947)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import stdtr

from metrics.core.attribution.engine.series import Unfit

LEAST_COUNT = 2


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: number of units or clusters, mean and standard deviation of the outcome over them."""

    count: int
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated less control, with its standard deviation and degrees of freedom."""

    effect: float
    deviation: float
    degrees: float

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return 2 * float(stdtr(self.degrees, -abs(self.effect) / self.deviation))


def two_arms(treated: Arm, control: Arm) -> Difference:
    """The difference of the two means.

    Raises:
        Unfit: fewer than two in an arm, or no spread in either.
    """
    arms = (treated, control)
    if min(arm.count for arm in arms) < LEAST_COUNT:
        raise Unfit("Each arm needs at least two.")
    shares = [arm.deviation**2 / arm.count for arm in arms]
    variance = math.fsum(shares)
    if not (math.isfinite(variance) and variance > 0):
        raise Unfit("Neither arm has any spread.")
    degrees = variance**2 / math.fsum(share**2 / (arm.count - 1) for share, arm in zip(shares, arms, strict=True))
    return Difference(treated.mean - control.mean, math.sqrt(variance), degrees)
