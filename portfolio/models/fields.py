"""Field shapes that several records share."""

from datetime import date
from enum import StrEnum
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError
from django.db import models

CURRENCIES = frozenset(Locale("en").currencies)
EARLIEST = date(1970, 1, 1)
LATEST = date(2200, 12, 31)


def known_currency(code: str) -> None:
    """Raises ValidationError unless CODE is an ISO 4217 currency."""
    if code not in CURRENCIES:
        raise ValidationError(f"{code!r} is not a currency. Use three letters, such as EUR.", code="unknown_currency")


def plausible_days(row: models.Model, *names: str) -> None:
    """Raises ValidationError, naming the column, for a day that no calendar of a company holds."""
    days = {name: getattr(row, name) for name in names}
    odd = [name for name, day in days.items() if isinstance(day, date) and not EARLIEST <= day <= LATEST]
    if odd:
        words = f"Give a day between {EARLIEST} and {LATEST}."
        raise ValidationError({name: ValidationError(words, code="implausible") for name in odd})


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Django's choices for an enumeration of words."""
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in words]


def word_field(words: type[StrEnum], **options: Any) -> "models.CharField[str, str]":
    """A column that holds one word of an enumeration."""
    return models.CharField(max_length=24, choices=choices(words), **options)


def known(field: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    """A database constraint: FIELD holds one of the words."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [word.value for word in words]}), name=name)


def decimal_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """numeric(24,10): more digits are refused by validation, never rounded."""
    return models.DecimalField(max_digits=24, decimal_places=10, **options)


def currency_field(**options: Any) -> "models.CharField[str, str]":
    """An ISO 4217 code."""
    return models.CharField(max_length=3, validators=[known_currency], **options)
