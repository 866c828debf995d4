"""Recording and changing an initiative."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from portfolio.choices import Stage
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import CurrencyField, DayField, WordField, WordsField, text_input
from portfolio.models import Initiative

SECTIONS = (
    ("What it is", ("name", "kind", "summary", "tags")),
    ("Whose it is", ("owner", "sponsor", "unit", "programme")),
    ("When, and in which money", ("stage", "stage_on", "planned_go_live", "go_live", "currency", "horizon_months")),
    ("What it runs on", ("runs_on", "key")),
)
ONLY_WHEN_NEW = ("stage", "stage_on", "key", "another")
FIRST = SECTIONS[0][0]
LIVE = (Stage.ROLLOUT, Stage.PRODUCTION, Stage.SCALED)


class InitiativeForm(RecordForm):
    """An initiative's fields; only the name is needed."""

    name = forms.CharField(max_length=400, widget=text_input())
    kind = forms.CharField(
        required=False, max_length=200, widget=text_input(list="kinds"), help_text="For example: copilot, forecasting."
    )
    summary = forms.CharField(
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The problem, who has it, and what should be different afterwards.",
    )
    tags = WordsField(required=False, help_text="Separate them with commas.", widget=text_input())
    owner = forms.CharField(
        required=False,
        max_length=200,
        widget=text_input(list="people"),
        help_text="A name or mail address. A person of this workspace may then write its records. Empty means you.",
    )
    sponsor = forms.CharField(required=False, max_length=200, widget=text_input(list="people"))
    unit = forms.CharField(
        label="Business unit", required=False, max_length=120, widget=text_input(list="units"), help_text="New is fine."
    )
    programme = forms.CharField(
        required=False, max_length=160, widget=text_input(list="programmes"), help_text="New is fine."
    )
    stage = WordField(Stage, initial=Stage.IDEA, label="Stage now")
    stage_on = DayField(label="In this stage since", required=False, help_text="Empty means today.")
    planned_go_live = DayField(label="Planned go-live", required=False)
    go_live = DayField(
        label="Go-live",
        required=False,
        help_text="The day people began to use it. Needed for rollout, production and scaled.",
    )
    currency = CurrencyField(help_text="Costs and benefits may be in others; figures are shown in this one.")
    horizon_months = forms.IntegerField(
        label="Months over which it should pay",
        min_value=1,
        max_value=240,
        initial=36,
        widget=text_input(inputmode="numeric", **{"class": "short num"}),
        help_text="Counted from go-live. What comes later counts in no figure.",
    )
    runs_on = WordsField(
        separator="\n",
        required=False,
        label="Models, agents, data sets",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One on each line: a name or a link.",
    )
    key = forms.CharField(
        required=False,
        max_length=64,
        widget=text_input(),
        help_text="Your own short name for files and programs: letters, digits, - _ and dots. It never changes. "
        "Empty means one is made from the name.",
    )

    another = forms.BooleanField(required=False, label="It is another one")

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            for name in ONLY_WHEN_NEW:
                del self.fields[name]

    def sections(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        """The headings with their fields."""
        for heading, names in SECTIONS:
            yield heading, [self[name] for name in names if name in self.fields]

    def folded(self) -> Iterator[tuple[str, Sequence[BoundField], bool]]:
        """The headings with their fields, and whether they are unfolded: the first, and those with a fault."""
        for heading, fields in self.sections():
            yield heading, fields, heading == FIRST or any(field.errors for field in fields)

    def clean(self) -> dict[str, Any]:
        """What is live has a day on which it went live."""
        given = self.cleaned_data
        if given.get("stage") in LIVE and "go_live" in given and not given["go_live"]:
            self.add_error("go_live", "Say on which day people began to use it.")
        return given

    def record(self) -> dict[str, Any]:
        """The contract fields of an initiative."""
        left_out = {"stage", "stage_on", "another"} | ({"key"} if not self.cleaned_data.get("key") else set())
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}

    def stage_change(self, today: date) -> tuple[str, date]:
        """The stage to begin with, and since when."""
        return self.cleaned_data["stage"], self.cleaned_data["stage_on"] or today


def recorded(initiative: Initiative) -> dict[str, Any]:
    """What the form shows of an initiative that exists."""
    plain = {name: getattr(initiative, name) for name in InitiativeForm.base_fields if hasattr(initiative, name)}
    return plain | {
        "unit": initiative.unit.name if initiative.unit else "",
        "programme": initiative.programme.name if initiative.programme else "",
    }
