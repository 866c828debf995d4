"""How good stated chances were, once the outcomes are known: plain functions of arrays (methods 2c).

`chances` lie between 0 and 1, `failed` holds 0 and 1, `weights` say how many forecasts each row stands for, `clusters`
name the initiative of each row: forecasts of one initiative are not independent, so every range treats the initiative
as the unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]
Chosen: TypeAlias = npt.NDArray[np.bool_]

CLIP = 1e-6
DRAWS = 2_000
DRAWS_AT_ONCE = 100
SEED = 20_260
ENDS_OF_80 = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Ranged:
    """A number with its 80 % range."""

    value: float
    low: float
    high: float


def brier(chances: Floats, failed: Floats, weights: Floats) -> float:
    """Mean squared distance between chance and outcome (Brier 1950): 0 is perfect, always saying 50 % gives 0.25."""
    return float(np.average((chances - failed) ** 2, weights=weights))


def log_loss(chances: Floats, failed: Floats, weights: Floats) -> float:
    """Mean of minus the log of the chance given to what happened; chances are clipped to 1e-6 and 1 - 1e-6."""
    said = np.clip(chances, CLIP, 1 - CLIP)
    return float(np.average(-np.where(failed > 0, np.log(said), np.log1p(-said)), weights=weights))


def area_under_curve(chances: Floats, failed: Floats) -> float | None:
    """The chance that a failure was given a higher chance than a success, ties half; None where all ended alike."""
    failures = int(failed.sum())
    others = len(failed) - failures
    if not failures or not others:
        return None
    ranks = rankdata(chances)[failed > 0].sum()
    return float((ranks - failures * (failures + 1) / 2) / (failures * others))


def skill(chances: Floats, base: Floats, failed: Floats, weights: Floats) -> float | None:
    """One less the Brier score over that of the `base` chances; None where the base was perfect."""
    against = brier(base, failed, weights)
    return 1 - brier(chances, failed, weights) / against if against > 0 else None


def skill_range(chances: Floats, base: Floats, failed: Floats, weights: Floats, clusters: Places) -> Ranged | None:
    """Skill with its 80 % range: whole initiatives drawn anew 2,000 times, with a fixed seed.

    `clusters` count from 0. None where the base was perfect, or for a single initiative, which has no range.
    """
    value = skill(chances, base, failed, weights)
    if value is None or not clusters.any():
        return None
    own = _sums(weights * (chances - failed) ** 2, clusters)
    against = _sums(weights * (base - failed) ** 2, clusters)
    drawn = np.concatenate([_redrawn(own, against, seed) for seed in range(DRAWS // DRAWS_AT_ONCE)])
    low, high = np.quantile(drawn, ENDS_OF_80)
    return Ranged(value, min(float(low), value), max(float(high), value))


def _sums(values: Floats, clusters: Places) -> Floats:
    return np.bincount(clusters, values).astype(np.float64)


def _redrawn(own: Floats, against: Floats, part: int) -> Floats:
    """Skills of portfolios drawn from the same initiatives with replacement."""
    rng = np.random.default_rng((SEED, part))
    counts = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=DRAWS_AT_ONCE)
    below = counts @ against
    return np.asarray(1 - (counts @ own)[below > 0] / below[below > 0])
