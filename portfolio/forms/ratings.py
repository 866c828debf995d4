"""Noting what others say about the standing of an initiative."""

from django import forms

from portfolio.choices import Rating, RatingScale
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, WordField

RATING_WORDS = {
    Rating.GREEN: "Green",
    Rating.AMBER_GREEN: "Amber/Green",
    Rating.AMBER: "Amber",
    Rating.AMBER_RED: "Amber/Red",
    Rating.RED: "Red",
}
SCALE_WORDS = {
    RatingScale.FIVE: "Five words: green, amber/green, amber, amber/red, red",
    RatingScale.THREE: "Three words: green, amber, red",
}


class RatingForm(RecordForm):
    """One rating by somebody else."""

    on = DayField(label="Rated on")
    rated_by = forms.CharField(
        label="Rated by", max_length=120, help_text="The office or board that rates, always spelt the same way."
    )
    scale = WordField(RatingScale, label="Scale", labels=SCALE_WORDS, empty="Choose")
    rating = WordField(Rating, label="Rating", labels=RATING_WORDS, empty="Choose")
    note = forms.CharField(
        label="What they said", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(label="Link or reference", required=False, max_length=1000)
