"""Forms of the notices app."""

from django import forms

from notices.digests.compose import WEEKDAYS


class SnoozeForm(forms.Form):
    """Until when an alert can wait, and why."""

    until = forms.DateField(
        label="Until", help_text="At most 90 days ahead.", widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label="Why it can wait", max_length=400, help_text="Everyone sees this.")


class SubscriptionForm(forms.Form):
    """When the digest comes."""

    weekday = forms.TypedChoiceField(label="Day", coerce=int, choices=list(enumerate(WEEKDAYS)))
    hour = forms.TypedChoiceField(label="Hour", coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)])


class RequestForm(forms.Form):
    """What the asker adds to the mail."""

    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you need, and by when. It stands in the mail.",
    )
