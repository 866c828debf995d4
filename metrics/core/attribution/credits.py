"""Who is credited with how much of a joint change: Shapley's value over the initiatives that share a KPI.

The change that a set of initiatives made is what undoing their doses would take away; an initiative's credit is its
mean contribution over all orders in which they could have joined (Shapley 1953). The credits of a period add up to
the joint change, which is a convention and says nothing about who really caused what.
"""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.families import Family, change_from

MOST_TAKEN_APART = 6


def credit(family: Family, scaled: Array, shifts: Array, own: int) -> Array:
    """(T,) change credited to the initiative `own`, from readings (T,) and shifts (T, D) on the scale of the family."""
    players = shifts.shape[1]
    if family is Family.NORMAL or players == 1:
        return change_from(family, scaled, shifts[:, own])
    if players > MOST_TAKEN_APART:
        return _in_proportion(family, scaled, shifts, own)
    others = [place for place in range(players) if place != own]
    total = np.zeros_like(scaled)
    for size in range(players):
        weight = factorial(size) * factorial(players - size - 1) / factorial(players)
        for joined in combinations(others, size):
            without = shifts[:, list(joined)].sum(axis=1)
            together = change_from(family, scaled, without + shifts[:, own])
            total += weight * (together - change_from(family, scaled, without))
    return total


def split_by_use(doses: Array, own: int) -> Array:
    """(T,) share of a joint effect by use in each period, where several doses cannot be told apart."""
    total = doses.sum(axis=1)
    share: Array = np.divide(doses[:, own], total, out=np.zeros_like(total), where=total > 0)
    return share


def _in_proportion(family: Family, scaled: Array, shifts: Array, own: int) -> Array:
    size = np.abs(shifts).sum(axis=1)
    share = np.divide(shifts[:, own], shifts.sum(axis=1), out=np.zeros_like(size), where=size > 0)
    part: Array = share * change_from(family, scaled, shifts.sum(axis=1))
    return part
