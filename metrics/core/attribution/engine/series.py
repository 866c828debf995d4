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

from metrics.core.attribution.engine.covariances import Array, Mask, whitening
from metrics.core.attribution.engine.posterior import averaged

VARIANCE_OF_DOSE = 1e4
VARIANCE_OF_REGRESSOR = 25.0
VARIANCE_OF_INTERCEPT = 1e6
LEAST_POINTS = 4
WIDER = ((12, 1.25), (36, 1.10), (60, 1.08))
SMALLEST = 1e-9
EVEN = 1e-12
NOT_A_NUMBER = "A reading is not a number."
ALL_EQUAL = "All readings before the start are equal, so their noise cannot be known."


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
    """The effect of each dose on each series; a series is told the same whatever else is in the panel.

    Raises:
        Unfit: fewer than four points, none before or after the start, numbers that are not finite, or a series whose
            pre-period readings are all equal.
    """
    _check(panel)
    before, doses = panel.before, panel.doses.shape[2]
    shared, variances = shared_columns(panel.times, before, panel.season, panel.has_trend)
    own, sizes = _own(panel, before)
    noise = whitening(tuple(panel.times.tolist())).beside(shared, variances)
    spread = np.full(own.shape[1] - 1, VARIANCE_OF_REGRESSOR)
    spread[:doses] = VARIANCE_OF_DOSE
    mean, covariance, weights = averaged(own, spread, noise, doses)
    covariance *= wider(before) ** 2
    return Estimate(
        mean=mean * sizes,
        covariance=covariance * sizes[:, :, None] * sizes[:, None, :],
        degrees=max(int(panel.times.size) - shared.shape[1] - spread.size, 1),
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
        raise Unfit(NOT_A_NUMBER)
    if not (np.diff(panel.times) > 0).all():
        raise Unfit("The times of the readings do not rise.")
    if not np.isfinite(panel.outcomes).all():
        raise Unfit(NOT_A_NUMBER)
    if even(panel.outcomes[:, :before]).any():
        raise Unfit(ALL_EQUAL)


def even(early: Array) -> Mask:
    """(S,) whether all readings (S, T) before the start are equal, up to the precision of a number."""
    found: Mask = np.ptp(early, axis=1) <= EVEN * np.abs(early).max(axis=1)
    return found


def usable(outcome: Array, before: int) -> str:
    """Why a series (T,) cannot be modelled; empty where it can."""
    if not np.isfinite(outcome).all():
        return NOT_A_NUMBER
    return ALL_EQUAL if before and even(outcome[None, :before])[0] else ""


def shared_columns(times: Array, before: int, season: float | None, has_trend: bool = True) -> tuple[Array, Array]:
    """(T, K) columns that all series share, intercept, trend and season, with the variances of their coefficients."""
    columns = [times] if has_trend else []
    if season is not None:
        angle = 2 * np.pi * times / season
        columns += [np.sin(angle), np.cos(angle)]
    scaled = [_standard(column[None], before)[0] for column in columns]
    variances = [VARIANCE_OF_INTERCEPT] + [VARIANCE_OF_REGRESSOR] * len(scaled)
    return np.stack([np.ones_like(times), *scaled], axis=1), np.array(variances)


def _own(panel: Panel, before: int) -> tuple[Array, Array]:
    """(S, 1 + D + R, T) outcome, doses and regressors of each series in their own sizes; (S, D) change per dose."""
    early = panel.outcomes[:, :before]
    size = early.std(axis=1, ddof=1, keepdims=True)
    outcome = (panel.outcomes - early.mean(axis=1, keepdims=True)) / size
    most = panel.doses.max(axis=1)
    most = np.where(most > 0, most, 1.0)
    parts = [outcome[:, None, :], (panel.doses / most[:, None, :]).transpose(0, 2, 1)]
    if panel.regressors is not None:
        parts.append(_standard(panel.regressors.transpose(0, 2, 1), before))
    return np.concatenate(parts, axis=1), size / most


def _standard(columns: Array, before: int) -> Array:
    """Columns (..., T) less their mean before the start, in their spread before it."""
    early = columns[..., :before]
    spread = early.std(axis=-1, keepdims=True)
    found: Array = (columns - early.mean(axis=-1, keepdims=True)) / np.where(spread > SMALLEST, spread, 1.0)
    return found
