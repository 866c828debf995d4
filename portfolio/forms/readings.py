"""Readings of KPIs and of adoption: one a row, or many pasted from a spreadsheet."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, NumberField, PercentField, text_input
from portfolio.forms.lines import PASTED_DATES, LinesForm, lines_field
from portfolio.importing.parse.values import parse_date, parse_decimal
from portfolio.models.kpis import TREATED
from web.formats import Formats

UNLIKELY = 5


class ReadingForm(RecordForm):
    """A new reading of one KPI; left empty it records nothing.

    Args:
        label: the KPI's name, for the names of the fields.
        past: the last values, oldest first; a value far from all of them is asked about once.
    """

    value = NumberField(required=False)
    on = DayField(required=False)
    note = forms.CharField(required=False, max_length=400, widget=text_input())
    sure = forms.BooleanField(required=False)

    def __init__(self, *args: Any, label: str, past: Sequence[Decimal], formats: Formats, **options: Any) -> None:
        super().__init__(*args, formats=formats, **options)
        self.past, self.formats = past, formats
        self.asks = ""
        names = {"value": "new value", "on": "date", "note": "note", "sure": "the value is right"}
        for name, words in names.items():
            self.fields[name].label = f"{label}, {words}"

    def clean(self) -> dict[str, Any]:
        """Asks about an unlikely value, and for the date of a given one."""
        given = self.cleaned_data
        value = given.get("value")
        if value is None:
            if given.get("note") and "value" not in self.errors:
                self.add_error("value", "Give the value that the note is about.")
            return given
        if given.get("on") is None and "on" not in self.errors:
            self.add_error("on", "Give the day of the reading.")
        doubt = surprise(value, self.past, self.formats)
        if doubt and not given.get("sure"):
            self.asks = f"Yes, {self.formats.number(value, digits=10)} is right"
            self.add_error("value", doubt)
        return given

    @property
    def is_given(self) -> bool:
        """Whether there is a valid value to record."""
        return self.is_valid() and self.cleaned_data["value"] is not None

    def record(self) -> dict[str, Any]:
        """The contract fields of a reading."""
        return {name: self.cleaned_data[name] for name in ("on", "value", "note")}


class AdoptionForm(RecordForm):
    """How many of the intended users use it: a share, or two counts."""

    on = DayField(label="Date", required=False)
    share = PercentField(label="Share of intended users, in %", required=False)
    active = forms.IntegerField(
        label="or people who use it",
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=text_input(inputmode="numeric"),
    )
    eligible = forms.IntegerField(
        label="of people who should",
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=text_input(inputmode="numeric"),
    )

    def clean(self) -> dict[str, Any]:
        """A share, or both counts."""
        given = self.cleaned_data
        counts = (given.get("active"), given.get("eligible"))
        if (counts[0] is None) != (counts[1] is None):
            self.add_error("eligible" if counts[1] is None else "active", "Give both counts, or the share alone.")
        elif given.get("share") is not None and counts[0] is not None:
            self.add_error("share", "Give the share or the two counts, not both.")
        elif counts[0] is not None and counts[1] is not None and counts[0] > counts[1]:
            self.add_error("active", "More people use it than should. Check the two counts.")
        if self._has_value() and given.get("on") is None and "on" not in self.errors:
            self.add_error("on", "Give the day.")
        return given

    def _has_value(self) -> bool:
        return self.cleaned_data.get("share") is not None or self.cleaned_data.get("active") is not None

    @property
    def is_given(self) -> bool:
        """Whether there is a valid reading to record."""
        return self.is_valid() and self._has_value()

    def record(self) -> dict[str, Any]:
        """The contract fields of an adoption reading."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class PasteForm(LinesForm):
    """Many readings of one KPI, a line each."""

    lines = lines_field(
        label="Readings",
        help_text="A line each: date, value, and a note if you like. Copy the columns from a spreadsheet as they are.",
    )
    series = forms.CharField(
        initial=TREATED,
        max_length=80,
        widget=text_input(),
        help_text="“treated” is where the initiative works. Name a group without it to compare with.",
    )

    def read(self, day: str, value: str, rest: str) -> dict[str, Any]:
        """A reading."""
        return {
            "on": parse_date(day, PASTED_DATES),
            "value": parse_decimal(value, decimal_mark=self.decimal_mark),
            "note": rest[:400],
        }

    def rows(self) -> list[dict[str, Any]]:
        """The contract fields of each reading."""
        series = self.cleaned_data["series"]
        return [{**row, "series": series} for row in self.cleaned_data["lines"]]


def surprise(value: Decimal, past: Sequence[Decimal], formats: Formats) -> str | None:
    """A question about a value that is far from all past ones, or None where it is likely enough.

    Args:
        value: the new value.
        past: the last values, oldest first.
        formats: how the reader writes numbers.
    """
    if not past:
        return None
    last = past[-1]
    written = formats.number(last, digits=10)
    if (all(one > 0 for one in past) and value < 0) or (all(one < 0 for one in past) and value > 0):
        return f"The last reading was {written}: is the sign right?"
    sizes = [abs(one) for one in past]
    if not min(sizes) or min(sizes) / UNLIKELY < abs(value) < max(sizes) * UNLIKELY:
        return None
    if abs(value) > abs(last):
        return f"{formats.number(value / last, digits=1)}× the last reading ({written}): right?"
    if not value:
        return f"The last reading was {written} and this one is zero: right?"
    return f"One {formats.number(last / value, digits=0)}th of the last reading ({written}): right?"
