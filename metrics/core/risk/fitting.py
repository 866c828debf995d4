"""The risk model's hazards: what is believed before any data, and what a portfolio's own course teaches (methods 2c).

The logarithm of the odds of moving on, and of being given up, within one month is the sum of: a level of the state; the
months already spent in it, up to 12; the eight scores, each times its effect; and the effect of the business unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.core.risk.factors import CAUSES
from metrics.core.risk.hazards import levels
from metrics.core.risk.histories import Exposures, Flags, History, exposures_of
from metrics.core.risk.logistic import Outcomes, Posterior, Prior, posterior_of
from metrics.core.risk.published import PUBLISHED_RATES, Pool, logit, pool
from metrics.core.risk.states import STATES

Floats = NDArray[np.float64]

LONGEST_MONTHS = 12
MIDDLE_MONTHS = 6.5
HALF_OF_MONTHS = 5.5
SPREAD_OF_STATE = 0.45
SPREAD_OF_MONTHS = 0.4
EFFECT_ON_ABANDONING = 0.3
EFFECT_ON_ADVANCING = -0.1
SPREAD_OF_ALL_EFFECTS = 0.2
SPREAD_OF_ONE_EFFECT = 0.2
TIME = len(STATES)
FIRST_CAUSE = TIME + 1
COLUMNS = FIRST_CAUSE + len(CAUSES)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The model after learning.

    `groups` names the business units in the order of the posteriors' group columns. `months`, `initiatives`,
    `advanced`, `abandoned` and `inferred` count what it learned from.
    """

    pool: Pool
    groups: tuple[str, ...]
    advance: Posterior
    abandon: Posterior
    months: int = 0
    initiatives: int = 0
    advanced: int = 0
    abandoned: int = 0
    inferred: int = 0


def fit(histories: Sequence[History], published: Pool) -> Fit:
    """The model at the level of the published rates, after what these histories teach."""
    return fit_exposures(exposures_of(histories), published)


def fit_exposures(exposures: Exposures, published: Pool) -> Fit:
    """The same from initiative-months."""
    design = design_of(exposures.states, exposures.months, exposures.scores)
    advance, abandon = priors(published)
    return Fit(
        pool=published,
        groups=exposures.names,
        advance=posterior_of(_outcomes(design, exposures, exposures.advanced), advance),
        abandon=posterior_of(_outcomes(design, exposures, exposures.abandoned), abandon),
        months=len(exposures.months),
        initiatives=len(np.unique(exposures.owners)),
        advanced=int(exposures.advanced.sum()),
        abandoned=int(exposures.abandoned.sum()),
        inferred=int(exposures.inferred.sum()),
    )


def _outcomes(design: Floats, exposures: Exposures, happened: Flags) -> Outcomes:
    return Outcomes(design, happened, exposures.groups, len(exposures.names))


def design_of(states: NDArray[np.int64], months: NDArray[np.int64], scores: Floats) -> Floats:
    """Columns of the model (n, 12): one per state, the months spent there, the eight scores."""
    found = np.zeros((len(states), COLUMNS))
    found[np.arange(len(states)), states] = 1.0
    found[:, TIME] = time_column(months)
    found[:, FIRST_CAUSE:] = scores
    return found


def time_column(months: NDArray[np.int64]) -> Floats:
    """Months in the state, -1 in the first and +1 from the twelfth on."""
    found: Floats = (np.minimum(months, LONGEST_MONTHS) - MIDDLE_MONTHS) / HALF_OF_MONTHS
    return found


def priors(published: Pool) -> tuple[Prior, Prior]:
    """What is believed of moving on and of being given up before any own data.

    The two spreads of the level common to all states are such that the odds between them spread as the published rates
    do; each state may differ from that by a factor of about 1.6 (sd 0.45), which is our own choice, as is how far the
    months may matter. An effect of a full point is 0.3 on the log-odds of being given up and -0.1 on those of moving
    on: no source gives weights, and together they are the 0.4 that six factors of BCG 2020 come to (methods 2c).
    """
    level = levels(published)
    common = published.spread / sqrt(2)
    advance = _prior([logit(level[state].advance) for state in STATES], EFFECT_ON_ADVANCING, common)
    abandon = _prior([logit(level[state].abandon) for state in STATES], EFFECT_ON_ABANDONING, common)
    return advance, abandon


def _prior(level: Sequence[float], effect: float, common: float) -> Prior:
    mean = np.zeros(COLUMNS)
    mean[:TIME] = level
    mean[FIRST_CAUSE:] = effect
    covariance = np.zeros((COLUMNS, COLUMNS))
    covariance[:TIME, :TIME] = common**2 + np.eye(TIME) * SPREAD_OF_STATE**2
    covariance[TIME, TIME] = SPREAD_OF_MONTHS**2
    effects = SPREAD_OF_ALL_EFFECTS**2 + np.eye(len(CAUSES)) * SPREAD_OF_ONE_EFFECT**2
    covariance[FIRST_CAUSE:, FIRST_CAUSE:] = effects
    return Prior(mean, covariance)


@lru_cache(maxsize=32)
def prior_fit(published: Pool) -> Fit:
    """The model without any own data."""
    return fit((), published)


def default_fit() -> Fit:
    """The model without any own data, at the level of all published rates."""
    return prior_fit(pool(PUBLISHED_RATES))


def fit_json(found: Fit) -> dict[str, Any]:
    """The fit as plain JSON, exact both ways."""
    return {
        "pool": {"mean": found.pool.mean, "spread": found.pool.spread, "sources": found.pool.sources},
        "groups": list(found.groups),
        "advance": _posterior_json(found.advance),
        "abandon": _posterior_json(found.abandon),
        **{name: getattr(found, name) for name in COUNTS},
    }


COUNTS = ("months", "initiatives", "advanced", "abandoned", "inferred")


def fit_from(stored: Mapping[str, Any]) -> Fit:
    """The fit that `fit_json` wrote."""
    return Fit(
        pool=Pool(**stored["pool"]),
        groups=tuple(stored["groups"]),
        advance=_posterior_from(stored["advance"]),
        abandon=_posterior_from(stored["abandon"]),
        **{name: stored[name] for name in COUNTS},
    )


ARRAYS = ("mean", "covariance", "group_mean", "group_variance", "group_covariance")


def _posterior_json(posterior: Posterior) -> dict[str, Any]:
    arrays = {name: getattr(posterior, name).tolist() for name in ARRAYS}
    return {**arrays, "spread": posterior.spread, "evidence": posterior.evidence}


def _posterior_from(stored: Mapping[str, Any]) -> Posterior:
    arrays = {name: np.array(stored[name], dtype=float) for name in ARRAYS}
    arrays["group_covariance"] = arrays["group_covariance"].reshape(-1, COLUMNS)
    return Posterior(**arrays, spread=stored["spread"], evidence=stored["evidence"])
