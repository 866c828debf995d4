"""The eight causes: how their scores shift the chance of failure, in words a reader can add up (methods 2c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt

from metrics.core.results import plain
from metrics.core.risk.published import Z_80, inverse_logit, logit

EFFECT_MEAN = 0.3
EFFECT_SPREAD_OF_MEAN = 0.2
EFFECT_SPREAD_OF_CAUSE = 0.2
POINTS = 100


class Cause(StrEnum):
    """What most often makes an initiative fail; scored from -1 (in hand) to +1 (severe)."""

    INTEGRATION = "integration"
    SCALABILITY = "scalability"
    ROI_JUSTIFICATION = "roi_justification"
    WORKFORCE = "workforce"
    DATA_GOVERNANCE = "data_governance"
    RESPONSIBLE_AI = "responsible_ai"
    HUMAN_FACTORS = "human_factors"
    DATA_LICENSING = "data_licensing"


@dataclass(frozen=True, slots=True)
class Contribution:
    """Percentage points that one cause adds to the chance of failure, with the 80 % range of its effect."""

    cause: Cause
    points: Decimal
    low: Decimal
    high: Decimal
    from_own_data: bool = False


def shift(scores: Mapping[Cause, Decimal]) -> float:
    """What the scores add to the log-odds of failure. Raises ValueError for a score outside -1 to +1."""
    for cause, score in scores.items():
        if not -1 <= score <= 1:
            raise ValueError(f"the score of {cause} is {score}; scores lie between -1 and 1")
    return EFFECT_MEAN * sum(float(score) for score in scores.values())


def spread(scores: Mapping[Cause, Decimal]) -> float:
    """Standard deviation that not knowing the effects adds to the log-odds."""
    values = [float(score) for score in scores.values()]
    shared = EFFECT_SPREAD_OF_MEAN * sum(values)
    return sqrt(shared**2 + EFFECT_SPREAD_OF_CAUSE**2 * sum(value**2 for value in values))


def contributions(scores: Mapping[Cause, Decimal], base: float) -> tuple[Contribution, ...]:
    """Points of every scored cause, largest first; they sum to the shifted chance less `base`.

    Effects add on the log-odds, where the share of a cause is exactly its score times its effect; points are dealt
    out in proportion.
    """
    points_per_logit = POINTS * _slope(base, shift(scores))
    parts = [_contribution(cause, float(score), points_per_logit) for cause, score in scores.items()]
    return tuple(sorted(parts, key=lambda part: (-part.points, part.cause)))


def _slope(base: float, step: float) -> float:
    """Change of the chance per unit of log-odds between `base` and the shifted chance."""
    if abs(step) < 1e-9:
        return base * (1 - base)
    return (inverse_logit(logit(base) + step) - base) / step


def _contribution(cause: Cause, score: float, points_per_logit: float) -> Contribution:
    half_width = Z_80 * sqrt(EFFECT_SPREAD_OF_MEAN**2 + EFFECT_SPREAD_OF_CAUSE**2)
    ends = [plain(score * effect * points_per_logit) for effect in (EFFECT_MEAN - half_width, EFFECT_MEAN + half_width)]
    return Contribution(cause, plain(score * EFFECT_MEAN * points_per_logit), min(ends), max(ends))
