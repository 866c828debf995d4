"""Past assessments, as their page shows them."""

from dataclasses import dataclass
from datetime import date

from portfolio.forms.assessments import QUESTIONS, STEPS
from portfolio.models import Assessment, Initiative

SHOWN = 20
WORDS = dict(STEPS)


@dataclass(frozen=True)
class PastAssessment:
    """One assessment in words.

    Args:
        scores: cause → score as recorded.
        lines: what each scored cause got, in words.
    """

    pk: int
    on: date
    by: str
    evidence: str
    scores: dict[str, str]
    lines: list[str]


def past_assessments(initiative: Initiative) -> list[PastAssessment]:
    """The newest assessments first."""
    rows = initiative.assessments.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "-id")
    return [_told(row) for row in rows[:SHOWN]]


def _told(row: Assessment) -> PastAssessment:
    lines = [
        f"{label}: {WORDS.get(str(row.scores[cause]), row.scores[cause])}"
        for cause, (label, _) in QUESTIONS.items()
        if cause in row.scores
    ]
    by = str(row.recorded_by) if row.recorded_by else ""
    return PastAssessment(row.pk, row.on, by, row.evidence, row.scores, lines)
