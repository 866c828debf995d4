"""Scores of stated chances against worked answers of others, and what must hold for any outcomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.calibration import calibration_slope, reliability, wilson
from metrics.core.risk.censoring import MOST_WEIGHT, weights_of
from metrics.core.risk.scores import area_under_curve, brier, log_loss, skill, skill_range


def column(*values):
    return np.array(values, dtype=float)


forecasts = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0.05, 0.95), st.booleans(), st.integers(0, 9)), min_size=1, max_size=60
)


def columns(rows):
    chances, base, failed, owners = zip(*rows, strict=True)
    clusters = np.unique(owners, return_inverse=True)[1]
    return column(*chances), column(*base), column(*failed), np.ones(len(rows)), clusters


def test_brier_is_that_of_scikit_learns_documentation():
    assert brier(column(0.1, 0.9, 0.8, 0.3), column(0, 1, 1, 0), np.ones(4)) == pytest.approx(0.0375)


def test_log_loss_is_that_of_scikit_learns_documentation():
    assert log_loss(column(0.9, 0.1, 0.2, 0.65), column(1, 0, 0, 1), np.ones(4)) == pytest.approx(0.21616, abs=1e-5)


def test_a_sure_chance_that_is_wrong_costs_much_but_not_everything():
    assert log_loss(column(1.0), column(0.0), np.ones(1)) == pytest.approx(13.8155, abs=1e-4)


def test_area_under_the_curve_is_that_of_scikit_learns_documentation():
    assert area_under_curve(column(0.1, 0.4, 0.35, 0.8), column(0, 0, 1, 1)) == 0.75


def test_equal_chances_tell_failures_and_others_apart_half_the_time():
    assert area_under_curve(column(0.4, 0.4, 0.4), column(0, 1, 0)) == 0.5


@pytest.mark.parametrize("outcome", [0, 1])
def test_where_all_ended_alike_there_is_no_area(outcome):
    assert area_under_curve(column(0.1, 0.9), column(outcome, outcome)) is None


def test_skill_by_hand():
    # Brier 0.04 against 0.25.
    assert skill(column(0.2, 0.8), column(0.5, 0.5), column(0, 1), np.ones(2)) == pytest.approx(0.84)


def test_nothing_beats_a_base_rate_that_was_perfect():
    assert skill(column(0.2), column(0.0), column(0), np.ones(1)) is None


def test_the_range_of_the_skill_counts_initiatives_and_not_their_monthly_forecasts():
    rng = np.random.default_rng(5)
    chances = rng.uniform(0.1, 0.9, 40)
    failed = (rng.random(40) < chances).astype(float)
    base, owners = np.full(40, failed.mean()), np.arange(40)
    once = skill_range(chances, base, failed, np.ones(40), owners)
    monthly = skill_range(*(np.repeat(each, 12) for each in (chances, base, failed, np.ones(40), owners)))
    assert (monthly.low, monthly.high) == pytest.approx((once.low, once.high))


def test_one_initiative_has_no_range_of_skill():
    assert skill_range(column(0.1, 0.2), column(0.3, 0.3), column(0, 1), np.ones(2), np.array([0, 0])) is None


def test_wilsons_range_is_that_of_statsmodels():
    assert wilson(0.8, 10) == pytest.approx((0.601596, 0.913763), abs=1e-6)
    assert wilson(0.0, 5) == pytest.approx((0.0, 0.247257), abs=1e-6)


def test_the_slope_is_the_mode_that_a_general_minimiser_finds():
    # scipy.optimize.minimize (Nelder-Mead) on the same posterior: slope 0.99607, deviation 0.28207.
    chances, failed = column(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), column(0, 0, 1, 0, 1, 1, 0, 1)
    slope = calibration_slope(chances, failed, np.ones(8), np.arange(8))
    assert slope.value == pytest.approx(0.99607, abs=1e-5)
    assert slope.high - slope.value == pytest.approx(1.28155 * 0.28207, abs=1e-4)


def test_the_slope_of_one_initiatives_monthly_forecasts_is_no_surer_than_of_one():
    chances, failed = column(0.2, 0.7, 0.9), column(0, 1, 1)
    once = calibration_slope(chances, failed, np.ones(3), np.arange(3))
    monthly = calibration_slope(np.repeat(chances, 9), np.repeat(failed, 9), np.ones(27), np.repeat(np.arange(3), 9))
    assert (monthly.value, monthly.low) == pytest.approx((once.value, once.low))


def test_chances_that_are_too_far_apart_have_a_slope_below_one():
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.3, 0.7, 3_000)
    failed = (rng.random(3_000) < truth).astype(float)
    odds = 4 * np.log(truth / (1 - truth))
    assert calibration_slope(1 / (1 + np.exp(-odds)), failed, np.ones(3_000), np.arange(3_000)).high < 1


def test_equal_chances_share_a_bin():
    bins = reliability(np.full(50, 0.4), np.tile([0.0, 1.0], 25), np.ones(50), np.arange(50))
    assert [(found.forecasts, found.predicted, found.observed) for found in bins] == [(50, pytest.approx(0.4), 0.5)]


def test_bins_hold_equally_many_forecasts_in_order_of_their_chance():
    bins = reliability(np.linspace(0.01, 0.99, 50), np.zeros(50), np.ones(50), np.arange(50) % 7)
    assert [found.forecasts for found in bins] == [10] * 5
    assert [found.initiatives for found in bins] == [7] * 5
    assert [found.predicted for found in bins] == sorted(found.predicted for found in bins)


def test_where_nothing_vanished_all_weigh_one():
    assert weights_of(np.array([30, 365, 365, 90]), column(1, 1, 1, 1)).tolist() == [1, 1, 1, 1]


def test_weights_by_hand():
    # Ten forecasts: one fails on day 100; of the nine left three vanish on day 200; six are seen to day 365.
    # Seen that long: 1 at day 100, 6/9 from day 200 on, so the six stand for nine.
    days = np.array([100, *[200] * 3, *[365] * 6])
    watched = column(1, 0, 0, 0, *[1] * 6)
    assert weights_of(days, watched) == pytest.approx([1, 0, 0, 0, *[1.5] * 6])


def test_an_outcome_on_the_day_on_which_another_vanished_came_first():
    # Both fail on day 200 on which a third vanishes: neither had to be watched beyond it.
    assert weights_of(np.array([200, 200, 200, 365]), column(1, 1, 0, 1)) == pytest.approx([1, 1, 0, 2])


@given(st.lists(st.tuples(st.integers(0, 365), st.booleans()), min_size=1, max_size=80))
def test_weights_lie_between_one_and_ten_and_are_zero_for_what_vanished(rows):
    days, watched = (np.array(part) for part in zip(*rows, strict=True))
    weights = weights_of(days, watched.astype(float))
    assert (weights[~watched] == 0).all()
    assert ((weights[watched] >= 1) & (weights[watched] <= MOST_WEIGHT)).all()


@given(forecasts)
def test_bins_hold_every_forecast_once_and_their_range_holds_their_share(rows):
    chances, _, failed, weights, clusters = columns(rows)
    bins = reliability(chances, failed, weights, clusters)
    assert sum(found.forecasts for found in bins) == len(rows)
    assert all(0 <= found.low <= found.observed <= found.high <= 1 for found in bins)


@given(forecasts)
def test_the_range_of_the_skill_holds_the_skill(rows):
    found = skill_range(*columns(rows))
    assert found is None or found.low <= found.value <= found.high


@given(forecasts)
def test_saying_the_base_rate_has_no_skill(rows):
    _, base, failed, weights, clusters = columns(rows)
    found = skill_range(base, base, failed, weights, clusters)
    assert found is None or (found.low, found.value, found.high) == (0, 0, 0)


@given(forecasts)
def test_the_range_of_the_slope_holds_it(rows):
    chances, _, failed, weights, clusters = columns(rows)
    slope = calibration_slope(chances, failed, weights, clusters)
    assert slope.low < slope.value < slope.high
