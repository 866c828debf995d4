"""Distributions of the drivers as functions of a uniform number or its normal score.

Three points give a two-sided lognormal for factors, a two-sided normal for values per unit, and a two-sided line for
months and shares.
The prior of what is still to be spent is a lognormal body (median 1.05, spread 0.2, weight 82 %) with a Pareto tail
from 1.5 (exponent 1.38), cut at ten times: 18 % of IT projects overran by more than half (Flyvbjerg and Gardner 2023,
n = 5,392). The prior of what is realised is exp(N(-0.31, 0.59)): 30 % of transformations reached their target or more
and 26 % less than half (BCG 2020, n = 895).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from metrics.core.types import Driver
from metrics.core.uncertainty.points import Array

BODY_MEDIAN, BODY_SPREAD, BODY_WEIGHT = 1.05, 0.2, 0.82
TAIL_FROM, TAIL_EXPONENT, TAIL_TO = 1.5, 1.38, 10.0
Z_90 = 1.2815515655446004
P10, P50, P90 = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Points:
    """10 %, 50 % and 90 % points as plain numbers."""

    low: float
    middle: float
    high: float


def points_of(driver: Driver) -> Points:
    """A recorded driver's three points."""
    return Points(float(driver.p10), float(driver.p50), float(driver.p90))


def factor(normal: Array, points: Points) -> Array:
    """A positive factor from normal scores: lognormal, with its own spread on either side of the middle."""
    z = normal / Z_90
    below = np.log(points.middle / points.low)
    above = np.log(points.high / points.middle)
    drawn: Array = points.middle * np.exp(z * np.where(z < 0, below, above))
    return drawn


def worth(normal: Array, points: Points) -> Array:
    """A value per unit from normal scores: half a normal curve to either side of the middle."""
    z = normal / Z_90
    drawn: Array = points.middle + z * np.where(z < 0, points.middle - points.low, points.high - points.middle)
    return drawn


def share(uniform: Array, points: Points) -> Array:
    """A share or a number of months: straight between its three points and beyond, never below zero."""
    step = np.where(uniform < P50, (points.middle - points.low), (points.high - points.middle)) / (P90 - P50)
    drawn: Array = np.maximum(points.middle + (uniform - P50) * step, 0.0)
    return drawn


def cost_prior(uniform: Array) -> Array:
    """What still has to be spent, as a factor on what is forecast or planned."""
    body = BODY_MEDIAN * np.exp(BODY_SPREAD * ndtri(np.minimum(uniform / BODY_WEIGHT, 1 - 1e-9)))
    place = np.clip((uniform - BODY_WEIGHT) / (1 - BODY_WEIGHT), 0.0, 1.0)
    reach = 1 - (TAIL_FROM / TAIL_TO) ** TAIL_EXPONENT
    tail = TAIL_FROM * (1 - place * reach) ** (-1 / TAIL_EXPONENT)
    drawn: Array = np.where(uniform < BODY_WEIGHT, np.minimum(body, TAIL_FROM), tail)
    return drawn


def realised(normal: Array, spread: float) -> Array:
    """What comes true of a benefit against its median: lognormal with that spread of its logarithm."""
    drawn: Array = np.exp(spread * normal)
    return drawn
