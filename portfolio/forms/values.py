"""One value of many on a page: typed or pasted, and asked about where it is unlikely."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import NumberField
from portfolio.forms.unlikely import surprise
from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.values import parse_decimal, parse_money
from web.formats import Formats

ALL_RIGHT = "all-right"


class ValueField(NumberField):
    """A value as spreadsheets write it: with thousands marks, a currency, a percent sign or brackets for a minus.

    A percent sign is left aside where the value is counted in percent: 94% is 94 there, and 0.94 elsewhere.
    """

    counts_percent = False

    def _read(self, text: str) -> Decimal:
        plain = text.strip()
        if self.counts_percent and plain.endswith("%"):
            plain = plain.removesuffix("%").strip()
        try:
            return parse_decimal(plain, decimal_mark=self.decimal_mark)
        except ValueRefused as refusal:
            try:
                return parse_money(plain, decimal_mark=self.decimal_mark).amount
            except ValueRefused:
                raise refusal from None


class ValueForm(RecordForm):
    """A value of a row; left empty it records nothing.

    Args:
        label: the row's name, for the names of the fields.
        unit: what the value is counted in.
        past: the last values, oldest first; a value far from all of them is asked about once.
    """

    value = ValueField(required=False)
    sure = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, label: str, unit: str, past: Sequence[Decimal], formats: Formats, **options: Any
    ) -> None:
        super().__init__(*args, formats=formats, **options)
        self.past, self.formats, self.unit = past, formats, unit
        self.asks = ""
        value: Any = self.fields["value"]
        value.counts_percent = unit.strip().startswith("%")
        value.label = f"{label}, new value in {unit}" if unit else f"{label}, new value"
        self.fields["sure"].label = f"{label}, the value is right"

    def clean(self) -> dict[str, Any]:
        """Asks about an unlikely value."""
        given = self.cleaned_data
        value = given.get("value")
        if value is None:
            return given
        doubt = surprise(value, self.past, self.formats, self.unit)
        if doubt and not given.get("sure") and ALL_RIGHT not in self.data:
            self.asks = f"Yes, {self.formats.number(value, digits=10)} is right"
            self.add_error("value", doubt)
        return given

    @property
    def is_given(self) -> bool:
        """Whether there is a valid value to record."""
        return self.is_valid() and self.cleaned_data["value"] is not None

    @property
    def is_only_asked(self) -> bool:
        """Whether nothing is wrong but that the value is unlikely."""
        return bool(self.asks) and len(self.errors) == 1 and len(self.errors["value"]) == 1

    def begin(self) -> None:
        """Puts the cursor into the value, so that the page can be typed at once."""
        self.fields["value"].widget.attrs["autofocus"] = True


def problems(forms: Sequence[RecordForm]) -> list[tuple[str, str]]:
    """The id of each faulty field, and what is wrong with it; no id where it is no single field."""
    of_fields = [
        (str(field.id_for_label), f"{field.label}: {message}")
        for form in forms
        for field in form
        for message in field.errors
    ]
    return of_fields + [("", str(message)) for form in forms for message in form.non_field_errors()]


def is_only_asked(forms: Sequence[RecordForm]) -> bool:
    """Whether all that stops these forms are questions about unlikely values."""
    refused = [form for form in forms if form.errors]
    return bool(refused) and all(getattr(form, "is_only_asked", False) for form in refused)
