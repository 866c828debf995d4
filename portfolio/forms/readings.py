"""Readings of KPIs and of adoption: one a row, or many pasted from a spreadsheet."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import HUNDRED, DayField, PercentField, text_input
from portfolio.forms.lines import PASTED_DATES, LinesForm, lines_field
from portfolio.forms.unlikely import surprise
from portfolio.forms.values import ALL_RIGHT, ValueForm
from portfolio.importing.parse.values import parse_date, parse_decimal
from portfolio.models.kpis import TREATED
from portfolio.services.errors import LONGEST_NOTE
from web.formats import Formats


class ReadingForm(ValueForm):
    """A new reading of one KPI; left empty it records nothing.

    Args:
        due: the day of the reading where none is given.
    """

    on = DayField(required=False)
    note = forms.CharField(required=False, max_length=400, widget=text_input())

    def __init__(self, *args: Any, label: str, due: date | None, **options: Any) -> None:
        super().__init__(*args, label=label, **options)
        self.due = due
        self.fields["on"].label, self.fields["note"].label = f"{label}, day", f"{label}, note"

    def clean(self) -> dict[str, Any]:
        """A day that is not given is the one that is due; a note needs a value."""
        given = super().clean()
        if given.get("value") is None and given.get("note") and "value" not in self.errors:
            self.add_error("value", "Give the value that the note is about.")
        if given.get("on") is None and "on" not in self.errors:
            given["on"] = self.due
        return given

    def record(self) -> dict[str, Any]:
        """The contract fields of a reading."""
        return {name: self.cleaned_data[name] for name in ("on", "value", "note")}


class AdoptionForm(RecordForm):
    """How many of the intended users use it: a share, or two counts.

    Args:
        past: the last shares, oldest first; one far from all of them is asked about once.
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
    sure = forms.BooleanField(label="Yes, the share is right", required=False)

    def __init__(self, *args: Any, past: Sequence[Decimal], due: date | None, formats: Formats, **options: Any) -> None:
        super().__init__(*args, formats=formats, **options)
        self.past, self.due, self.formats, self.asks = past, due, formats, False

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
        if not self.errors and self._has_value():
            self._ask(given)
        return given

    def _ask(self, given: dict[str, Any]) -> None:
        share = given["share"] if given["share"] is not None else Decimal(given["active"]) / given["eligible"]
        doubt = surprise(share * HUNDRED, [one * HUNDRED for one in self.past], self.formats, "%")
        if doubt and not given.get("sure") and ALL_RIGHT not in self.data:
            self.asks = True
            self.add_error("share" if given["share"] is not None else "active", doubt)

    def _has_value(self) -> bool:
        return self.cleaned_data.get("share") is not None or self.cleaned_data.get("active") is not None

    @property
    def is_given(self) -> bool:
        """Whether there is a valid reading to record."""
        return self.is_valid() and self._has_value()

    @property
    def is_only_asked(self) -> bool:
        """Whether nothing is wrong but that the share is unlikely."""
        return self.asks and len(self.errors) == 1

    def record(self) -> dict[str, Any]:
        """The contract fields of an adoption reading."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None and name != "sure"}


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

    def read(self, day: str, value: str, rest: Sequence[str]) -> dict[str, Any]:
        """A reading."""
        return {
            "on": parse_date(day, PASTED_DATES),
            "value": parse_decimal(value, decimal_mark=self.decimal_mark),
            "note": " ".join(rest)[:LONGEST_NOTE],
        }

    def rows(self) -> list[dict[str, Any]]:
        """The contract fields of each reading."""
        series = self.cleaned_data["series"]
        return [{**row, "series": series} for row in self.cleaned_data["lines"]]
