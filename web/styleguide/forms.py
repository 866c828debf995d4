"""A form with every kind of field, filled in, refused and empty."""

from django import forms


class Example(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As people call it.")
    amount = forms.CharField(
        label="Amount", widget=forms.TextInput({"inputmode": "decimal", "class": "short num"}), required=False
    )
    on = forms.DateField(label="From", widget=forms.DateInput({"type": "date", "class": "short"}), required=False)
    stage = forms.ChoiceField(label="Stage", choices=(("pilot", "Pilot"), ("scaled", "Scaled")))
    basis = forms.ChoiceField(
        label="Basis", choices=(("plan", "Plan"), ("actual", "Actual")), widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(label="Note", widget=forms.Textarea({"rows": 2}), required=False)
    file = forms.FileField(label="Evidence", required=False)
    is_shared = forms.BooleanField(label="Everybody in the workspace sees it", required=False)


def empty() -> Example:
    """Nothing filled in yet."""
    return Example(auto_id="empty-%s")


def refused() -> Example:
    """Sent without what it needs."""
    return Example({"name": "", "stage": "elsewhere", "on": "soon"}, auto_id="refused-%s")
