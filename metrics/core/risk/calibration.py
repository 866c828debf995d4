"""Whether chances mean what they say: slope of calibration, and bins with the share that came true (methods 2c)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from metrics.core.risk.logistic import Outcomes, Prior, posterior_of
from metrics.core.risk.published import Z_80
from metrics.core.risk.scores import CLIP, Floats, Places, Ranged

MOST_BINS = 5
LEAST_IN_BIN = 5
SPREAD_OF_SLOPE = 0.3
SPREAD_OF_INTERCEPT = 1.0
AROUND_ONE = Prior(np.array([0.0, 1.0]), np.diag([SPREAD_OF_INTERCEPT**2, SPREAD_OF_SLOPE**2]))


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same chance: mean chance said, share that failed, and its 80 % range by Wilson.

    `forecasts` and `initiatives` count what the bin holds.
    """

    predicted: float
    observed: float
    low: float
    high: float
    forecasts: int
    initiatives: int


def calibration_slope(chances: Floats, failed: Floats, weights: Floats, clusters: Places) -> Ranged:
    """Slope of the outcomes' log-odds over those of the chances, with its 80 % range; 1 is right.

    Below 1 the chances are too far apart, above 1 too close together. The prior is normal around 1 with a deviation of
    0.3 (and around 0 with 1 for the intercept); an initiative weighs one, however many of its forecasts resolved.
    Source: Cox 1958 for the regression; the prior is that of methods 2c.
    """
    said = np.clip(chances, CLIP, 1 - CLIP)
    design = np.column_stack([np.ones(len(said)), np.log(said / (1 - said))])
    rows = Outcomes(design, failed > 0, weights=weights / np.bincount(clusters)[clusters])
    found = posterior_of(rows, AROUND_ONE)
    slope, half_width = float(found.mean[1]), Z_80 * sqrt(found.covariance[1, 1])
    return Ranged(slope, slope - half_width, slope + half_width)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 80 % range of a share seen in `count` independent cases (Wilson 1927)."""
    square = Z_80**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = Z_80 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def reliability(chances: Floats, failed: Floats, weights: Floats, clusters: Places) -> tuple[Bin, ...]:
    """Up to five bins with equally many forecasts; equal chances stay together, so bins may be fewer.

    The range of a bin counts initiatives, not forecasts, since those of one initiative are not independent.
    """
    wanted = max(1, min(MOST_BINS, len(chances) // LEAST_IN_BIN))
    order = np.argsort(chances, kind="stable")
    ranked = chances[order]
    cuts = {int(np.searchsorted(ranked, ranked[len(ranked) * cut // wanted])) for cut in range(1, wanted)}
    parts = np.split(order, sorted(cuts - {0}))
    return tuple(_bin(chances[part], failed[part], weights[part], clusters[part]) for part in parts)


def _bin(chances: Floats, failed: Floats, weights: Floats, clusters: Places) -> Bin:
    initiatives = len(np.unique(clusters))
    observed = float(np.average(failed, weights=weights))
    low, high = wilson(observed, initiatives)
    return Bin(float(np.average(chances, weights=weights)), observed, low, high, len(chances), initiatives)
