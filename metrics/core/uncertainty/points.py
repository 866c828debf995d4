"""The points at which every simulation is evaluated: 4,096 scrambled Sobol points with a stored seed."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit
from scipy.stats import qmc

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.int64]

SEED = 20_261_123
POINTS = 4096
DIMENSIONS = 16
INSIDE = 1e-9


@lru_cache(maxsize=512)
def t_scores(dimension: int, degrees: float) -> Array:
    """(4096,) the points of one dimension as quantiles of the t-distribution."""
    scores: Array = stdtrit(degrees, uniforms()[dimension])
    return scores


@lru_cache(maxsize=1)
def uniforms() -> Array:
    """(16, 4096) numbers between 0 and 1, the same in every process."""
    sampler = qmc.Sobol(DIMENSIONS, scramble=True, rng=np.random.default_rng(SEED))
    drawn = sampler.random(POINTS).T
    points: Array = np.ascontiguousarray(np.clip(drawn, INSIDE, 1 - INSIDE))
    points.setflags(write=False)
    return points
