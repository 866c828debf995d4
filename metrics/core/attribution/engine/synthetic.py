"""Comparison with a weighted mix of untouched series: synthetic control and synthetic difference in differences.

Synthetic control (Abadie, Diamond and Hainmueller 2010): weights on the simplex that follow the treated series before
the start. Synthetic difference in differences (Arkhangelsky and others 2021): weights of donors with an intercept and
the penalty zeta, and weights of times with an intercept; the effect is the doubly weighted difference in differences.
The standard error and the rank come from placebos in space: each donor takes its turn as the treated one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import nnls
from scipy.special import stdtr

from metrics.core.attribution.engine.covariances import Array

SUM_TO_ONE = 1e4
RIDGE_OF_TIMES = 1e-6
Method: TypeAlias = Callable[[Array, Array, int], float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean effect per period after the start, against the donors.

    Args:
        effect: of the treated series.
        deviation: standard deviation of the placebo effects of the donors.
        rank_p: share of all series, the treated one included, whose effect is at least as large.
        weights: (N,) of the donors.
        misfit: root mean square difference from the weighted donors before the start.
    """

    effect: float
    deviation: float
    rank_p: float
    weights: Array
    misfit: float

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the deviation."""
        return float(self.weights.size - 1)

    @property
    def p_value(self) -> float:
        """Two-sided, of the effect against the deviation of the placebos."""
        return 2 * float(stdtr(self.degrees, -abs(self.effect) / self.deviation))


def difference_in_differences(treated: Array, donors: Array, before: int) -> float:
    """Change of the treated series less the mean change of the donors; arrays (T,) and (N, T)."""
    apart = treated - donors.mean(axis=0)
    return float(apart[before:].mean() - apart[:before].mean())


def synthetic_control(treated: Array, donors: Array, before: int) -> float:
    """Mean difference after the start from the donors weighted on the simplex."""
    weights = control_weights(treated, donors, before)
    return float((treated - weights @ donors)[before:].mean())


def synthetic_difference(treated: Array, donors: Array, before: int) -> float:
    """The doubly weighted difference in differences."""
    weights = penalised_weights(treated, donors, before)
    times = _simplex(donors[:, :before], donors[:, before:].mean(axis=1), RIDGE_OF_TIMES * _noise(donors, before))
    apart = treated - weights @ donors
    return float(apart[before:].mean() - times @ apart[:before])


def control_weights(treated: Array, donors: Array, before: int) -> Array:
    """(N,) weights on the simplex that follow the treated series before the start."""
    return _on_simplex(donors[:, :before].T, treated[:before])


def penalised_weights(treated: Array, donors: Array, before: int) -> Array:
    """(N,) weights of synthetic difference in differences, with intercept and penalty."""
    after = donors.shape[1] - before
    zeta = after**0.25 * _noise(donors, before)
    return _simplex(donors[:, :before].T, treated[:before], zeta)


def compared(treated: Array, donors: Array, before: int, method: Method) -> Comparison:
    """The effect by `method` with placebos in space; needs at least two donors."""
    effect = method(treated, donors, before)
    placebos = np.array(
        [method(donors[turn], np.delete(donors, turn, axis=0), before) for turn in range(donors.shape[0])]
    )
    weights = control_weights(treated, donors, before) if method is synthetic_control else None
    if weights is None:
        weights = penalised_weights(treated, donors, before)
    apart = (treated - weights @ donors)[:before]
    return Comparison(
        effect=effect,
        deviation=float(placebos.std(ddof=1)),
        rank_p=float((1 + (np.abs(placebos) >= abs(effect)).sum()) / (1 + placebos.size)),
        weights=weights,
        misfit=float(np.sqrt(((apart - apart.mean()) ** 2).mean())),
    )


def _noise(donors: Array, before: int) -> float:
    return float(np.diff(donors[:, :before], axis=1).std(ddof=1))


def _simplex(columns: Array, target: Array, penalty: float) -> Array:
    """Weights on the simplex by least squares with an intercept and a ridge of `penalty` per row of the target."""
    centred, aim = columns - columns.mean(axis=0), target - target.mean()
    ridge = penalty * np.sqrt(target.size) * np.eye(columns.shape[1])
    return _on_simplex(np.vstack([centred, ridge]), np.concatenate([aim, np.zeros(columns.shape[1])]))


def _on_simplex(columns: Array, target: Array) -> Array:
    """Non-negative weights that sum to one: least squares with one heavy row for the sum."""
    size = np.abs(columns).max(initial=0.0) or 1.0
    heavy = np.full((1, columns.shape[1]), SUM_TO_ONE)
    weights, _ = nnls(np.vstack([columns / size, heavy]), np.append(target / size, SUM_TO_ONE), maxiter=10_000)
    total: Array = weights / weights.sum()
    return total
