"""Pretend starts within the pre-period: how often the method sees an effect where there was none (placebo in time)."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from metrics.core.attribution.engine.covariances import Array, Mask
from metrics.core.attribution.engine.series import Panel, even, interrupted
from metrics.core.attribution.engine.synthetic import Method, compared

LEAST_BEFORE = 8
LEAST_AFTER = 4


def placebo_p(panel: Panel) -> Array | None:
    """(S,) two-sided p-value of a pretend step two thirds into the pre-period; None where it is too short for one.

    Not a number for a series whose readings before the pretend step are all equal.
    """
    before = panel.before
    start = _pretend_start(before)
    if start is None:
        return None
    tail = np.full(len(panel.outcomes), np.nan)
    varied = ~even(panel.outcomes[:, :start])
    if varied.any():
        found = interrupted(_pretend(panel, varied, before, start))
        tail[varied] = 2 * stdtr(found.degrees, -np.abs(found.mean[:, 0]) / found.deviation[:, 0])
    return tail


def _pretend(panel: Panel, rows: Mask, before: int, start: int) -> Panel:
    step = (np.arange(before) >= start).astype(float)
    return Panel(
        times=panel.times[:before],
        outcomes=panel.outcomes[rows, :before],
        doses=np.broadcast_to(step[:, None], (int(rows.sum()), before, 1)),
        regressors=None if panel.regressors is None else panel.regressors[rows, :before],
        season=panel.season,
        has_trend=panel.has_trend,
    )


def placebo_p_beside(treated: Array, donors: Array, before: int, method: Method) -> float | None:
    """The same for one series (T,) beside donors (N, T): its pretend effect against the spread of the donors' own.

    None where the pre-period is too short, or where the donors show no spread.
    """
    start = _pretend_start(before)
    if start is None:
        return None
    found = compared(treated[:before], donors[:, :before], start, method)
    return found.p_value if found.deviation > 0 else None


def _pretend_start(before: int) -> int | None:
    start = max(LEAST_BEFORE, (2 * before) // 3)
    return start if before - start >= LEAST_AFTER else None
