"""Money, numbers and dates: read without doubt or refused with the value named."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.values import Money, parse_date, parse_decimal, parse_integer, parse_money


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("£26.19m", "26190000", "GBP"),
        ("-£1,234.5", "-1234.5", "GBP"),
        ("£-12", "-12", "GBP"),
        ("(1,200)", "-1200", None),
        ("1234.50 EUR", "1234.5", "EUR"),
        ("$12.00", "12", "$"),
        ("\u00a0£9999.99", "9999.99", "GBP"),
        ("€ 1 234 567.89", "1234567.89", "EUR"),
        ("2.5bn", "2500000000", None),
        ("\u2212 5", "-5", None),
        ("0.00000080000", "0.0000008", None),
        ("0", "0", None),
    ],
)
def test_money_is_read(text: str, amount: str, currency: str | None) -> None:
    assert parse_money(text) == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "NaN", "Infinity", "1_000", "1e5", "١٢٣", "１２３", "1,23", "1.234.567", "12,34,567", "--5", "£5 EUR", "5)",
        "TBC", "", "0x10", "1 2", "9" * 15, "0.12345678901", "1E+1000000",
    ],
)  # fmt: skip
def test_what_is_not_clearly_money_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        parse_money(text)


def test_a_column_in_millions_scales_amounts_without_a_magnitude_of_their_own() -> None:
    million = Decimal(1_000_000)
    assert parse_money("4.3", scale=million).amount == Decimal(4_300_000)
    assert parse_money("4.3k", scale=million).amount == Decimal(4_300)


def test_a_decimal_comma_is_read_only_where_it_is_declared() -> None:
    assert parse_money("1.234,50", decimal_mark=",").amount == Decimal("1234.5")
    with pytest.raises(ValueRefused):
        parse_money("1.234,50")


def test_the_digits_that_the_database_keeps_are_the_most_that_are_taken() -> None:
    assert parse_money("12345678901234.0123456789").amount == Decimal("12345678901234.0123456789")
    with pytest.raises(ValueRefused, match="more digits than can be kept exactly"):
        parse_money("123456789012345")


@pytest.mark.parametrize(("text", "value"), [("45%", "0.45"), ("2.2e-07", "0.00000022"), ("-3", "-3"), (".5", "0.5")])
def test_plain_numbers_are_read(text: str, value: str) -> None:
    assert parse_decimal(text) == Decimal(value)


def test_a_huge_exponent_is_refused_at_once() -> None:
    with pytest.raises(ValueRefused):
        parse_decimal("1e99")


@pytest.mark.parametrize("text", ["1.5", "1e3", "10000000000", "٣"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "layouts", "day"),
    [
        ("2025-03-31", (), "2025-03-31"),
        ("2025-03-31 00:00:00", (), "2025-03-31"),
        ("24-Nov", ("%y-%b",), "2024-11-01"),
        ("Q4FY25", ("fiscal_quarter",), "2025-07-01"),
        ("Q1 FY2025", ("fiscal_quarter",), "2024-10-01"),
        ("7/4/2024", ("%m/%d/%Y",), "2024-07-04"),
        ("31.03.21", ("%d.%m.%y",), "2021-03-31"),
    ],
)
def test_dates_are_read_in_the_layouts_of_the_profile(text: str, layouts: tuple[str, ...], day: str) -> None:
    assert parse_date(text, layouts, fiscal_year_start=10) == date.fromisoformat(day)


def test_a_date_that_two_layouts_read_differently_is_refused() -> None:
    with pytest.raises(ValueRefused, match="could mean 2024-04-07 or 2024-07-04"):
        parse_date("7/4/2024", ("%m/%d/%Y", "%d/%m/%Y"))


@pytest.mark.parametrize("text", ["10/12023", "TBD", "2024-02-30", "٢٠٢٤-٠١-٠١", "31.03.2021", ""])
def test_an_unreadable_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueRefused, match=f"“{text}”"):
        parse_date(text, ("%m/%d/%Y",))


def test_a_bare_year_that_a_spreadsheet_turned_into_a_date_is_told() -> None:
    with pytest.raises(ValueRefused, match="looks like the bare year 2024"):
        parse_date("7/16/1905", ("%m/%d/%Y",))
