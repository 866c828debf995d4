"""Serializer fields that read what the contract says and nothing near it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

NUMBER = re.compile(r"-?\d{1,24}(\.\d{1,20})?\Z", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
WHOLE_DIGITS = 14
DECIMAL_PLACES = 10


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not name."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; unknown and read-only fields are errors."""
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [name for name in data if name not in writable]
            if unknown:
                raise ValidationError(
                    {name: [ErrorDetail("There is no such field to write.", "unknown_field")] for name in unknown}
                )
        return super().to_internal_value(data)


@extend_schema_field({"type": ["string", "number"], "pattern": r"^-?\d{1,24}(\.\d{1,20})?$"})
class AmountField(serializers.Field[Decimal, Any, str, Any]):
    """A decimal as text or JSON number; digits beyond numeric(24,10) are refused, never rounded."""

    default_error_messages = {
        "invalid": "Give a decimal number with a point, such as 1234.50.",
        "too_long": f"At most {WHOLE_DIGITS} digits before the point and {DECIMAL_PLACES} after it.",
    }

    def to_internal_value(self, data: Any) -> Decimal:
        """The exact Decimal."""
        if isinstance(data, Decimal):
            data = f"{data:f}"
        elif isinstance(data, int) and not isinstance(data, bool):
            data = str(data)
        if not isinstance(data, str) or not NUMBER.match(data):
            self.fail("invalid")
        whole, _, places = data.lstrip("-").partition(".")
        if len(whole.lstrip("0")) > WHOLE_DIGITS or len(places.rstrip("0")) > DECIMAL_PLACES:
            self.fail("too_long")
        return Decimal(data)

    def to_representation(self, value: Decimal | str) -> str:
        """Plain digits without an exponent and without idle zeros."""
        return plain(Decimal(value))


class DayField(serializers.DateField):
    """A calendar date, YYYY-MM-DD and nothing else."""

    def to_internal_value(self, value: Any) -> date:
        """The date."""
        if not isinstance(value, str) or not DAY.match(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class TextField(serializers.CharField):
    """Text; a number is no text."""

    def to_internal_value(self, data: Any) -> str:
        """The text, trimmed."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A whole JSON number."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNoField(serializers.BooleanField):
    """true or false, no words that look like it."""

    def to_internal_value(self, data: Any) -> bool:
        """The truth value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


def plain(value: Decimal) -> str:
    """A decimal as plain digits: 1200, 0.25, never 1.2E+3."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
