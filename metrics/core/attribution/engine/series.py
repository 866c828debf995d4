"""The interrupted time series: generalised least squares, averaged over covariances by their evidence (GLS-BMA).

y = intercept + doses b + trend + season + regressors + u, u ~ s2 V(theta). Coefficients have independent normal priors
(flat for the intercept, variance 1e4 s2 for doses and 25 s2 for the rest, on scales of the pre-period) and s2 an
inverse gamma prior (0.5, 0.05 pre-period variances); given theta everything is exact, and the thetas are averaged by
prior weight times evidence. The spread is widened for short pre-periods by the factors measured in
docs/methods/evidence-of-ranges.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.core.attribution.engine.covariances import Array, Whitening, whitening

VARIANCE_OF_DOSE = 1e4
VARIANCE_OF_REGRESSOR = 25.0
VARIANCE_OF_INTERCEPT = 1e6
SHAPE = 0.5
SCALE_SHARE = 0.05
LEAST_POINTS = 4
WIDER = ((12, 1.25), (36, 1.10), (60, 1.05))
SMALLEST = 1e-9


class Unfit(ValueError):
    """These readings cannot be modelled; the message says why."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Series that were read at the same times.

    Args:
        times: (T,) in periods of the cadence, rising, gaps as they are.
        outcomes: (S, T).
        doses: (S, T, D), each from 0 to 1; all zero in the pre-period.
        regressors: (S, T, R) of other known influences, or None.
        season: periods of a year for one pair of harmonics, or None.
        has_trend: whether a straight line in time is among the influences.
    """

    times: Array
    outcomes: Array
    doses: Array
    regressors: Array | None = None
    season: float | None = None
    has_trend: bool = True

    @property
    def before(self) -> int:
        """Points before the first dose of any series."""
        used = (self.doses > 0).any(axis=(0, 2))
        return int(np.argmax(used)) if used.any() else int(self.times.size)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Effects at full dose.

    Args:
        mean: (S, D).
        covariance: (S, D, D), widened for a short pre-period.
        degrees: degrees of freedom of the t-distribution.
        weights: (S, G) of the covariances.
    """

    mean: Array
    covariance: Array
    degrees: int
    weights: Array

    @property
    def deviation(self) -> Array:
        """(S, D) standard deviations."""
        deviation: Array = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return deviation


def interrupted(panel: Panel) -> Estimate:
    """The effect of each dose on each series.

    Raises:
        Unfit: fewer than four points, none before or after the start, numbers that are not finite, or a series whose
            pre-period readings are all equal.
    """
    _check(panel)
    before = panel.before
    centre, size = _scale(panel.outcomes, before)
    scaled = (panel.outcomes - centre) / size
    design, variances = _design(panel, before)
    posterior = _posteriors(scaled, design, variances, panel.doses.shape[2], whitening(tuple(panel.times.tolist())))
    mean, covariance, weights = posterior
    widened = covariance * wider(before) ** 2
    return Estimate(
        mean=mean * size,
        covariance=widened * size[:, :, None] ** 2,
        degrees=max(int(panel.times.size) - design.shape[2], 1),
        weights=weights,
    )


def wider(before: int) -> float:
    """The factor on the standard deviation for a pre-period of that many points."""
    return next((factor for points, factor in WIDER if before < points), 1.0)


def _check(panel: Panel) -> None:
    points, before = panel.times.size, panel.before
    if points < LEAST_POINTS or before < 2 or before == points:
        raise Unfit("There are too few readings before or after the start.")
    parts = (panel.times, panel.doses)
    if not all(np.isfinite(part).all() for part in parts):
        raise Unfit("A reading is not a number.")
    if not (np.diff(panel.times) > 0).all():
        raise Unfit("The times of the readings do not rise.")
    problem = next((found for row in panel.outcomes if (found := usable(row, before))), "")
    if problem:
        raise Unfit(problem)


def usable(outcome: Array, before: int) -> str:
    """Why a series (T,) cannot be modelled; empty where it can."""
    if not np.isfinite(outcome).all():
        return "A reading is not a number."
    early = outcome[:before]
    if before and np.ptp(early) <= SMALLEST * np.abs(early).max():
        return "All readings before the start are equal, so their noise cannot be known."
    return ""


