"""Calendar arithmetic."""

import pytest

from metrics.core.periods import add_months, fiscal_year, last_full_month, months_of, period_end, year_fraction
from tests.core.facts import day


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-11-15", 36, "2028-11-15"),
        ("2025-01-15", -2, "2024-11-15"),
    ],
)
def test_months_are_added_to_the_last_day_that_exists(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


@pytest.mark.parametrize(("on", "last"), [("2026-06-15", "2026-05-31"), ("2026-06-30", "2026-05-31")])
def test_a_month_is_full_only_once_it_is_over(on: str, last: str) -> None:
    assert last_full_month(day(on)) == day(last)


def test_the_fiscal_year_may_begin_in_april() -> None:
    assert fiscal_year(day("2026-03-31"), 4) == (day("2025-04-01"), day("2026-03-31"))


def test_semantics_4_the_year_fraction_counts_days_over_365_also_in_a_leap_year() -> None:
    assert year_fraction(day("2024-01-01"), day("2025-01-01")) == 366 / 365


@pytest.mark.parametrize(
    ("cadence", "end"),
    [("daily", "2026-05-13"), ("weekly", "2026-05-17"), ("monthly", "2026-05-31"), ("quarterly", "2026-06-30")],
)
def test_a_period_of_each_cadence_ends_on_its_last_day(cadence: str, end: str) -> None:
    assert period_end(day("2026-05-13"), cadence) == day(end)


def test_months_between_two_days_have_no_gap() -> None:
    assert [f"{month:%y-%m}" for month in months_of(day("2025-11-20"), day("2026-02-01"))] == [
        "25-11",
        "25-12",
        "26-01",
        "26-02",
    ]
