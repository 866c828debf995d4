"""Assessments of the eight causes of failure, and other changes at the same time."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from portfolio.choices import Cause, EventKind
from portfolio.models.facts import Fact, in_order_of_acts
from portfolio.models.fields import known, word_field
from portfolio.models.initiatives import Initiative

WORST = Decimal(1)
LONGEST_EVIDENCE = 2000


def valid_scores(scores: Any) -> None:
    """Raises ValidationError unless every score is a known cause with a decimal text from -1 to 1."""
    if not isinstance(scores, dict) or not scores:
        raise ValidationError('Give at least one score, such as {"integration": "0.5"}.')
    for cause, score in scores.items():
        if cause not in set(Cause):
            raise ValidationError(f"{cause!r} is not one of the eight causes: {', '.join(Cause)}.")
        try:
            value = Decimal(str(score))
        except InvalidOperation:
            value = Decimal("NaN")
        if not (value.is_finite() and abs(value) <= WORST):
            raise ValidationError(f"The score of {cause} must be a number from -1 to 1.")


def valid_evidence(evidence: Any) -> None:
    """Raises ValidationError unless every text stands under a known cause and is not too long."""
    if not isinstance(evidence, dict):
        raise ValidationError('Give the evidence by cause, such as {"integration": "Tested on 3 May."}.')
    for cause, text in evidence.items():
        if cause not in set(Cause):
            raise ValidationError(f"{cause!r} is not one of the eight causes: {', '.join(Cause)}.")
        if not isinstance(text, str) or "\0" in text:
            raise ValidationError(f"The evidence of {cause} must be a text.")
        if len(text) > LONGEST_EVIDENCE:
            raise ValidationError(f"The evidence of {cause} has {len(text):,} characters; at most 2,000 are kept.")


class Assessment(Fact):
    """Scores of the causes, -1 (well in hand) to +1 (severe), with the evidence for all and for each of them."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="assessments")
    scores = models.JSONField(validators=[valid_scores])
    evidence = models.TextField(blank=True, max_length=4000)
    evidence_by_cause = models.JSONField(default=dict, blank=True, validators=[valid_evidence])

    content = ("initiative_id", "on", "scores", "evidence", "evidence_by_cause")

    class Meta(Fact.Meta):
        indexes = [
            models.Index("initiative", "on", name="assessment_by_initiative"),
            *in_order_of_acts("assessment"),
        ]

    def clean(self) -> None:
        """Evidence belongs to a cause that was scored."""
        without = [cause for cause in self.evidence_by_cause if cause not in self.scores]
        if without:
            words = f"There is evidence of {', '.join(without)} without a score."
            raise ValidationError({"evidence_by_cause": words})


class Event(Fact):
    """Something else that happened at the same time."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="events")
    kind = word_field(EventKind, default=EventKind.OTHER)
    note = models.TextField(blank=True, max_length=4000)

    content = ("initiative_id", "on", "kind", "note")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, known("kind", EventKind, "event_kind_known")]
        indexes = [models.Index("initiative", "on", name="event_by_initiative")]
