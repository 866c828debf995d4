"""Freezing and approving a business case, closing a period, and notes for the record."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, text_input
from portfolio.forms.lines import PASTED_DATES, LinesForm, lines_field
from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.values import parse_date, parse_decimal


class NoteForm(RecordForm):
    """A note that stays in the record."""

    note = forms.CharField(max_length=400, required=False, widget=text_input(), label="Note")


class FreezeForm(LinesForm):
    """A note, and the use that is planned, where somebody planned it."""

    note = forms.CharField(max_length=400, required=False, widget=text_input(), label="Note")
    lines = lines_field(
        label="Planned share of users",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "num", "spellcheck": "false"}),
        help_text="A line each: date and %, such as 2026-12-31 40. What comes from fewer users is then told apart.",
    )

    def read(self, day: str, value: str, rest: Sequence[str]) -> dict[str, Any]:
        """The share of users that is planned for a day."""
        share = parse_decimal(value.rstrip("% "), decimal_mark=self.decimal_mark) / 100
        if not 0 <= share <= 1:
            raise ValueRefused("a share lies between 0 and 100 %")
        return {"on": parse_date(day, PASTED_DATES), "share": share}


class LockForm(RecordForm):
    """The last day of the months to close."""

    through = DayField(label="Close everything through", help_text="The last day of a month that has passed.")
    note = forms.CharField(max_length=400, required=False, widget=text_input(), label="Note")


class ReasonForm(RecordForm):
    """Why something is undone."""

    reason = forms.CharField(max_length=400, widget=text_input(), label="Why", help_text="It stays in the record.")
