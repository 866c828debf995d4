"""Rounding and exchange rates (semantics 7, 8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.money import MissingRate, PriceTable, RateTable, minor_unit, round_amount, round_ratio
from tests.core.facts import day, rate

TABLE = RateTable.of([rate("2026-03-02", "USD", "1.25"), rate("2026-03-02", "GBP", "0.8")])


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4)])
def test_minor_units_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_unit(currency) == digits


@pytest.mark.parametrize(("amount", "rounded"), [("0.125", "0.12"), ("0.135", "0.14"), ("-0.125", "-0.12")])
def test_semantics_8_amounts_are_rounded_half_even(amount: str, rounded: str) -> None:
    assert str(round_amount(Decimal(amount), "EUR")) == rounded


def test_semantics_8_ratios_have_six_decimals() -> None:
    assert str(round_ratio(Decimal("0.37336253351883"))) == "0.373363"


def test_a_negative_amount_that_rounds_to_zero_has_no_sign() -> None:
    assert str(round_amount(Decimal("-0.001"), "EUR")) == "0.00"


def test_very_large_amounts_can_be_rounded() -> None:
    assert round_amount(Decimal(10) ** 40, "EUR") == Decimal(10) ** 40


def test_semantics_7_the_rate_of_the_flows_own_date() -> None:
    table = RateTable.of([rate("2026-03-02", "USD", "1.25"), rate("2026-03-03", "USD", "2")])
    assert table.convert(Decimal(10), "EUR", "USD", day("2026-03-02")) == Decimal("12.50")


def test_semantics_7_a_rate_seven_days_old_still_holds() -> None:
    assert TABLE.factor("EUR", "USD", day("2026-03-09")) == Decimal("1.25")


def test_semantics_7_an_older_rate_is_missing_and_named() -> None:
    with pytest.raises(MissingRate) as caught:
        TABLE.factor("USD", "EUR", day("2026-03-10"))
    assert caught.value.where == "USD in March 2026"


def test_semantics_7_forecast_flows_take_the_last_known_rate() -> None:
    assert TABLE.factor("EUR", "USD", day("2028-01-31"), last_known=True) == Decimal("1.25")


def test_a_rate_after_the_flow_is_no_rate() -> None:
    with pytest.raises(MissingRate):
        TABLE.factor("EUR", "USD", day("2026-03-01"), last_known=True)


def test_a_cross_goes_through_the_shared_currency() -> None:
    assert TABLE.factor("GBP", "USD", day("2026-03-02")) == Decimal("1.5625")


def test_a_cross_goes_through_a_shared_quote_too() -> None:
    table = RateTable.of([rate("2026-03-02", "EUR", "0.8", "USD"), rate("2026-03-02", "EUR", "1.6", "GBP")])
    assert table.factor("GBP", "USD", day("2026-03-02")) == Decimal(2)


def test_the_missing_side_of_a_cross_is_named() -> None:
    with pytest.raises(MissingRate) as caught:
        TABLE.factor("CHF", "USD", day("2026-03-02"))
    assert caught.value.currency == "CHF"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.integers(min_value=0, max_value=7))
def test_there_and_back_gives_the_same_amount(amount: Decimal, age: int) -> None:
    on = date(2026, 3, 2) + timedelta(days=age)
    there = TABLE.convert(amount, "USD", "GBP", on)
    assert round_amount(TABLE.convert(there, "GBP", "USD", on), "USD") == amount


@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2), min_size=1, max_size=20))
def test_splitting_an_amount_does_not_change_its_conversion(parts: list[Decimal]) -> None:
    on = day("2026-03-02")
    whole = TABLE.convert(sum(parts, Decimal(0)), "USD", "GBP", on)
    assert round_amount(sum(TABLE.convert(part, "USD", "GBP", on) for part in parts), "GBP") == round_amount(
        whole, "GBP"
    )


def test_every_day_of_the_last_recorded_month_has_its_price_level() -> None:
    """Expected inflation counts after the last level, not within its month."""
    table = PriceTable.of({day("2026-05-01"): Decimal(100), day("2026-06-01"): Decimal(104)}, Decimal("0.03"))
    levels = [table.level(day(on)) for on in ("2026-05-31", "2026-06-01", "2026-06-30")]
    assert levels == [100, 104, 104]
    assert table.level(day("2027-06-01")) == pytest.approx(104 * 1.03)
