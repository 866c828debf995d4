"""The interrupted series: what a series is told does not depend on what is read beside it, nor on units of use."""

import numpy as np
import pytest

from metrics.core.attribution.engine.series import Panel, interrupted

POINTS, START = 48, 30
SERIES = 100


def panel(season: float | None = 12.0, regressors: int = 0, doses: int = 1) -> Panel:
    """A hundred series around a thousand million, each with its own course of use."""
    rng = np.random.default_rng(4)
    times = np.arange(POINTS, dtype=float)
    outcomes = 1e9 + 3e7 * (rng.normal(size=(SERIES, POINTS)) + 0.3 * rng.normal(size=(SERIES, POINTS)).cumsum(axis=1))
    use = np.zeros((SERIES, POINTS, doses))
    use[:, START:] = rng.uniform(0.1, 1.0, size=(SERIES, POINTS - START, doses))
    others = rng.normal(size=(SERIES, POINTS, regressors)) if regressors else None
    return Panel(times, outcomes, use, others, season)


def some(whole: Panel, rows: slice) -> Panel:
    others = None if whole.regressors is None else whole.regressors[rows]
    return Panel(whole.times, whole.outcomes[rows], whole.doses[rows], others, whole.season)


@pytest.mark.parametrize(("season", "regressors", "doses"), [(12.0, 0, 1), (None, 1, 1), (12.0, 1, 2)])
@pytest.mark.parametrize("size", [1, 2, 33])
def test_a_series_is_told_the_same_to_the_last_bit_whatever_is_read_beside_it(
    size: int, season: float | None, regressors: int, doses: int
) -> None:
    whole = panel(season, regressors, doses)
    together = interrupted(whole)
    for first in (0, 7, SERIES - size):
        rows = slice(first, first + size)
        apart = interrupted(some(whole, rows))
        assert apart.mean.tobytes() == together.mean[rows].tobytes()
        assert apart.covariance.tobytes() == together.covariance[rows].tobytes()
        assert apart.weights.tobytes() == together.weights[rows].tobytes()


@pytest.mark.parametrize("share", [0.01, 1e-4])
def test_a_pilot_of_few_users_finds_the_same_change_as_the_same_course_of_use_at_full_scale(share: float) -> None:
    full = some(panel(), slice(0, 3))
    pilot = Panel(full.times, full.outcomes, full.doses * share, None, full.season)
    one, other = interrupted(full), interrupted(pilot)
    assert other.mean * share == pytest.approx(one.mean, rel=1e-9)
    assert other.deviation * share == pytest.approx(one.deviation, rel=1e-9)
