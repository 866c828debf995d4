"""How large an effect must be to be seen: the half-width of the 95 % range at the planned numbers of periods."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.series import Panel, interrupted

TWO_SIDED_95 = 0.975


def minimum_detectable_effect(history: Array, after: int, season: float | None = None) -> float:
    """The smallest step that a series of `after` more periods would tell from none, in the unit of `history` (T,).

    The history is taken as the pre-period and continued by itself mirrored, so that its own noise sets the width.
    Raises Unfit as `interrupted` does.
    """
    before = history.size
    mirrored = np.resize(history[::-1], after)
    outcomes = np.concatenate([history, mirrored])[None]
    dose = (np.arange(before + after) >= before).astype(float)[None, :, None]
    found = interrupted(Panel(np.arange(before + after, dtype=float), outcomes, dose, season=season))
    return float(stdtrit(found.degrees, TWO_SIDED_95) * found.deviation[0, 0])
