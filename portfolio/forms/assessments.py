"""Scoring the eight causes of failure, and noting other changes at the same time."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html

from portfolio.choices import Cause, EventKind
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, WordField
from portfolio.models.assessments import LONGEST_EVIDENCE
from portfolio.rubric import LEVEL_WORDS, RUBRIC, level_of

NOT_LOOKED_AT = ("", "Not looked at")
KEPT = ("", "Not looked at this time; the earlier score stays")
PROOF = "evidence_{}"


class AssessmentForm(RecordForm):
    """One score for each cause with what it rests on; causes that nobody looked at have none.

    Args:
        scores: cause → the score that it is begun from.
        evidence: cause → the evidence that it is begun from.
    """

    on = DayField(label="As of", help_text="The day on which this was the state of things; today at the latest.")
    evidence = forms.CharField(
        label="Evidence for all of it",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Reviews, test results, who was asked. What belongs to one cause stands beside it.",
    )

    def __init__(self, *args: Any, scores: Mapping[str, Any], evidence: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for cause, scale in RUBRIC.items():
            score = level_of(scores[cause]) if cause in scores else ""
            self.fields[cause] = forms.ChoiceField(
                label=scale.label,
                help_text=scale.question,
                choices=_levels(cause, score, self.decimal_mark),
                required=False,
                initial=score,
                widget=forms.RadioSelect,
            )
            self.fields[PROOF.format(cause)] = forms.CharField(
                label="Evidence, in words or as a link",
                required=False,
                max_length=LONGEST_EVIDENCE,
                initial=evidence.get(cause, ""),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """An assessment without any score says nothing, and evidence belongs to a score."""
        given = self.cleaned_data
        for cause, scale in RUBRIC.items():
            if given.get(PROOF.format(cause)) and not given.get(cause) and cause not in self.errors:
                self.add_error(PROOF.format(cause), f"Choose a line for {scale.label}, or empty its evidence.")
        if not any(given.get(cause) for cause in RUBRIC):
            raise forms.ValidationError("Score at least one cause.")
        return given

    def record(self) -> dict[str, Any]:
        """The contract fields of an assessment."""
        given = self.cleaned_data
        scores = {cause.value: given[cause] for cause in RUBRIC if given[cause]}
        proofs = {cause: text for cause in scores if (text := given[PROOF.format(cause)])}
        return {"on": given["on"], "evidence": given["evidence"], "scores": scores, "evidence_by_cause": proofs}


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


def _levels(cause: Cause, score: str, mark: str) -> list[tuple[str, str]]:
    """The five described levels, leaving it out, and a recorded score that lies between two of them."""
    anchors = RUBRIC[cause].anchors
    shown = "<span><b>{}.</b> {}</span>"
    levels = [(level, format_html(shown, LEVEL_WORDS[level], words)) for level, words in anchors.items()]
    written = score.replace("-", "−").replace(".", mark)
    between = [] if score == "" or score in anchors else [(score, f"As recorded: {written}")]
    return [*levels, *between, KEPT if score else NOT_LOOKED_AT]
