"""Scoring the eight causes of failure, and noting other changes at the same time."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField

from portfolio.choices import Cause, EventKind
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, WordField

QUESTIONS = {
    Cause.INTEGRATION: ("Integration", "Does it reach the systems that people work in?"),
    Cause.SCALABILITY: ("Scale and compute", "Will it bear everyday load at a cost that was agreed?"),
    Cause.ROI_JUSTIFICATION: ("Proof of return", "Is it agreed which business figure it must move, and from where?"),
    Cause.WORKFORCE: ("People and training", "Are there people to build, run and use it?"),
    Cause.DATA_GOVERNANCE: ("Data governance", "May the data be used, is it good enough, and who answers for it?"),
    Cause.RESPONSIBLE_AI: ("Responsible AI", "Are harm, bias and accountability looked after?"),
    Cause.HUMAN_FACTORS: ("Human factors", "Do the people it is for want it, and can they go back if it fails?"),
    Cause.DATA_LICENSING: ("Data and model licences", "Do the licences allow the use you plan?"),
}
STEPS = (
    ("", "Not looked at"),
    ("-1", "Well in hand, shown by evidence"),
    ("-0.5", "Mostly in hand"),
    ("0", "As usual for such work"),
    ("0.5", "A concern without an agreed remedy"),
    ("1", "Severe: could end it"),
)


class AssessmentForm(RecordForm):
    """One score for each cause; causes that nobody looked at have none."""

    on = DayField(label="As of")
    evidence = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the scores rest on: links, test results, who was asked.",
    )

    def __init__(self, *args: Any, scores: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for cause, (label, question) in QUESTIONS.items():
            score = str(scores.get(cause, ""))
            self.fields[cause] = forms.ChoiceField(
                label=label, help_text=question, choices=_steps(score), required=False, initial=score
            )

    def causes(self) -> Iterator[BoundField]:
        """The eight fields."""
        for cause in QUESTIONS:
            yield self[cause]

    def clean(self) -> dict[str, Any]:
        """An assessment without any score says nothing."""
        if not any(self.cleaned_data.get(cause) for cause in QUESTIONS):
            raise forms.ValidationError("Score at least one cause.")
        return self.cleaned_data

    def record(self) -> dict[str, Any]:
        """The contract fields of an assessment."""
        given = self.cleaned_data
        scores = {cause.value: given[cause] for cause in QUESTIONS if given[cause]}
        return {"on": given["on"], "evidence": given["evidence"], "scores": scores}


class EventForm(RecordForm):
    """Something else that happened at the same time."""

    on = DayField(label="Date")
    kind = WordField(
        EventKind,
        labels={
            EventKind.INCIDENT: "Incident: something broke",
            EventKind.ROLLBACK: "Rollback: it was taken back",
            EventKind.MARKET: "Market: prices, demand, competitors",
            EventKind.POLICY: "Policy: a rule or a process changed",
            EventKind.OTHER: "Other",
        },
    )
    note = forms.CharField(label="What happened", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


def _steps(score: str) -> list[tuple[str, str]]:
    """The steps, and a recorded score that lies between two of them."""
    return [*STEPS] if score in dict(STEPS) else [*STEPS, (score, f"As recorded: {score}")]
