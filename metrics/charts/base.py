"""Charts: what each draws, what its table says, and how both write numbers."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from babel.numbers import get_currency_name

from web.charts import Cell, Chart, Column, Key
from web.formats import Form, Formats

__all__ = ["DASH", "Cell", "Chart", "Column", "Key"]
DASH = "–"


def currency_name(currency: str, formats: Formats) -> str:
    """The currency in words, for a subtitle: US dollars."""
    name: str = get_currency_name(currency, count=2, locale=formats.locale.replace("-", "_"))
    return name


def titles(*labels: str) -> Iterable[Column]:
    """Columns of numbers."""
    return (Column(label) for label in labels)


def money(value: Decimal | None, currency: str, formats: Formats, *, signed: bool = False) -> str:
    """An amount of a table; a dash where it is not known."""
    return DASH if value is None else formats.money(value, currency, Form.TABLE, signed=signed)


def decimal_of(text: str | None) -> Decimal | None:
    """A stored number."""
    return None if text is None else Decimal(text)


def number(value: Decimal | None) -> float | None:
    """A number as the drawing module takes it."""
    return None if value is None else float(value)


def plain_month(month: date) -> str:
    """A month as files write it."""
    return f"{month:%Y-%m}"


def short(name: str) -> str:
    """A name that fits beside a mark."""
    return name if len(name) <= 26 else f"{name[:25]}…"
