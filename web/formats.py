"""Numbers, money and dates as people read them: CLDR patterns, a true minus, no digit more than the form asks for."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

MINUS = "−"
ISO_DAY = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
MILLION = 1_000_000
WHOLE, TENTH = Decimal("0.01"), Decimal("0.001")  # of percentages
Number = Decimal | int | float | str


class Form(StrEnum):
    """How much of an amount is written out."""

    SHORT = "short"
    TABLE = "table"
    FULL = "full"
    EXACT = "exact"


@lru_cache(maxsize=64)
def known_locale(name: str) -> Locale:
    """The CLDR locale of that name, or English for a name that CLDR does not know."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en")


@lru_cache(maxsize=64)
def known_zone(name: str) -> ZoneInfo:
    """The time zone of that name, or UTC for a name that the system does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


@dataclass(frozen=True)
class Formats:
    """Writes figures in one locale and one time zone.

    Args:
        locale: a CLDR name such as `en` or `de-AT`.
        time_zone: an IANA name; instants are shown in it.
        has_full_amounts: whether amounts in tables are written out instead of with K, M and B.
    """

    locale: str = "en"
    time_zone: str = "UTC"
    has_full_amounts: bool = False

    def money(self, value: Number, currency: str, form: Form = Form.SHORT, *, signed: bool = False) -> str:
        """An amount of a currency: $1.6M (short), $1.61M (table), $1,609,739 (full), $1,609,739.40 (exact).

        A reader who wants amounts written out sees those of tables in full.
        """
        amount = Decimal(value)
        if form is Form.TABLE and self.has_full_amounts and abs(amount) >= 1000:
            form = Form.FULL
        return _sign(_money(amount, currency, form, self.locale), amount, signed)

    def percent(self, value: Number, *, signed: bool = False) -> str:
        """A ratio as a percentage: one decimal under 10 %, none above."""
        ratio = Decimal(value)
        has_tenths = abs(ratio) < Decimal("0.0995")
        rounded = ratio.quantize(TENTH if has_tenths else WHOLE, rounding=ROUND_HALF_EVEN) or Decimal(0)
        return _sign(_percent(rounded, self.locale, has_tenths=has_tenths), ratio, signed)

    def chance(self, value: Number) -> str:
        """A probability: never 0 % and never 100 %."""
        probability = Decimal(value)
        if probability < Decimal("0.01"):
            return f"<{self.percent(Decimal('0.01'))}"
        if probability > Decimal("0.99"):
            return f">{self.percent(Decimal('0.99'))}"
        return _percent(probability.quantize(WHOLE, rounding=ROUND_HALF_EVEN), self.locale, has_tenths=False)

    def points(self, value: Number, *, signed: bool = True) -> str:
        """A difference of two percentages."""
        points = Decimal(value) * 100
        return f"{self.number(points, digits=0 if abs(points) >= 10 else 1, signed=signed)} pts"

    def number(self, value: Number, *, digits: int = 2, signed: bool = False) -> str:
        """A plain number with at most so many decimals."""
        amount = round(Decimal(value), digits) or Decimal(0)
        pattern = "#,##0." + "#" * digits if digits else "#,##0"
        return _sign(format_decimal(amount, pattern, locale=known_locale(self.locale)), amount, signed)

    def score(self, value: Number) -> str:
        """A score around one, always with three decimals."""
        return format_decimal(Decimal(value), "0.000", locale=known_locale(self.locale))

    def quantity(self, value: Number, *, signed: bool = False) -> str:
        """A measured quantity: three digits or a little more, whatever its size."""
        size = abs(Decimal(value))
        return self.number(value, digits=0 if size >= 1000 else 1 if size >= 10 else 2, signed=signed)

    def day(self, value: date) -> str:
        """A calendar date: 22 Nov 2026 or Nov 22, 2026, as the locale has it."""
        return _day(value, self.locale)

    def days_in(self, text: str) -> str:
        """A sentence with each ISO date in it written as the locale has it."""
        return ISO_DAY.sub(lambda found: self.day(date.fromisoformat(found[0])), text)

    def month(self, value: date, *, short: bool = False) -> str:
        """A month: April 2026, or Apr when short."""
        pattern = "LLL" if short else "LLLL y"
        return format_date(value, pattern, locale=known_locale(self.locale))

    def local(self, value: datetime) -> datetime:
        """An instant in the reader's time zone."""
        return value.astimezone(known_zone(self.time_zone))

    def ago(self, value: datetime, now: datetime) -> str:
        """How long ago an instant was, in the words of the pages: 3 minutes ago."""
        past = min(value - now, timedelta(0))
        return "just now" if past > -timedelta(minutes=1) else format_timedelta(past, add_direction=True, locale="en")

    def moment(self, value: datetime) -> str:
        """An instant in the reader's time zone, with the zone's name."""
        local = self.local(value)
        clock = format_time(local, "short", tzinfo=local.tzinfo, locale=known_locale(self.locale))
        return f"{self.day(local.date())}, {clock} {local.tzname()}"


