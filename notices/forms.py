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
