"""Signals of what is, or is not, recorded."""

from datetime import date, timedelta

import pytest

from metrics.core.risk.signals import days_waited
from metrics.core.risk.signals.records import assessment_old, dormant, no_actuals, stale_after_days, stale_kpi

TODAY = date(2026, 3, 31)


def days_ago(days):
    return TODAY - timedelta(days=days)


def stale(last_days_ago, cadence="monthly"):
    return stale_kpi("aht", "Handling time", cadence, days_ago(last_days_ago), days_ago(400), TODAY)


@pytest.mark.parametrize(("cadence", "days"), [("daily", 30), ("weekly", 30), ("monthly", 46), ("quarterly", 137)])
def test_stale_after_one_and_a_half_periods_at_least_30_days(cadence, days):
    assert stale_after_days(cadence) == days
    assert stale(days, cadence) is None
    assert stale(days + 1, cadence).since == TODAY


def test_kpi_without_readings_is_stale_from_the_day_it_was_set_up():
    signal = stale_kpi("aht", "Handling time", "monthly", None, days_ago(100), TODAY)
    assert signal.since == days_ago(100 - 47)
    assert signal.detail["last_reading"] == ""


def test_stale_signal_names_the_reading_that_cures_it():
    assert stale(60).cure == "Record a reading of Handling time."


def test_months_without_actuals_are_counted():
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    signal = no_actuals(months, frozenset({date(2026, 1, 1)}))
    assert (signal.since, signal.detail["months"]) == (date(2026, 3, 1), "2")


def test_booked_months_give_no_signal():
    assert no_actuals([date(2026, 1, 1)], frozenset({date(2026, 1, 1)})) is None


def test_dormant_after_90_days_of_silence():
    assert dormant(days_ago(90), TODAY) is None
    assert dormant(days_ago(91), TODAY).since == TODAY


def test_days_of_a_signal_are_counted_from_what_it_holds():
    signal = stale(60)
    assert days_waited(signal.since, int(signal.detail["allowed_days"]), TODAY) == 60


SCORED = date(2025, 10, 2)
EVEN = date(2026, 3, 31)


def test_scores_hold_for_180_days():
    assert assessment_old(SCORED, None, EVEN) is None
    signal = assessment_old(SCORED, None, EVEN + timedelta(days=1))
    assert (signal.since, signal.detail["scored_on"]) == (date(2026, 4, 1), "2025-10-02")


def test_an_idea_needs_no_scores_and_what_goes_on_does():
    assert assessment_old(None, None, TODAY) is None
    assert assessment_old(None, TODAY, TODAY) is None
    assert assessment_old(None, days_ago(1), TODAY).since == TODAY


@pytest.mark.parametrize(
    "signal",
    [
        lambda day: stale_kpi("aht", "Handling time", "monthly", days_ago(60), days_ago(400), day),
        lambda day: dormant(days_ago(100), day),
        lambda day: assessment_old(days_ago(200), None, day),
    ],
)
def test_a_signal_says_the_same_on_the_next_day(signal):
    assert signal(TODAY) == signal(TODAY + timedelta(days=1))
