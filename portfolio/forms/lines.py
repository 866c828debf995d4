"""Many rows pasted from a spreadsheet: a line each, with a day and a value."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portfolio.forms.base import RecordForm
from portfolio.importing.parse.errors import ValueRefused
from portfolio.services.errors import RowErrors

PASTED_DATES = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y", "%d %B %Y")
MOST_LINES = 10_000
MOST_NAMED = 20


def lines_field(**options: Any) -> forms.CharField:
    """A box for lines."""
    widget = forms.Textarea(attrs={"rows": 10, "class": "num", "spellcheck": "false"})
    return forms.CharField(**{"max_length": 1_000_000, "widget": widget, **options})


class LinesForm(RecordForm):
    """A form with a field ``lines``, which is cleaned to a row for each line; each fault is named by its line."""

    def read(self, day: str, value: str, rest: Sequence[str]) -> dict[str, Any]:
        """A row from the parts of its line. Raises ValueRefused."""
        raise NotImplementedError

    def clean_lines(self) -> list[dict[str, Any]]:
        """The lines as rows."""
        faults: list[str] = []
        self.numbers: list[int] = []
        rows: list[dict[str, Any]] = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines()[: MOST_LINES + 1], start=1):
            if not line.strip():
                continue
            try:
                rows.append(self.read(*_parted(line)))
                self.numbers.append(number)
            except ValueRefused as refusal:
                faults.append(f"Line {number}: {refusal}.")
        if len(rows) > MOST_LINES:
            faults = [f"Paste at most {MOST_LINES} lines at once, or import a file."]
        if faults:
            raise ValidationError(faults[:MOST_NAMED])
        return rows

    def refuse_rows(self, error: RowErrors) -> None:
        """Names the line of each row that was refused."""
        for row in error.rows[:MOST_NAMED]:
            self.add_error("lines", f"Line {self.numbers[row.index]}: {row.message}")


def _parted(line: str) -> tuple[str, str, list[str]]:
    separator = next((mark for mark in ("\t", ";") if mark in line), None)
    parts = [part.strip() for part in (line.split(separator) if separator else line.split(None, 2))]
    if len(parts) < 2:
        raise ValueRefused("give a date and a value")
    return parts[0], parts[1], parts[2:]
