"""Freezing and approving a business case, closing a period, and notes for the record."""

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, text_input


class NoteForm(RecordForm):
    """A note that stays in the record."""

    note = forms.CharField(max_length=400, required=False, widget=text_input(), label="Note")


class LockForm(RecordForm):
    """The last day of the months to close."""

    through = DayField(label="Close everything through", help_text="The last day of a month that has passed.")
    note = forms.CharField(max_length=400, required=False, widget=text_input(), label="Note")


class ReasonForm(RecordForm):
    """Why something is undone."""

    reason = forms.CharField(max_length=400, widget=text_input(), label="Why", help_text="It stays in the record.")
