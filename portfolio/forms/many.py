"""One change of many initiatives at once."""

from django import forms

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import text_input


class AssignForm(RecordForm):
    """Who owns them from now on."""

    owner = forms.CharField(
        max_length=200, widget=text_input(), help_text="A name, or the mail address of a member of this workspace."
    )


class TagForm(RecordForm):
    """The tag that they get."""

    tag = forms.CharField(max_length=60, widget=text_input(), help_text="Up to 60 characters. Tags they have stay.")
