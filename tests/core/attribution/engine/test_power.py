"""The half-width that is promised at planning time is about the one that comes out."""

import numpy as np
import pytest
from scipy.special import stdtrit

from metrics.core.attribution.engine.power import minimum_detectable_effect
from metrics.core.attribution.engine.series import Panel, Unfit, interrupted

SERIES = 150


def noisy(kind: str, points: int) -> np.ndarray:
    rng = np.random.default_rng(21)
    shocks = rng.normal(size=(SERIES, points))
    if kind == "iid":
        return shocks
    for place in range(1, points):
        shocks[:, place] = 0.6 * shocks[:, place - 1] + 0.8 * shocks[:, place]
    return shocks


@pytest.mark.parametrize("noise", ["iid", "ar6"])
@pytest.mark.parametrize(("trend", "season"), [(0.0, 0.0), (0.3, 0.0), (0.3, 3.0)])
@pytest.mark.parametrize(("before", "after"), [(24, 12), (36, 12), (36, 24)])
def test_planned_half_width_is_close_to_the_one_obtained(
    noise: str, trend: float, season: float, before: int, after: int
) -> None:
    times = np.arange(before + after, dtype=float)
    outcomes = 50 + trend * times + season * np.sin(2 * np.pi * times / 12) + noisy(noise, before + after)
    step = np.broadcast_to((times >= before).astype(float)[:, None], (SERIES, before + after, 1))
    found = interrupted(Panel(times, outcomes, step, season=12.0))
    obtained = stdtrit(found.degrees, 0.975) * found.deviation[:, 0]
    planned = [minimum_detectable_effect(times[:before], row[:before], after, 12.0) for row in outcomes]
    assert np.median(planned / obtained) == pytest.approx(1.0, abs=0.15)


def test_trend_and_season_of_the_history_are_not_its_noise() -> None:
    times = np.arange(36, dtype=float)
    plain = noisy("iid", 36)[0]
    structured = plain + 0.8 * times + 6 * np.sin(2 * np.pi * times / 12)
    widths = [minimum_detectable_effect(times, row, 12, 12.0) for row in (plain, structured)]
    assert widths[1] == pytest.approx(widths[0], rel=0.1)


def test_more_periods_show_smaller_changes() -> None:
    times = np.arange(24, dtype=float)
    widths = [minimum_detectable_effect(times, noisy("iid", 24)[0], after) for after in (6, 12, 24)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("history", [np.full(24, 7.0), np.array([1.0, 2.0, 3.0]), np.array([1.0, np.nan] * 8)])
def test_a_history_without_noise_or_numbers_promises_nothing(history: np.ndarray) -> None:
    with pytest.raises(Unfit):
        minimum_detectable_effect(np.arange(history.size, dtype=float), history, 12)
