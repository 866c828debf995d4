"""Chances of one year learned from labels: the family of the product's model, on one outcome for each use case.

Like the monthly hazards, the log-odds are the sum of a level of the state, the eight scores each times its effect, and
an effect of the group, with the same priors; but the outcome is the whole year at once, since labels tell no month.
States that no published rate is about (run, unknown) start from the level of a pilot with a wide spread of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.core.risk.factors import CAUSES
from metrics.core.risk.fitting import (
    EFFECT_ON_ABANDONING,
    SPREAD_OF_ALL_EFFECTS,
    SPREAD_OF_ONE_EFFECT,
    SPREAD_OF_STATE,
    prior_fit,
)
from metrics.core.risk.forecasting import Case, forecast
from metrics.core.risk.histories import scores_in_order
from metrics.core.risk.labels import RUN, UNKNOWN, Label
from metrics.core.risk.logistic import Outcomes, Posterior, Prior, posterior_of
from metrics.core.risk.published import Pool, logit
from metrics.core.risk.scores import Floats
from metrics.core.risk.states import STATES, State

PLACES = (*STATES, RUN, UNKNOWN)
SPREAD_OF_UNPUBLISHED = 1.0


@dataclass(frozen=True, slots=True)
class OneYear:
    """A model of one year after learning; `by_group_only` says that it knows nothing but the group's own rate."""

    groups: tuple[str, ...]
    posterior: Posterior
    by_group_only: bool

    def chances(self, labels: Sequence[Label]) -> Floats:
        """The chance that each fails within its year; a group that was never seen has no effect."""
        odds = _design(labels, by_group_only=self.by_group_only) @ self.posterior.mean
        seen = dict(zip(self.groups, self.posterior.group_mean.tolist(), strict=False))
        effects = np.array([seen.get(label.group, 0.0) for label in labels])
        return np.asarray(1 / (1 + np.exp(-(odds + effects))))


def learn(labels: Sequence[Label], published: Pool, *, by_group_only: bool = False) -> OneYear:
    """The model after the labels with a known outcome."""
    groups = tuple(sorted({label.group for label in labels if label.group}))
    places = {name: place for place, name in enumerate(groups)}
    rows = Outcomes(
        design=_design(labels, by_group_only=by_group_only),
        happened=np.array([bool(label.failed) for label in labels], dtype=bool),
        groups=np.array([places.get(label.group, -1) for label in labels], dtype=np.int64),
        count=len(groups),
    )
    prior = _level_prior(published) if by_group_only else _prior(published)
    return OneYear(groups, posterior_of(rows, prior), by_group_only)


def _design(labels: Sequence[Label], *, by_group_only: bool) -> Floats:
    """Columns: one per state, then the eight scores; or the level alone."""
    if by_group_only:
        return np.ones((len(labels), 1))
    found = np.zeros((len(labels), len(PLACES) + len(CAUSES)))
    for row, label in enumerate(labels):
        found[row, PLACES.index(label.state)] = 1.0
        found[row, len(PLACES) :] = scores_in_order(label.scores)
    return found


def _levels(published: Pool) -> list[float]:
    """Log-odds of being given up within a year, by state, before any label is seen."""
    outlooks = forecast(prior_fit(published), [Case(state, 0, {}) for state in STATES])
    by_state = {state: logit(each.abandoned_12m.value) for state, each in zip(STATES, outlooks, strict=True)}
    return [*by_state.values(), by_state[State.PILOT], by_state[State.PILOT]]


def _prior(published: Pool) -> Prior:
    states = len(PLACES)
    mean = np.array([*_levels(published), *[EFFECT_ON_ABANDONING] * len(CAUSES)])
    covariance = np.zeros((len(mean), len(mean)))
    own = [SPREAD_OF_STATE] * len(STATES) + [SPREAD_OF_UNPUBLISHED] * (states - len(STATES))
    covariance[:states, :states] = published.spread**2 + np.diag(np.square(own))
    effects = SPREAD_OF_ALL_EFFECTS**2 + np.eye(len(CAUSES)) * SPREAD_OF_ONE_EFFECT**2
    covariance[states:, states:] = effects
    return Prior(mean, covariance)


def _level_prior(published: Pool) -> Prior:
    pilot = _levels(published)[STATES.index(State.PILOT)]
    return Prior(np.array([pilot]), np.array([[published.spread**2]]))
