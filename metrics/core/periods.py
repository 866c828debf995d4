"""Calendar arithmetic: months, the year fraction, fiscal years, periods of a cadence."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

DAYS_OF_YEAR = 365
MONTHS_OF_YEAR = 12
DAYS_REMEMBERED = 20_000


@lru_cache(DAYS_REMEMBERED)
def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


@lru_cache(DAYS_REMEMBERED)
def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


@lru_cache(DAYS_REMEMBERED)
def add_months(day: date, months: int) -> date:
    """`day` moved by whole months; the last day of a shorter month where its own day does not exist."""
    index = day.year * MONTHS_OF_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_OF_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Calendar months from the month of `first` to that of `last`."""
    return (last.year - first.year) * MONTHS_OF_YEAR + last.month - first.month


def months_of(first: date, last: date) -> Iterator[date]:
    """First days of every month from that of `first` to that of `last`, both included."""
    for step in range(months_between(first, last) + 1):
        yield add_months(month_start(first), step)


def last_full_month(day: date) -> date:
    """The last day of the calendar month before that of `day`."""
    return month_start(day) - timedelta(days=1)


def year_fraction(first: date, day: date) -> float:
    """Years from `first` to `day` as days/365 (Excel's XIRR and XNPV)."""
    return (day - first).days / DAYS_OF_YEAR


def fiscal_year(day: date, start_month: int) -> tuple[date, date]:
    """First and last day of the fiscal year that holds `day`, for years that begin in `start_month` (1 to 12)."""
    year = day.year if day.month >= start_month else day.year - 1
    first = date(year, start_month, 1)
    return first, add_months(first, MONTHS_OF_YEAR) - timedelta(days=1)


def period_end(day: date, cadence: str) -> date:
    """Last day of the period of `cadence` (daily, weekly, monthly, quarterly) that holds `day`; weeks end on Sunday."""
    match cadence:
        case "daily":
            return day
        case "weekly":
            return day + timedelta(days=6 - day.weekday())
        case "quarterly":
            return month_end(add_months(day, (3 - day.month) % 3))
        case _:
            return month_end(day)
