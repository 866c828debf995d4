"""Money of an effect: indicative, per period and per month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from metrics.core.attribution.before_after import before_after
from metrics.core.attribution.money import money_per_month, money_per_period
from metrics.core.reasons import Reason
from metrics.core.types import Dated, Grade
from tests.core.attribution.test_before_after import LIVE, kpi

PRICED = kpi(value_per_unit=Decimal("2.50"), value_currency="EUR", realisation_share=Decimal("0.5"))


def test_semantics_12_money_is_effect_times_value_times_volume_times_share():
    effect = before_after(PRICED, LIVE)
    assert money_per_period(effect, PRICED, volume=Decimal(1000)) == Decimal(3) * Decimal("2.50") * 1000 * Decimal(
        "0.5"
    )


def test_semantics_12_money_of_a_kpi_that_got_worse_is_negative():
    worse = replace(PRICED, direction="up")
    assert money_per_period(before_after(worse, LIVE), worse) == Decimal("-3.75")


@pytest.mark.parametrize(("cadence", "money"), [("monthly", "3.75"), ("quarterly", "1.25"), ("weekly", "16.31")])
def test_money_of_a_month_follows_the_cadence(cadence, money):
    priced = replace(PRICED, cadence=cadence)
    assert money_per_month(before_after(priced, LIVE), priced).value == Decimal(money)


def test_money_of_a_month_takes_the_mean_volume_since_the_first_use():
    volume = (Dated(date(2025, 5, 31), Decimal(9)), Dated(LIVE, Decimal(100)), Dated(date(2025, 8, 31), Decimal(300)))
    priced = replace(PRICED, volume=volume)
    assert money_per_month(before_after(priced, LIVE), priced).value == Decimal(750)


def test_money_carries_the_grade_of_its_effect():
    assert money_per_month(before_after(PRICED, LIVE), PRICED).grade is Grade.BEFORE_AFTER


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"benefit_class": "none"}, Reason.NOT_MONETARY),
        ({"value_per_unit": None}, Reason.NO_VALUE_PER_UNIT),
        ({"baseline_from": None}, Reason.NO_BASELINE),
        ({"volume": ()}, Reason.NO_READINGS),
    ],
)
def test_semantics_15_effect_without_money_says_why(changed, reason):
    priced = replace(PRICED, **changed)
    assert money_per_month(before_after(priced, LIVE), priced).reason is reason