@lru_cache(maxsize=5_000)
def _percent(rounded: Decimal, locale: str, *, has_tenths: bool) -> str:
    """A percentage in the locale's own pattern: 6.3% or 6,3 %; lists write the same few hundred again and again."""
    known = known_locale(locale)
    pattern = known.percent_formats[None].pattern
    text: str = format_percent(rounded, pattern.replace("0", "0.#") if has_tenths else pattern, locale=known)
    return text


@lru_cache(maxsize=5_000)
def _day(value: date, locale: str) -> str:
    text: str = format_date(value, "medium", locale=known_locale(locale))
    return text


@lru_cache(maxsize=20_000)
def _money(amount: Decimal, currency: str, form: Form, locale: str) -> str:
    """An amount in a locale; pages write the same one in a chart, its table and its summary."""
    if form in (Form.SHORT, Form.TABLE) and abs(amount) >= 1000:
        return _compact(amount, currency, form, locale)
    if form is Form.EXACT or (form is not Form.FULL and 0 < abs(amount) < 10):
        exact: str = format_currency(amount, currency, locale=known_locale(locale))
        return exact
    return _whole(amount, currency, locale)


def _compact(amount: Decimal, currency: str, form: Form, locale: str) -> str:
    rounded, digits = _significant(amount, 3 if form is Form.TABLE else 2)
    text: str = format_compact_currency(rounded, currency, locale=known_locale(locale), fraction_digits=digits)
    if abs(rounded) < MILLION and not any(letter.isalpha() for letter in text.replace(currency, "")):
        return _whole(amount, currency, locale)
    return text


def _whole(amount: Decimal, currency: str, locale: str) -> str:
    units = amount.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    pattern = known_locale(locale).currency_formats["standard"].pattern.replace(".00", "")
    text: str = format_currency(units, currency, pattern, locale=known_locale(locale), currency_digits=False)
    return text


def _significant(amount: Decimal, least: int) -> tuple[Decimal, int]:
    """The amount rounded to `least` digits (never inside a thousand's group), and the decimals of its short form."""
    leading = amount.adjusted() % 3 + 1
    kept = max(least, leading)
    step = Decimal(1).scaleb(amount.adjusted() - kept + 1)
    rounded = (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step
    return rounded, max(0, least - (rounded.adjusted() % 3 + 1))


def _sign(text: str, amount: Decimal, signed: bool) -> str:
    text = text.replace("-", MINUS)
    return f"+{text}" if signed and amount > 0 else text


def of(locale: str, time_zone: str, *, has_full_amounts: bool = False) -> Formats:
    """Formats for a reader; empty names mean English and UTC."""
    return Formats(locale or "en", time_zone or "UTC", has_full_amounts)
