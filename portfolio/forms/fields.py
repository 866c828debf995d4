"""Fields that read numbers, shares, dates and lists as people write them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.values import parse_date, parse_decimal
from portfolio.models.fields import choices, known_currency

HUNDRED = Decimal(100)


def text_input(**attributes: str) -> forms.TextInput:
    """A line of text that the browser fills with nothing of its own."""
    return forms.TextInput(attrs={"autocomplete": "off", **attributes})


class NumberField(forms.CharField):
    """A number in the reader's notation; read with an ASCII pattern, bounded to what the database keeps exactly."""

    decimal_mark = "."

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": text_input(inputmode="decimal", **{"class": "short num"}), **options})

    def to_python(self, value: Any) -> Any:
        """The text as a decimal, or None for an empty field."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return self._read(text)
        except ValueRefused as refusal:
            raise ValidationError(f"{_sentence(refusal)} Write it as {self._example()}.") from refusal

    def prepare_value(self, value: Any) -> Any:
        """The decimal as the reader writes it, without grouping."""
        if not isinstance(value, Decimal):
            return value
        return f"{value.normalize():f}".replace(".", self.decimal_mark)

    def _read(self, text: str) -> Decimal:
        return parse_decimal(text, decimal_mark=self.decimal_mark)

    def _example(self) -> str:
        return f"1234{self.decimal_mark}5"

    def run_validators(self, value: Any) -> None:
        """Text validators of the base class do not fit a decimal."""


class PercentField(NumberField):
    """A share written as a percentage: 25 or 25% is kept as 0.25."""

    def _read(self, text: str) -> Decimal:
        read = parse_decimal(text, decimal_mark=self.decimal_mark)
        return read if text.rstrip().endswith("%") else read / HUNDRED

    def _example(self) -> str:
        return f"12{self.decimal_mark}5"

    def prepare_value(self, value: Any) -> Any:
        """The ratio as a percentage."""
        return super().prepare_value(value * HUNDRED if isinstance(value, Decimal) else value)


class DayField(forms.CharField):
    """A calendar date; browsers send 2026-03-31, and so may people."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"type": "date", "class": "short"}), **options})

    def to_python(self, value: Any) -> Any:
        """The text as a date, or None for an empty field."""
        if isinstance(value, date):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_date(text)
        except ValueRefused as refusal:
            raise ValidationError(_sentence(refusal)) from refusal

    def prepare_value(self, value: Any) -> Any:
        """The date in the form that browsers expect."""
        return value.isoformat() if isinstance(value, date) else value

    def run_validators(self, value: Any) -> None:
        """Text validators of the base class do not fit a date."""


class CurrencyField(forms.CharField):
    """Three letters of ISO 4217."""

    def __init__(self, **options: Any) -> None:
        widget = text_input(list="currencies", maxlength="3", autocapitalize="characters", **{"class": "short"})
        super().__init__(**{"label": "Currency", "widget": widget, **options})

    def to_python(self, value: Any) -> str:
        """The code in capitals."""
        return str(super().to_python(value) or "").upper()

    def validate(self, value: Any) -> None:
        """Refuses a code that is no currency."""
        super().validate(value)
        if value:
            known_currency(value)


class WordsField(forms.CharField):
    """A list, separated by commas or lines."""

    def __init__(self, *, separator: str = ",", **options: Any) -> None:
        self.separator = separator
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The parts without blanks; empty parts are dropped."""
        if isinstance(value, list):
            return value
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\0", "")
        parts = text.split(self.separator)
        return [part.strip() for part in parts if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        """The parts in one text."""
        joint = "\n" if self.separator == "\n" else ", "
        return joint.join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        """Text validators of the base class do not fit a list."""


class WordField(forms.ChoiceField):
    """One word of an enumeration."""

    def __init__(
        self, words: type[StrEnum], *, empty: str | None = None, labels: Mapping[Any, str] | None = None, **options: Any
    ) -> None:
        named: Sequence[tuple[str, str]] = [(word, (labels or {}).get(word, label)) for word, label in choices(words)]
        super().__init__(choices=named if empty is None else [("", empty), *named], **options)


def _sentence(refusal: ValueRefused) -> str:
    text = str(refusal)
    return f"{text[:1].upper()}{text[1:]}."
