"""Readings of KPIs and of adoption: one a row, or many pasted from a spreadsheet."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, NumberField, PercentField, text_input
from portfolio.forms.lines import PASTED_DATES, LinesForm, lines_field
from portfolio.forms.unlikely import surprise
from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.values import parse_date, parse_decimal, parse_money
from portfolio.models.kpis import TREATED
from web.formats import Formats

ALL_RIGHT = "all-right"


class ReadingField(NumberField):
    """A reading as spreadsheets write it: with thousands marks, a currency, a percent sign or brackets for a minus.

    A percent sign is left aside where the KPI is counted in percent: 94% is 94 there, and 0.94 elsewhere.
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


class ReadingForm(RecordForm):
    """A new reading of one KPI; left empty it records nothing.

    Args:
        label: the KPI's name, for the names of the fields.
        unit: what the KPI is counted in.
        past: the last values, oldest first; a value far from all of them is asked about once.
        due: the day of the reading where none is given.
    """

    value = ReadingField(required=False)
    on = DayField(required=False)
    note = forms.CharField(required=False, max_length=400, widget=text_input())
    sure = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        label: str,
        unit: str,
        past: Sequence[Decimal],
        due: date | None,
        formats: Formats,
        **options: Any,
    ) -> None:
        super().__init__(*args, formats=formats, **options)
        self.past, self.due, self.formats, self.unit = past, due, formats, unit
        self.asks = ""
        value: Any = self.fields["value"]
        value.counts_percent = unit.strip().startswith("%")
        names = {"value": "new value", "on": "day", "note": "note", "sure": "the value is right"}
        for name, words in names.items():
            self.fields[name].label = f"{label}, {words}"

    def clean(self) -> dict[str, Any]:
        """Asks about an unlikely value; a day that is not given is the one that is due."""
        given = self.cleaned_data
        value = given.get("value")
        if value is None:
            if given.get("note") and "value" not in self.errors:
                self.add_error("value", "Give the value that the note is about.")
            return given
        if given.get("on") is None and "on" not in self.errors:
            given["on"] = self.due
        doubt = surprise(value, self.past, self.formats, self.unit)
        if doubt and not given.get("sure") and ALL_RIGHT not in self.data:
            self.asks = f"Yes, {self.formats.number(value, digits=10)} is right"
            self.add_error("value", doubt)
        return given

    @property
    def is_given(self) -> bool:
        """Whether there is a valid value to record."""
        return self.is_valid() and self.cleaned_data["value"] is not None

    def begin(self) -> None:
        """Puts the cursor into the value, so that the month can be typed at once."""
        self.fields["value"].widget.attrs["autofocus"] = True

    @property
    def is_only_asked(self) -> bool:
        """Whether nothing is wrong but that the value is unlikely."""
        return bool(self.asks) and len(self.errors) == 1 and len(self.errors["value"]) == 1

    def record(self) -> dict[str, Any]:
        """The contract fields of a reading."""
        return {name: self.cleaned_data[name] for name in ("on", "value", "note")}


class AdoptionForm(RecordForm):
    """How many of the intended users use it: a share, or two counts.

    Args:
        due: the day of the reading where none is given.
    """

    share = PercentField(label="Share of intended users, in %", required=False)
    active = forms.IntegerField(
        label="or people who use it",
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=text_input(inputmode="numeric", **{"class": "short num"}),
    )
    eligible = forms.IntegerField(
        label="of people who should",
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        widget=text_input(inputmode="numeric", **{"class": "short num"}),
    )
    on = DayField(label="Day", required=False)

    def __init__(self, *args: Any, due: date | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.due = due

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
            given["on"] = self.due
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


class SourceForm(RecordForm):
    """Where all readings of the page come from."""

    source = forms.CharField(
        label="Where the values come from",
        required=False,
        max_length=80,
        widget=text_input(),
        help_text="A report or a system; it is kept with each of them.",
    )


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
