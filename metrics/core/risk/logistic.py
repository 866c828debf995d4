"""Logistic regression with a normal prior and, where asked for, an effect of each group.

The mode is found by penalised iteratively reweighted least squares; the posterior is the normal distribution of the
curvature there (Laplace). Group effects are normal with mean zero; their spread is the one with the largest evidence
on a grid. They are eliminated block by block, so that many groups cost no more than few.
Source: Tierney and Kadane 1986 for the approximation; McCullagh and Nelder, Generalized Linear Models, for the steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MOST_STEPS = 50
MOST_HALVINGS = 30
ENOUGH = 1e-9
SPREADS = (0.05, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9, 1.2, 1.6)
SPREAD_OF_SPREADS = 0.5


@dataclass(frozen=True, slots=True)
class Prior:
    """A normal distribution of the coefficients: mean (p,) and covariance (p, p)."""

    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """A normal distribution of the coefficients and, for G groups, of their effects.

    `mean` (p,) and `covariance` (p, p) are those of the coefficients; `group_mean` (G,), `group_variance` (G,) and
    `group_covariance` (G, p), the covariance of each effect with the coefficients. `spread` is that between groups, 0
    where none were asked for. `evidence` is the logarithm of the chance of the outcomes.
    """

    mean: Floats
    covariance: Floats
    group_mean: Floats
    group_variance: Floats
    group_covariance: Floats
    spread: float
    evidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Rows to learn from.

    Args:
        design: (n, p).
        happened: (n,).
        groups: (n,) place of each row's group, -1 for none; None: no groups.
        count: how many groups there are.
        weights: (n,) how many rows each stands for; None: one.
    """

    design: Floats
    happened: Flags
    groups: Integers | None = None
    count: int = 0
    weights: Floats | None = None


def posterior_of(rows: Outcomes, prior: Prior) -> Posterior:
    """The posterior at the spread between groups with the largest evidence, a half-normal of sd 0.5 weighing it;
    without effects of groups where there are fewer than two."""
    if rows.count < 2:
        return _laplace(_Problem.of(rows, prior, 0.0))[1]
    found, start = [], None
    for spread in SPREADS:
        start, posterior = _laplace(_Problem.of(rows, prior, spread), start)
        found.append(posterior)
    return max(found, key=lambda each: each.evidence - 0.5 * (each.spread / SPREAD_OF_SPREADS) ** 2)


@dataclass(frozen=True, slots=True)
class _Point:
    """Coefficients (p,), effects of the groups (G,), the log-odds of every row, and log-likelihood plus log-prior
    without constants."""

    coefficients: Floats
    effects: Floats
    linear: Floats
    height: float


@dataclass(frozen=True, slots=True)
class _Curvature:
    """The negative second derivative in blocks: that of the coefficients less what the groups take (p, p), the cross
    block (G, p) and the diagonal of the groups (G,)."""

    reduced: Floats
    cross: Floats
    own: Floats


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is maximised: the rows under a prior, with a spread between groups (0 for none)."""

    rows: Outcomes
    prior: Prior
    precision: Floats
    spread: float
    places: Integers
    weights: Floats

    @classmethod
    def of(cls, rows: Outcomes, prior: Prior, spread: float) -> _Problem:
        count = len(rows.happened)
        places = np.full(count, -1) if rows.groups is None else rows.groups
        weights = np.ones(count) if rows.weights is None else rows.weights
        return cls(rows, prior, _inverse(prior.covariance), spread, places, weights)

    def at(self, coefficients: Floats, effects: Floats) -> _Point:
        linear: Floats = self.rows.design @ coefficients
        if self.spread:
            linear = linear + np.where(self.places >= 0, effects[self.places], 0.0)
        likelihood = float(self.weights @ (np.where(self.rows.happened, linear, 0.0) - np.logaddexp(0.0, linear)))
        away = coefficients - self.prior.mean
        penalty = float(away @ self.precision @ away)
        if self.spread:
            penalty += float(effects @ effects) / self.spread**2
        return _Point(coefficients, effects, linear, likelihood - 0.5 * penalty)

    def curvature(self, chance: Floats) -> _Curvature:
        weight = self.weights * chance * (1 - chance)
        weighted = self.rows.design * weight[:, None]
        whole = weighted.T @ self.rows.design + self.precision
        if not self.spread:
            return _Curvature(whole, np.zeros((0, len(whole))), np.zeros(0))
        cross = self.by_group(weighted)
        own = self.by_group(weight[:, None])[:, 0] + 1 / self.spread**2
        return _Curvature(whole - cross.T @ (cross / own[:, None]), cross, own)

    def step(self, point: _Point) -> tuple[Floats, Floats]:
        chance = _share(point.linear)
        parts, residual = self.curvature(chance), self.weights * (self.rows.happened - chance)
        slope = self.rows.design.T @ residual - self.precision @ (point.coefficients - self.prior.mean)
        if not self.spread:
            return _solved(parts.reduced, slope), point.effects
        of_groups = self.by_group(residual[:, None])[:, 0] - point.effects / self.spread**2
        step = _solved(parts.reduced, slope - parts.cross.T @ (of_groups / parts.own))
        return step, (of_groups - parts.cross @ step) / parts.own

    def by_group(self, values: Floats) -> Floats:
        """Sums of the columns of (n, k) by group: (G, k)."""
        inside = self.places >= 0
        places = self.places[inside]
        columns = [np.bincount(places, weights=column, minlength=self.rows.count) for column in values[inside].T]
        return np.array(columns, dtype=float).T.reshape(self.rows.count, values.shape[1])


def _laplace(problem: _Problem, start: _Point | None = None) -> tuple[_Point, Posterior]:
    point = problem.at(
        start.coefficients if start else problem.prior.mean,
        start.effects if start else np.zeros(problem.rows.count if problem.spread else 0),
    )
    for _ in range(MOST_STEPS):
        ahead = _ahead(problem, point)
        gained, point = ahead.height - point.height, ahead
        if gained < ENOUGH:
            break
    return point, _read(problem, point)


def _ahead(problem: _Problem, point: _Point) -> _Point:
    """One Newton step, halved until it climbs; the same point where no step does."""
    coefficients, effects = problem.step(point)
    length = 1.0
    for _ in range(MOST_HALVINGS):
        ahead = problem.at(point.coefficients + length * coefficients, point.effects + length * effects)
        if ahead.height >= point.height:
            return ahead
        length /= 2
    return point


def _read(problem: _Problem, point: _Point) -> Posterior:
    parts = problem.curvature(_share(point.linear))
    covariance = _inverse(parts.reduced)
    ratio = parts.cross / parts.own[:, None]
    variance = 1 / parts.own + np.einsum("gi,ij,gj->g", ratio, covariance, ratio)
    volume = np.linalg.slogdet(parts.reduced)[1] + np.log(parts.own).sum()
    volume += np.linalg.slogdet(problem.prior.covariance)[1]
    if problem.spread:
        volume += 2 * len(point.effects) * np.log(problem.spread)
    return Posterior(
        point.coefficients, covariance, point.effects, variance, -ratio @ covariance, problem.spread,
        point.height - 0.5 * float(volume),
    )  # fmt: skip


def _inverse(matrix: Floats) -> Floats:
    found: Floats = np.linalg.inv(matrix).astype(float)
    return found


def _solved(matrix: Floats, right: Floats) -> Floats:
    found: Floats = np.linalg.solve(matrix, right).astype(float)
    return found


def _share(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-odds))
    return found
