"""Outcomes of a portfolio: initiatives drawn each by itself, tied together by one common factor.

Each initiative keeps its own distribution; its normal score is sqrt(rho) times the common factor plus sqrt(1 - rho)
times its own draw. Draws are never shared between initiatives: shared points would act as a correlation of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.special import ndtr

from metrics.core.uncertainty.points import POINTS, SEED, Array
from metrics.core.uncertainty.simulation import KEPT_LEVELS

MOST_DRAWS_IN_ALL = 10_000_000
LEAST_DRAWS = 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One initiative: a key that seeds its draws, and its quantiles at KEPT_LEVELS by name."""

    key: str
    quantiles: Mapping[str, Sequence[float]]


def draws_for(members: int) -> int:
    """How many draws a portfolio of that size gets: 4,096, fewer only from 2,442 initiatives on."""
    return POINTS if not members else int(min(POINTS, max(LEAST_DRAWS, MOST_DRAWS_IN_ALL // members)))


def joint(members: Sequence[Member], names: Sequence[str], correlation: float) -> dict[str, Array]:
    """(N,) sums over the members of each named outcome, at that correlation; one that lacks an outcome adds nothing."""
    draws = draws_for(len(members))
    common = _normals(SEED, draws) * np.sqrt(correlation)
    totals = {name: np.zeros(draws) for name in names}
    levels = np.array(KEPT_LEVELS)
    for member in members:
        own = _normals(crc32(member.key.encode()), draws) * np.sqrt(1 - correlation)
        places = ndtr(common + own)
        for name in names:
            if name in member.quantiles:
                totals[name] += np.interp(places, levels, member.quantiles[name])
    return totals


def _normals(key: int, draws: int) -> Array:
    drawn: Array = np.random.Generator(np.random.PCG64([SEED, key])).standard_normal(draws)
    return drawn
