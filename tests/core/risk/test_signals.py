"""Behaviour signals: when they open, since when, and what ends them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from metrics.core.risk.signals import (
    SignalCode,
    SpendPoint,
    days_waited,
    dormant,
    median_stays,
    no_actuals,
    overspend,
    stale_after_days,
    stale_kpi,
    stuck_stage,
)

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


def test_stuck_after_one_and_a_half_times_the_median():
    assert stuck_stage("pilot", days_ago(180), 120.0, TODAY) is None
    assert stuck_stage("pilot", days_ago(181), 120.0, TODAY).since == TODAY


def test_nothing_is_stuck_before_90_days():
    assert stuck_stage("pilot", days_ago(90), 10.0, TODAY) is None
    assert stuck_stage("pilot", days_ago(91), 10.0, TODAY).code is SignalCode.STUCK_STAGE


def test_without_a_median_nothing_is_called_stuck():
    assert stuck_stage("pilot", days_ago(900), None, TODAY) is None


def test_running_in_production_is_not_stuck():
    assert stuck_stage("production", days_ago(900), 30.0, TODAY) is None


def test_median_is_taken_per_stage():
    stays = [("idea", 10), ("idea", 30), ("pilot", 90), ("pilot", 100), ("pilot", 200)]
    assert median_stays(stays) == {"idea": 20.0, "pilot": 100.0}


def spend(*pairs):
    return [
        SpendPoint(date(2026, month, 28), Decimal(actual), Decimal(plan))
        for month, (actual, plan) in enumerate(pairs, start=1)
    ]


def test_overspend_needs_both_ten_percent_and_25000():
    assert overspend(spend((30_000, 10_000)), "EUR") is None
    assert overspend(spend((1_050_000, 1_000_000)), "EUR") is None
    assert overspend(spend((111_000, 85_000)), "EUR").code is SignalCode.OVERSPEND


def test_overspend_holds_since_the_start_of_its_unbroken_run():
    signal = overspend(spend((140_000, 100_000), (150_000, 150_000), (240_000, 200_000), (300_000, 250_000)), "EUR")
    assert signal.since == date(2026, 3, 28)
    assert signal.detail["over"] == "50000.00"


def test_cured_overspend_is_no_signal():
    assert overspend(spend((140_000, 100_000), (150_000, 150_000)), "EUR") is None


def test_without_a_plan_nothing_is_overspent():
    assert overspend(spend((140_000, 0)), "EUR") is None


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


@pytest.mark.parametrize(
    "signal",
    [
        lambda day: stale_kpi("aht", "Handling time", "monthly", days_ago(60), days_ago(400), day),
        lambda day: stuck_stage("pilot", days_ago(300), 120.0, day),
        lambda day: dormant(days_ago(100), day),
    ],
)
def test_a_signal_says_the_same_on_the_next_day(signal):
    assert signal(TODAY) == signal(TODAY + timedelta(days=1))
