"""The published rates against methods 4, and the pool against the figures of methods 2c."""

from math import log

import pytest

from metrics.core.risk.published import (
    ALL_RATES,
    COMPARABLE_CODES,
    DEFAULT_CODES,
    PUBLISHED_RATES,
    Z_80,
    inverse_logit,
    pool,
    pool_of,
    spread_between,
)
from metrics.core.risk.published_rate import Kind, Unit

BY_CODE = {rate.code: rate for rate in ALL_RATES}


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


def test_switching_idc_off_moves_the_level_to_the_mean_of_the_other_log_odds():
    """.80 .47 .46 .52 .46 .75 .68 by hand: log-odds 1.386 -.120 -.160 .080 -.160 1.099 .754, mean .411: 60.1 %."""
    found = pool_of(DEFAULT_CODES - {"idc_lenovo_2025_pocs"})
    assert found.mean == pytest.approx(0.411, abs=5e-4)
    assert round(found.level, 3) == 0.601
    assert found.sources == 7


def test_sources_that_agree_make_the_range_no_narrower_than_between_all(published):
    agreeing = pool_of(["gartner_2021_production", "sp_global_2025_pocs"])
    assert spread_between([BY_CODE["gartner_2021_production"], BY_CODE["sp_global_2025_pocs"]]) == 0
    assert agreeing.spread == published.spread
    assert agreeing.mean == pytest.approx(log(0.46 / 0.54))


def test_sources_that_disagree_more_widen_the_range(published):
    assert pool_of(["idc_lenovo_2025_pocs", "gartner_2024_forecast"]).spread > published.spread


def test_the_order_in_which_rows_are_chosen_does_not_matter():
    assert pool_of(sorted(DEFAULT_CODES)) == pool_of(sorted(DEFAULT_CODES, reverse=True)) == pool(PUBLISHED_RATES)


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        (["rand_2024_cited"], "at least 2"),
        ([], "at least 2"),
        (["rand_2024_cited", "of_nobody"], "of_nobody"),
        (["rand_2024_cited", "sp_global_2025_companies"], "sp_global_2025_companies"),
    ],
)
def test_rows_that_give_no_level_are_refused(codes, fault):
    with pytest.raises(ValueError, match=fault):
        pool_of(codes)


def test_codes_are_unique_and_short_enough_to_be_stored():
    assert len(BY_CODE) == len(ALL_RATES)
    assert max(len(code) for code in BY_CODE) <= 48


def test_a_row_has_a_comparable_share_or_says_why_not():
    assert [rate.code for rate in ALL_RATES if (rate.failed is None) != bool(rate.why_not)] == []


def test_no_row_that_counts_is_called_a_measurement():
    assert {rate.kind for rate in ALL_RATES if rate.code in COMPARABLE_CODES} == {
        Kind.ESTIMATE,
        Kind.CITED,
        Kind.FORECAST,
    }


def test_only_counted_projects_are_called_measured():
    assert {rate.code for rate in ALL_RATES if rate.kind is Kind.MEASUREMENT} == {
        "mckinsey_oxford_2012_it",
        "flyvbjerg_budzier_2011_it",
        "flyvbjerg_gardner_2023_it",
        "us_federal_2023_2024_retired",
    }


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("rand_2024_cited", Kind.CITED),
        ("gartner_2024_forecast", Kind.FORECAST),
        ("gartner_2025_data_ready_forecast", Kind.FORECAST),
        ("gartner_2025_agentic_forecast", Kind.FORECAST),
        ("venturebeat_2019_87", Kind.NO_STUDY),
    ],
)
def test_a_row_is_called_what_it_is(code, kind):
    assert BY_CODE[code].kind is kind


def test_no_forecast_and_no_share_of_companies_counts_by_default():
    counted = [BY_CODE[code] for code in DEFAULT_CODES]
    assert [rate for rate in counted if rate.kind is Kind.FORECAST or rate.unit is Unit.COMPANY] == []
    assert [rate.code for rate in ALL_RATES if rate.is_comparable and rate.unit is Unit.COMPANY] == []


def test_the_figure_without_a_study_says_never_to_use_it():
    row = BY_CODE["venturebeat_2019_87"]
    assert row.why_not.startswith("Never use")
    assert not row.is_comparable


def test_every_sample_of_methods_4_is_there():
    """The column n of the table; none where the table has none or tells to check it."""
    assert {code: rate.sample for code, rate in BY_CODE.items() if rate.sample is not None} == {
        "rand_2024_cited": 65,
        "gartner_2021_production": 699,
        "gartner_2024_maturity": 432,
        "sp_global_2025_companies": 1006,
        "sp_global_2025_pocs": 1006,
        "idc_lenovo_2025_pocs": 2920,
        "deloitte_2024_experiments": 2770,
        "deloitte_2026_pilots": 3235,
        "ibm_2025_returns": 2000,
        "bcg_2020_transformations": 895,
        "bcg_2025_value": 1250,
        "mckinsey_2025_ebit": 1993,
        "mckinsey_oxford_2012_it": 5400,
        "flyvbjerg_budzier_2011_it": 1471,
        "flyvbjerg_gardner_2023_it": 5392,
        "us_federal_2023_2024_retired": 242,
    }
