"""Why a chance is what it is: points per cause that add up (methods 2c).

Effects add on the log-odds, where the share of a cause is exactly its score times its effect, measured from a score of
0. Points of the chance are dealt out in that proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from metrics.core.results import plain
from metrics.core.risk.factors import CAUSES, Cause, Contribution
from metrics.core.risk.fitting import FIRST_CAUSE, Fit, priors
from metrics.core.risk.published import Z_80

POINTS = 100
NEARLY_NOTHING = 1e-9


def contributions(fit: Fit, scores: Mapping[Cause, Decimal], chance: float, without: float) -> tuple[Contribution, ...]:
    """Points of every scored cause, largest first; they sum to `chance` less `without`, the chance with no scores."""
    effects = {cause: _Effect(fit, place) for place, cause in enumerate(CAUSES) if cause in scores}
    step = sum(float(scores[cause]) * effect.mean for cause, effect in effects.items())
    slope = POINTS * _slope(step, chance, without)
    parts = [_contribution(cause, float(scores[cause]), effect, slope) for cause, effect in effects.items()]
    return tuple(sorted(parts, key=lambda part: (-part.points, part.cause)))


def _slope(step: float, chance: float, without: float) -> float:
    """Change of the chance for each unit of log-odds; that of the logistic curve where the scores nearly cancel out."""
    even = without * (1 - without)
    if abs(step) < NEARLY_NOTHING:
        return even
    found = (chance - without) / step
    return found if found > 0 else even


class _Effect:
    """What a full point of a cause does to the log-odds of being given up rather than moving on."""

    def __init__(self, fit: Fit, place: int) -> None:
        column = FIRST_CAUSE + place
        before = sum(float(prior.covariance[column, column]) for prior in priors(fit.pool))
        after = sum(float(part.covariance[column, column]) for part in (fit.advance, fit.abandon))
        self.mean = float(fit.abandon.mean[column] - fit.advance.mean[column])
        self.deviation = float(np.sqrt(after))
        self.own_share = min(max(1 - after / before, 0.0), 1.0)


def _contribution(cause: Cause, score: float, effect: _Effect, slope: float) -> Contribution:
    half_width = Z_80 * effect.deviation
    ends = [plain(score * value * slope) for value in (effect.mean - half_width, effect.mean + half_width)]
    return Contribution(cause, plain(score * effect.mean * slope), min(ends), max(ends), plain(effect.own_share))
