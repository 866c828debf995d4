"""How large an effect must be to be seen: the half-width of the 95 % range at the planned number of periods.

The history alone says how its noise is tied over time and how large it is; the design alone says how well a step can be
told apart then. So trend and season of the history change the answer as little as they will change the range later.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from metrics.core.attribution.engine.covariances import Array, whitening
from metrics.core.attribution.engine.posterior import fitted
from metrics.core.attribution.engine.series import VARIANCE_OF_DOSE, Unfit, shared_columns, usable, wider

TWO_SIDED_95 = 0.975
LEAST_POINTS = 4


def minimum_detectable_effect(times: Array, history: Array, after: int, season: float | None = None) -> float:
    """The smallest lasting step that `after` more periods would tell from none, in the unit of `history` (T,).

    It is half the 95 % range that is to be expected then: for each covariance, the variance of the step in the design
    of past and planned periods times the variance of the noise, weighted by the evidence of the history.

    Raises:
        Unfit: too few readings, or readings that cannot be modelled.
    """
    before = history.size
    if before < LEAST_POINTS or after < 1:
        raise Unfit("There are too few readings.")
    problem = usable(history, before)
    if problem:
        raise Unfit(problem)
    size = history.std(ddof=1)
    columns, variances = shared_columns(times, before, season)
    past = whitening(tuple(times.tolist())).beside(columns, variances)
    known = fitted(((history - history.mean()) / size)[None, None, :], np.empty(0), past)

    planned = np.concatenate([times, times[-1] + np.arange(1, after + 1)])
    columns, variances = shared_columns(planned, before, season)
    ahead = whitening(tuple(planned.tolist())).beside(columns, variances)
    step = (np.arange(planned.size) >= before).astype(float)
    design = fitted(np.stack([np.zeros_like(step), step])[None], np.array([VARIANCE_OF_DOSE]), ahead)

    variance = float((known.weights * known.noise * design.table[1, 1]).sum())
    degrees = max(planned.size - columns.shape[1] - 1, 1)
    return float(stdtrit(degrees, TWO_SIDED_95) * np.sqrt(variance) * wider(before) * size)
