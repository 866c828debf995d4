"""Signals of spending: over plan, and compute that leaps."""

from datetime import date
from decimal import Decimal

import pytest

from metrics.core.risk.signals import SignalCode
from metrics.core.risk.signals.money import SpendPoint, compute_spike, overspend


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


def compute(*amounts, through=None, skip=()):
    booked = {
        date(2026, month, 1): Decimal(amount)
        for month, amount in enumerate(amounts, start=1)
        if month not in skip and amount is not None
    }
    return compute_spike(booked, through or date(2026, len(amounts), 28), "EUR")


@pytest.mark.parametrize(
    ("amounts", "is_spike"),
    [
        ((4_000, 4_000, 4_000, 8_000), False),
        ((4_000, 4_000, 4_000, "8000.01"), True),
        ((1_000, 1_000, 1_000, 5_000), False),
        ((1_000, 1_000, 1_000, "5000.01"), True),
        ((4_000, 1_000, 90_000, 9_000), True),
        ((4_000, 4_000, 9_000), False),
        ((0, 0, 0, 9_000), False),
        ((-4_000, -4_000, -4_000, 9_000), False),
        ((4_000, 4_000, 4_000, -90_000), False),
        ((), False),
    ],
)
def test_a_spike_is_over_twice_the_median_of_three_months_and_over_5000(amounts, is_spike):
    signal = compute(*amounts, through=date(2026, max(len(amounts), 1), 28))
    assert (signal is not None) == is_spike


def test_a_spike_holds_since_its_first_month_until_a_normal_one():
    high = compute(4_000, 4_000, 4_000, 12_000, 13_000)
    assert (high.since, high.detail["amount"], high.detail["median"]) == (date(2026, 4, 30), "13000.00", "4000.00")
    assert compute(4_000, 4_000, 4_000, 12_000, 7_000) is None


def test_what_stays_high_is_normal_once_two_of_three_months_were():
    assert compute(4_000, 4_000, 4_000, 12_000, 12_000) is not None
    assert compute(4_000, 4_000, 4_000, 12_000, 12_000, 12_000) is None


def test_an_open_month_is_not_judged():
    assert compute(4_000, 4_000, 4_000, 12_000, through=date(2026, 3, 31)) is None


def test_a_month_without_a_line_ends_nothing_until_three_have_passed():
    spike = (4_000, 4_000, 4_000, 12_000)
    assert compute(*spike, None, None).since == date(2026, 4, 30)
    assert compute(*spike, None, None, None) is None
