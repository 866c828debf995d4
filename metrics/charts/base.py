"""Charts: what each draws, what its table says, and how both write numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_name

from web.formats import Form, Formats

DASH = "–"
Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a chart's table."""

    label: str
    is_number: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell of a chart's table."""

    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Chart:
    """One chart as components/chart.html prints it; `data` goes to the drawing module named by `kind`."""

    id: str
    kind: str
    title: str
    subtitle: str
    summary: str
    key: Key
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    data: dict[str, Any]
    height: str = ""

    @property
    def source(self) -> str:
        """The id of the JSON beside the canvas."""
        return f"{self.id}-data"


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


def short(name: str) -> str:
    """A name that fits beside a mark."""
    return name if len(name) <= 26 else f"{name[:25]}…"
