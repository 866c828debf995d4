"""The pool of published rates against the figures of methods 2c and 4."""

import pytest

from metrics.core.risk.published import PUBLISHED_RATES, Z_80, inverse_logit, pool


@pytest.fixture
def published():
    return pool(PUBLISHED_RATES)


def test_eight_rows_are_pooled(published):
    assert published.sources == len(PUBLISHED_RATES) == 8


def test_pooled_log_odds_are_those_of_methods_2c(published):
    assert round(published.mean, 2) == 0.61
    assert round(published.spread, 2) == 0.83


def test_pooled_level_is_65_percent(published):
    assert round(published.level, 2) == 0.65


def test_80_percent_range_of_the_level_is_39_to_84(published):
    low, high = (inverse_logit(published.mean + sign * Z_80 * published.spread) for sign in (-1, 1))
    assert (round(low, 2), round(high, 2)) == (0.39, 0.84)


def test_prior_is_worth_6_4_initiatives_as_beta_4_2_and_2_3(published):
    failures, successes = published.pseudo_counts
    assert (round(failures, 1), round(successes, 1)) == (4.2, 2.3)
    assert round(failures + successes, 1) == 6.4


def test_rate_that_the_source_only_cites_is_marked_as_not_measured():
    assert [rate.source for rate in PUBLISHED_RATES if not rate.measured] == ["RAND, RRA2680-1"]
