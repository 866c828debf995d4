"""The points at which every simulation is evaluated: 4,096 scrambled Sobol points with a stored seed.

Each driver has a dimension of its own and each effect two, however many there are. Dimensions are made sixteen at a
time: block b holds the dimensions 16b to 16b + 15 of one Sobol sequence, scrambled by a generator that the seed and b
start, so that a dimension is the same in every process whatever was asked for before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit
from scipy.stats import qmc

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.int64]

SEED = 20_261_123
POINTS = 4096
POINTS_OF_MONTHS = 1024
BLOCK = 16
INSIDE = 1e-9
REMEMBERED = 256


class Draws(Protocol):
    """Points by dimension: between 0 and 1, as normal scores, and as quantiles of the t-distribution."""

    def uniform(self, dimension: int) -> Array:
        """(N,) numbers between 0 and 1."""

    def normal(self, dimension: int) -> Array:
        """(N,) the same as normal scores."""

    def t(self, dimension: int, degrees: float) -> Array:
        """(N,) the same as quantiles of the t-distribution."""


@dataclass(frozen=True, slots=True)
class Table:
    """Given points: (D, N) numbers between 0 and 1."""

    points: Array

    def uniform(self, dimension: int) -> Array:
        """As given."""
        found: Array = self.points[dimension]
        return found

    def normal(self, dimension: int) -> Array:
        """Worked out afresh."""
        scores: Array = ndtri(self.points[dimension])
        return scores

    def t(self, dimension: int, degrees: float) -> Array:
        """Worked out afresh."""
        scores: Array = stdtrit(degrees, self.points[dimension])
        return scores


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored points; their scores are remembered."""

    def uniform(self, dimension: int) -> Array:
        """A row of its block."""
        row: Array = _block(dimension // BLOCK)[dimension % BLOCK]
        return row

    def normal(self, dimension: int) -> Array:
        """Remembered."""
        return _normal_scores(dimension)

    def t(self, dimension: int, degrees: float) -> Array:
        """Remembered."""
        return _t_scores(dimension, degrees)


@dataclass(frozen=True, slots=True)
class First:
    """The first of the stored points, which are spread as evenly as all of them."""

    count: int

    def uniform(self, dimension: int) -> Array:
        """The beginning of a row of its block."""
        return STORED.uniform(dimension)[: self.count]

    def normal(self, dimension: int) -> Array:
        """Remembered."""
        return STORED.normal(dimension)[: self.count]

    def t(self, dimension: int, degrees: float) -> Array:
        """Remembered."""
        return STORED.t(dimension, degrees)[: self.count]


STORED = Stored()
FIRST = First(POINTS_OF_MONTHS)


@cache
def _block(number: int) -> Array:
    """(16, 4096) the points of one block of dimensions; half a megabyte."""
    seed = np.random.default_rng([SEED, number] if number else SEED)
    sampler = qmc.Sobol(BLOCK * (number + 1), scramble=True, rng=seed)
    drawn = sampler.random(POINTS).T[BLOCK * number :]
    points: Array = np.ascontiguousarray(np.clip(drawn, INSIDE, 1 - INSIDE))
    points.setflags(write=False)
    return points


@lru_cache(maxsize=REMEMBERED)
def _normal_scores(dimension: int) -> Array:
    scores: Array = ndtri(STORED.uniform(dimension))
    scores.setflags(write=False)
    return scores


@lru_cache(maxsize=REMEMBERED)
def _t_scores(dimension: int, degrees: float) -> Array:
    scores: Array = stdtrit(degrees, STORED.uniform(dimension))
    scores.setflags(write=False)
    return scores
