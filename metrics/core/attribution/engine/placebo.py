"""Pretend starts within the pre-period: how often the method sees an effect where there was none (placebo in time)."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.series import Panel, interrupted

LEAST_BEFORE = 8
LEAST_AFTER = 4


def placebo_p(panel: Panel) -> Array | None:
    """(S,) two-sided p-value of a pretend step two thirds into the pre-period; None where it is too short for one."""
    before = panel.before
    start = max(LEAST_BEFORE, (2 * before) // 3)
    if before - start < LEAST_AFTER:
        return None
    step = (np.arange(before) >= start).astype(float)
    pretend = Panel(
        times=panel.times[:before],
        outcomes=panel.outcomes[:, :before],
        doses=np.broadcast_to(step[:, None], (panel.outcomes.shape[0], before, 1)),
        regressors=None if panel.regressors is None else panel.regressors[:, :before],
        season=panel.season,
        has_trend=panel.has_trend,
    )
    found = interrupted(pretend)
    tail: Array = 2 * stdtr(found.degrees, -np.abs(found.mean[:, 0]) / found.deviation[:, 0])
    return tail
