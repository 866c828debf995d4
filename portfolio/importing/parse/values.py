"""One reader each for money, numbers and dates. ASCII patterns first, so that nothing exotic reaches Decimal or int."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from .errors import ValueRefused, shown

INTEGER_DIGITS = 14
DECIMAL_DIGITS = 10
EARLIEST, LATEST = date(1970, 1, 1), date(2200, 12, 31)

_SYMBOLS = {"£": "GBP", "€": "EUR", "¥": "JPY", "$": "$"}
_MAGNITUDES = {
    "k": Decimal(10**3),
    "m": Decimal(10**6),
    "mn": Decimal(10**6),
    "million": Decimal(10**6),
    "bn": Decimal(10**9),
    "billion": Decimal(10**9),
}
_MONEY = re.compile(
    r"(?P<bracket>\()?(?P<sign>[-+]?) ?(?P<before>[£€¥$]|[A-Z]{3})? ?(?P<sign2>[-+]?)"
    r"(?P<number>[0-9][0-9.,' ]*|[.,][0-9]+) ?(?P<magnitude>(?i:million|billion|mn|bn|m|k))? ?"
    r"(?P<after>[£€¥$]|[A-Z]{3})?(?P<closed>\))?",
    re.ASCII,
)
_PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}([,' ])[0-9]{3}(\1[0-9]{3})*(\.[0-9]*)?", re.ASCII)
_NUMBER = re.compile(
    r"(?P<bracket>\()?(?P<sign>[-+]?)(?P<number>[0-9.,' ]+)(?P<exponent>[eE][-+]?[0-9]{1,2})?(?P<percent> ?%)?"
    r"(?P<closed>\))?",
    re.ASCII,
)
_QUARTER = re.compile(r"Q([1-4]) ?FY ?([0-9]{2}|[0-9]{4})", re.ASCII | re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and the currency that the cell itself named: an ISO code, "$" for some dollar, or None."""

    amount: Decimal
    currency: str | None


def parse_money(text: str, *, scale: Decimal = Decimal(1), decimal_mark: str = ".") -> Money:
    """Read an amount such as `£26.19m`, `-£1,234.5`, `(1,200)` or `1234.50 EUR`.

    `scale` multiplies amounts that carry no magnitude of their own (1,000,000 for a column in millions).
    Raises ValueRefused for anything else, and for more digits than numeric(24,10) holds.
    """
    cell = _tidy(text)
    found = _MONEY.fullmatch(cell)
    if not found or bool(found["bracket"]) != bool(found["closed"]) or (found["sign"] and found["sign2"]):
        raise ValueRefused(f"{shown(text)} is not an amount of money")
    if found["before"] and found["after"]:
        raise ValueRefused(f"{shown(text)} names a currency twice")
    number = _digits(found["number"], text, decimal_mark)
    magnitude = found["magnitude"]
    amount = number * (_MAGNITUDES[magnitude.lower()] if magnitude else scale)
    negative = "-" in (found["sign"], found["sign2"]) or found["bracket"]
    mark = found["before"] or found["after"]
    return Money(_bounded(-amount if negative else amount, text), _SYMBOLS.get(mark, mark) if mark else None)


def parse_decimal(text: str, *, decimal_mark: str = ".") -> Decimal:
    """Read a plain number; `45%` is 0.45, `(12)` is -12 and `2.2e-07` is taken. Raises ValueRefused."""
    found = _NUMBER.fullmatch(_tidy(text))
    if not found or bool(found["bracket"]) != bool(found["closed"]) or (found["bracket"] and found["sign"]):
        raise ValueRefused(f"{shown(text)} is not a number")
    value = _digits(found["number"], text, decimal_mark)
    if found["exponent"]:
        value = value.scaleb(int(found["exponent"][1:]))
    if found["percent"]:
        value /= 100
    return _bounded(-value if found["sign"] == "-" or found["bracket"] else value, text)


def parse_integer(text: str) -> int:
    """Read a whole number of at most nine digits. Raises ValueRefused."""
    cell = _tidy(text)
    if not re.fullmatch(r"[-+]?[0-9]{1,9}(\.0+)?", cell, re.ASCII):
        raise ValueRefused(f"{shown(text)} is not a whole number")
    return int(cell.partition(".")[0])


def parse_date(text: str, layouts: Sequence[str] = (), *, fiscal_year_start: int = 1) -> date:
    """Read `2025-03-31`, or one of `layouts`: strptime patterns, or `fiscal_quarter` for `Q4FY25`.

    A month or a quarter stands for its first day. `fiscal_year_start` is the month in which fiscal years start; a
    fiscal year is named after the calendar year in which it ends. Raises ValueRefused where no layout fits, where two
    layouts give different days, and for days outside 1970 to 2200.
    """
    cell = _tidy(text)
    found = {day for layout in ("iso", *layouts) if (day := _in_layout(cell, layout, fiscal_year_start))}
    if not found:
        raise ValueRefused(f"{shown(text)} is not a date in a known layout (such as 2025-03-31)")
    if len(found) > 1:
        days = " or ".join(day.isoformat() for day in sorted(found))
        raise ValueRefused(f"{shown(text)} could mean {days}")
    return _plausible(found.pop(), text)


def _tidy(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-").replace("\u2019", "'").strip()


def _digits(number: str, text: str, decimal_mark: str) -> Decimal:
    if decimal_mark == ",":
        number = number.translate(str.maketrans(".,", ",."))
    number = number.strip()
    if _GROUPED.fullmatch(number):
        number = re.sub("[,' ]", "", number)
    if not _PLAIN.fullmatch(number) or len(number) > 60:
        raise ValueRefused(f"{shown(text)} is not a number that can be read without doubt")
    return Decimal(number)


def _bounded(value: Decimal, text: str) -> Decimal:
    value = value.normalize() if value else Decimal(0)
    exponent = value.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    if decimals > DECIMAL_DIGITS or value.adjusted() >= INTEGER_DIGITS:
        raise ValueRefused(
            f"{shown(text)} has more digits than can be kept exactly "
            f"({INTEGER_DIGITS} before and {DECIMAL_DIGITS} after the decimal point)"
        )
    return value.quantize(Decimal(1)) if not decimals else value


def _in_layout(cell: str, layout: str, fiscal_year_start: int) -> date | None:
    if not cell.isascii():
        return None
    try:
        if layout == "iso":
            iso = _ISO.fullmatch(cell.removesuffix(" 00:00:00").removesuffix("T00:00:00"))
            return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
        if layout == "fiscal_quarter":
            return _fiscal_quarter(cell, fiscal_year_start)
        return datetime.strptime(cell, layout).date()
    except ValueError:
        return None


def _fiscal_quarter(cell: str, fiscal_year_start: int) -> date | None:
    found = _QUARTER.fullmatch(cell)
    if not found:
        return None
    year = int(found[2]) + (2000 if len(found[2]) == 2 else 0)
    starts_year = year if fiscal_year_start == 1 else year - 1
    months = starts_year * 12 + fiscal_year_start - 1 + 3 * (int(found[1]) - 1)
    return date(months // 12, months % 12 + 1, 1)


def _plausible(day: date, text: str) -> date:
    if EARLIEST <= day <= LATEST:
        return day
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    if 1900 <= serial <= 2200:
        raise ValueRefused(f"{shown(text)} looks like the bare year {serial} that a spreadsheet turned into a date")
    raise ValueRefused(f"{shown(text)} lies outside {EARLIEST.year} to {LATEST.year}")
