"""Actions against causes of failure: what, who, until when, and how they end."""

from django import forms

from portfolio.choices import Cause
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, WordField, text_input
from portfolio.rubric import RUBRIC

LABELS = {cause: scale.label for cause, scale in RUBRIC.items()}


class MitigationForm(RecordForm):
    """What is to be done against one cause."""

    cause = WordField(Cause, label="Against which cause", labels=LABELS)
    what = forms.CharField(
        label="What is to be done",
        max_length=400,
        widget=text_input(),
        help_text="One thing that can be finished, such as “Sign the interface agreement with claims IT”.",
    )
    owner = forms.CharField(
        label="Who does it", max_length=120, widget=text_input(list="people"), help_text="One person."
    )
    due = DayField(label="Until")
    note = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class DoneForm(RecordForm):
    """The day on which an action was finished, and what came of it."""

    ended_on = DayField(label="Done on")
    note = forms.CharField(
        label="What came of it", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DropForm(RecordForm):
    """The day on which an action was dropped, and why."""

    ended_on = DayField(label="Dropped on")
    note = forms.CharField(
        label="Why",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays in the record, also for those who ask later.",
    )


class ReopenForm(RecordForm):
    """Until when an action that was done or dropped is to be done after all."""

    due = DayField(label="Until")
    note = forms.CharField(label="Why", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
