"""Poisson regression with an offset, by iteratively reweighted least squares; the reference for counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.series import Unfit

MOST_STEPS = 50
SMALL_STEP = 1e-10


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients (P,) on the log scale, their standard errors (P,), and Pearson's dispersion (1 for true Poisson)."""

    coefficients: Array
    errors: Array
    dispersion: float


def poisson(counts: Array, columns: Array, offset: Array) -> Fit:
    """The fit of counts (T,) on columns (T, P), with the log of the exposure (T,) as offset.

    Raises:
        Unfit: negative counts, no more points than columns, or no convergence.
    """
    points, width = columns.shape
    if points <= width or (counts < 0).any():
        raise Unfit("Counts are not negative, and there are more of them than influences.")
    linear = np.log(counts + 0.5)
    for _ in range(MOST_STEPS):
        mean = np.exp(linear)
        gram = columns.T @ (columns * mean[:, None])
        coefficients = np.linalg.solve(gram, columns.T @ (mean * (linear - offset) + counts - mean))
        previous, linear = linear, columns @ coefficients + offset
        if np.abs(linear - previous).max() < SMALL_STEP:
            break
    else:
        raise Unfit("The counts cannot be fitted.")
    mean = np.exp(linear)
    errors: Array = np.sqrt(np.diag(np.linalg.inv(columns.T @ (columns * mean[:, None]))))
    return Fit(
        np.asarray(coefficients, dtype=np.float64),
        errors,
        float(((counts - mean) ** 2 / mean).sum() / (points - width)),
    )
