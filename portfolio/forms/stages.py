"""Moving an initiative to another stage."""

from datetime import date
from typing import Any

from django import forms

from portfolio.choices import Stage
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, WordField, text_input
from portfolio.models import Initiative
from portfolio.models.fields import choices

MEANINGS = {
    Stage.IDEA: "Idea: thought of, nothing tried",
    Stage.DISCOVERY: "Discovery: the problem and the data are looked into",
    Stage.PILOT: "Pilot: tried with few people",
    Stage.DEVELOPMENT: "Development: built for everyday use",
    Stage.ROLLOUT: "Rollout: handed to more and more people",
    Stage.PRODUCTION: "Production: in everyday use",
    Stage.SCALED: "Scaled: in use wherever it should be",
    Stage.RETIRED: "Retired: ended after it was in production",
    Stage.ABANDONED: "Abandoned: ended before it reached production",
}
NEEDS_GO_LIVE = (Stage.PRODUCTION, Stage.SCALED)
ASKS_GO_LIVE = (Stage.ROLLOUT, *NEEDS_GO_LIVE)


class StageForm(RecordForm):
    """The stage, its date, and the day of go-live where it is not known yet."""

    to = WordField(Stage, label="New stage", labels=MEANINGS, widget=forms.RadioSelect)
    effective_on = DayField(label="Since")
    go_live = DayField(
        label="Go-live",
        required=False,
        help_text="The day people began to use it, if it is in use. It starts the horizon.",
    )
    not_live_yet = forms.BooleanField(label="Nobody uses it yet", required=False)
    decision = forms.CharField(
        label="Decision", required=False, max_length=200, widget=text_input(), help_text="Who decided, and where."
    )
    note = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why, in a sentence or two.",
    )

    def __init__(self, *args: Any, initiative: Initiative, today: date, **options: Any) -> None:
        super().__init__(*args, initial={"effective_on": today}, **options)
        here = initiative.stage
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (word, MEANINGS[Stage(word)]) for word, _ in choices(Stage) if word != here
        ]
        if initiative.go_live:
            del self.fields["go_live"], self.fields["not_live_yet"]

    def clean(self) -> dict[str, Any]:
        """Asks for the day of go-live once, and offers the day of the stage."""
        given = self.cleaned_data
        if self._lacks_go_live(given):
            self.add_error("go_live", "Say when people began to use it. The day of the stage is filled in below.")
            self.data = {**{name: self.data[name] for name in self.data}, "go_live": given["effective_on"].isoformat()}
        return given

    def _lacks_go_live(self, given: dict[str, Any]) -> bool:
        if "go_live" not in given or given["go_live"] or not given.get("effective_on"):
            return False
        to = given.get("to")
        return to in NEEDS_GO_LIVE or (to in ASKS_GO_LIVE and not given["not_live_yet"])