def _scale(values: Array, before: int) -> tuple[Array, Array]:
    centre = values[:, :before].mean(axis=1, keepdims=True)
    size = values[:, :before].std(axis=1, ddof=1, keepdims=True)
    return centre, size


def _design(panel: Panel, before: int) -> tuple[Array, Array]:
    """(S, T, P) columns: intercept, doses, then trend, season and regressors on the scale of the pre-period."""
    series, points = panel.outcomes.shape
    shared = [panel.times] if panel.has_trend else []
    if panel.season is not None:
        angle = 2 * np.pi * panel.times / panel.season
        shared += [np.sin(angle), np.cos(angle)]
    columns = np.stack(shared, axis=1) if shared else np.empty((points, 0))
    others: Array = np.broadcast_to(columns, (series, points, len(shared)))
    if panel.regressors is not None:
        others = np.concatenate([others, panel.regressors], axis=2)
    early = others[:, :before]
    spread = early.std(axis=1, keepdims=True)
    others = (others - early.mean(axis=1, keepdims=True)) / np.where(spread > SMALLEST, spread, 1.0)
    design = np.concatenate([np.ones((series, points, 1)), panel.doses, others], axis=2)
    doses = panel.doses.shape[2]
    variances = np.concatenate(
        [
            [VARIANCE_OF_INTERCEPT],
            np.full(doses, VARIANCE_OF_DOSE),
            np.full(others.shape[2], VARIANCE_OF_REGRESSOR),
        ]
    )
    return design, variances


def _posteriors(
    outcomes: Array, design: Array, variances: Array, doses: int, noise: Whitening
) -> tuple[Array, Array, Array]:
    """Mean (S, D), covariance (S, D, D) and covariance weights (S, G), averaged over the grid by evidence."""
    series, points, columns = design.shape
    stacked = np.concatenate([outcomes[:, :, None], design], axis=2).transpose(1, 0, 2).reshape(points, -1)
    precision = 1 / variances
    shape = SHAPE + points / 2
    evidence, means, spreads = [], [], []
    chosen = slice(1, 1 + doses)
    for root, log_determinant in zip(noise.inverse_roots, noise.log_determinants, strict=True):
        white = (root @ stacked).reshape(points, series, columns + 1).transpose(1, 0, 2)
        outcome, regressors = white[:, :, :1], white[:, :, 1:]
        gram = regressors.transpose(0, 2, 1) @ regressors
        gram[:, range(columns), range(columns)] += precision
        moment = regressors.transpose(0, 2, 1) @ outcome
        inverse = np.linalg.inv(gram)
        coefficients = (inverse @ moment)[:, :, 0]
        rest = (outcome[:, :, 0] ** 2).sum(axis=1) - (moment[:, :, 0] * coefficients).sum(axis=1)
        scale = SCALE_SHARE * SHAPE + np.maximum(rest, SMALLEST) / 2
        _, log_gram = np.linalg.slogdet(gram)
        evidence.append(-log_determinant / 2 - log_gram / 2 + np.log(precision).sum() / 2 - shape * np.log(scale))
        means.append(coefficients[:, chosen])
        spreads.append((scale / (shape - 1))[:, None, None] * inverse[:, chosen, chosen])
    weights = _weights(np.array(evidence) + noise.log_priors[:, None])
    return _mixed(weights, np.array(means), np.array(spreads))


def _weights(log_weights: Array) -> Array:
    shifted = np.exp(log_weights - log_weights.max(axis=0))
    weights: Array = shifted / shifted.sum(axis=0)
    return weights


def _mixed(weights: Array, means: Array, spreads: Array) -> tuple[Array, Array, Array]:
    mean = (weights[:, :, None] * means).sum(axis=0)
    apart = means - mean
    between = apart[:, :, :, None] * apart[:, :, None, :]
    covariance = (weights[:, :, None, None] * (spreads + between)).sum(axis=0)
    return mean, covariance, weights.T
