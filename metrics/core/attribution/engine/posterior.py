"""The exact posterior of each series' own coefficients, averaged over covariances by prior weight times evidence.

Series are worked out in blocks of one size, the last one filled up with copies of its last series, and sums run over
the readings one by one. So every operation has the same shapes however many series there are, and a series gets the
same bits whatever stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.core.attribution.engine.covariances import Array, Whitening

BLOCK = 32
SHAPE = 0.5
SCALE_SHARE = 0.05
SMALLEST = 1e-9


def averaged(own: Array, variances: Array, noise: Whitening, chosen: int) -> tuple[Array, Array, Array]:
    """Mean (S, D) and covariance (S, D, D) of the first D = `chosen` coefficients, and covariance weights (S, G).

    Args:
        own: (S, 1 + C, T) the outcome, in deviations of the pre-period, and its C columns.
        variances: (C,) of the coefficients' priors, in units of the noise.
        noise: what whitens a series, influences that all share integrated out.
        chosen: how many coefficients are asked for.
    """
    filled = np.concatenate([own, np.repeat(own[-1:], -len(own) % BLOCK, axis=0)])
    blocks = [_block(filled[first : first + BLOCK], variances, noise, chosen) for first in range(0, len(own), BLOCK)]
    mean, covariance, weights = (np.concatenate(parts)[: len(own)] for parts in zip(*blocks, strict=True))
    return mean, covariance, weights


@dataclass(frozen=True, slots=True)
class Fitted:
    """What each covariance makes of each series.

    Args:
        table: (1 + C, 1 + C, G, S) the inverse of the columns' products and, in its first column, their coefficients.
        weights: (G, S) of the covariances.
        noise: (G, S) expected variance of the noise.
    """

    table: Array
    weights: Array
    noise: Array


def fitted(own: Array, variances: Array, noise: Whitening) -> Fitted:
    """Series (S, 1 + C, T) as in `averaged`, covariance by covariance."""
    shape = SHAPE + own.shape[2] / 2
    table, log_determinants = _swept(_products(own, noise), variances)
    scale = SCALE_SHARE * SHAPE + np.maximum(table[0, 0], SMALLEST) / 2
    evidence = -(noise.log_determinants[:, None] + log_determinants) / 2 - shape * np.log(scale)
    return Fitted(table, _weights(evidence + noise.log_priors[:, None]), scale / (shape - 1))


def _block(own: Array, variances: Array, noise: Whitening, chosen: int) -> tuple[Array, Array, Array]:
    found = fitted(own, variances, noise)
    places = slice(1, 1 + chosen)
    means = found.table[places, 0]
    spreads = found.table[places, places] * found.noise
    mean = (found.weights * means).sum(axis=1)
    apart = means - mean[:, None]
    covariance = (found.weights * (spreads + apart[:, None] * apart)).sum(axis=2)
    return mean.T, covariance.transpose(2, 0, 1), found.weights.T


def _products(own: Array, noise: Whitening) -> Array:
    """(1 + C, 1 + C, G, S) sums over the readings of products of whitened columns."""
    series, columns, points = own.shape
    grid = len(noise.inverse_roots)
    flat = np.ascontiguousarray(own.transpose(2, 1, 0)).reshape(points, -1)
    white = (noise.inverse_roots.reshape(-1, points) @ flat).reshape(grid, points, columns, series)
    found = np.empty((columns, columns, grid, series))
    for one in range(columns):
        for other in range(one + 1):
            found[one, other] = found[other, one] = (white[:, :, one] * white[:, :, other]).sum(axis=1)
    return found


def _swept(products: Array, variances: Array) -> tuple[Array, Array]:
    """Least squares of the outcome on its columns, each with its prior, by the sweep operator (Goodnight 1979).

    The result (1 + C, 1 + C, G, S) holds the inverse of the columns' products, the coefficients in its first column
    and what they leave unexplained at 0, 0; beside it (G, S) log determinants against the priors alone.
    """
    table = products.copy()
    log_determinants = np.zeros(table.shape[2:])
    for place, variance in enumerate(variances, start=1):
        pivot = table[place, place] + 1 / variance
        log_determinants += np.log(pivot * variance)
        row, column = table[place] / pivot, table[:, place].copy()
        table -= column[:, None] * row
        table[place], table[:, place] = row, -column / pivot
        table[place, place] = 1 / pivot
    return table, log_determinants


def _weights(log_weights: Array) -> Array:
    shifted = np.exp(log_weights - log_weights.max(axis=0))
    weights: Array = shifted / shifted.sum(axis=0)
    return weights
