"""Assessments, past and present, as their page shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.forms import BoundField

from portfolio.choices import Cause, MitigationState, Stage
from portfolio.forms.assessments import PROOF, AssessmentForm
from portfolio.models import Assessment, Initiative
from portfolio.rubric import LEVEL_WORDS, RUBRIC, level_of, look_due, told
from web.formats import Formats

SHOWN = 20
READ = 200
SETTLED = frozenset({Stage.PRODUCTION, Stage.SCALED, Stage.RETIRED, Stage.ABANDONED})


@dataclass(frozen=True)
class Line:
    """What one cause got: its score as a number and in words, and what that rests on."""

    label: str
    score: str
    words: str
    evidence: str


@dataclass(frozen=True)
class PastAssessment:
    """One assessment in words."""

    pk: int
    on: date
    by: str
    evidence: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class CauseRow:
    """One cause of the form: its levels, its evidence, and when and by whom it was scored last."""

    field: BoundField
    evidence: BoundField
    last: str
    is_open: bool
    is_human_factors: bool


@dataclass(frozen=True)
class Latest:
    """The latest score of each cause with its evidence, and the assessment that it stands in."""

    scores: dict[str, str]
    evidence: dict[str, str]
    rows: dict[str, Assessment]


@dataclass(frozen=True)
class AssessmentPage:
    """Everything beside the form itself; `reminder` is empty while the causes were looked at lately."""

    causes: tuple[CauseRow, ...]
    past: tuple[PastAssessment, ...]
    reminder: str
    open_actions: int


@dataclass(frozen=True)
class ShownScale:
    """One cause of the rubric; each level has its number, its word and what one sees."""

    label: str
    question: str
    levels: tuple[tuple[str, str, str], ...]


def rubric_shown(formats: Formats) -> tuple[ShownScale, ...]:
    """The eight causes with their five levels."""
    return tuple(
        ShownScale(
            scale.label,
            scale.question,
            tuple((formats.number(level), LEVEL_WORDS[level], words) for level, words in scale.anchors.items()),
        )
        for scale in RUBRIC.values()
    )


def assessments_of(initiative: Initiative) -> list[Assessment]:
    """The newest assessments first."""
    rows = initiative.assessments.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "-id")
    return list(rows[:READ])


def latest_of(rows: Iterable[Assessment]) -> Latest:
    """The latest of each cause; `rows` come newest first."""
    found = Latest({}, {}, {})
    for row in rows:
        for cause, score in row.scores.items():
            if cause not in found.rows:
                found.scores[cause], found.rows[cause] = str(score), row
                found.evidence[cause] = row.evidence_by_cause.get(cause, "")
    return found


def assessment_page(
    initiative: Initiative,
    form: AssessmentForm,
    rows: Sequence[Assessment],
    *,
    made_on: date,
    today: date,
    formats: Formats,
) -> AssessmentPage:
    """What stands around the form of an assessment; `made_on` is the day the initiative was first recorded."""
    latest = latest_of(rows)
    return AssessmentPage(
        causes=tuple(_cause(form, cause, latest, formats) for cause in RUBRIC),
        past=tuple(_past(row, formats) for row in rows[:SHOWN]),
        reminder=_reminder(initiative, rows[0].on if rows else None, made_on, today, formats),
        open_actions=initiative.mitigations.filter(superseded_at=None, state=MitigationState.OPEN).count(),
    )


def _cause(form: AssessmentForm, cause: Cause, latest: Latest, formats: Formats) -> CauseRow:
    evidence, row = form[PROOF.format(cause)], latest.rows.get(cause)
    last = "Not scored yet."
    if row is not None:
        by = f" by {row.recorded_by}" if row.recorded_by else ""
        last = f"Last scored {formats.day(row.on)}{by}: {_word(level_of(latest.scores[cause]), formats)}."
    is_open = bool(evidence.value() or evidence.errors)
    return CauseRow(form[cause], evidence, last, is_open, cause == Cause.HUMAN_FACTORS)


def _word(level: str, formats: Formats) -> str:
    return LEVEL_WORDS[level].lower() if level in LEVEL_WORDS else formats.number(level)


def _past(row: Assessment, formats: Formats) -> PastAssessment:
    lines = tuple(_line(row, cause, formats) for cause in RUBRIC if cause in row.scores)
    return PastAssessment(row.pk, row.on, str(row.recorded_by or ""), row.evidence, lines)


def _line(row: Assessment, cause: Cause, formats: Formats) -> Line:
    word, evidence = _word(level_of(row.scores[cause]), formats), row.evidence_by_cause.get(cause, "")
    return Line(RUBRIC[cause].label, word, _told(cause, row), evidence)


def _told(cause: Cause, row: Assessment) -> str:
    level = level_of(row.scores[cause])
    return told(cause, level) if level in LEVEL_WORDS else "Recorded between two levels."


def _reminder(initiative: Initiative, assessed_on: date | None, made_on: date, today: date, formats: Formats) -> str:
    """Why the causes should be looked at, in words; an initiative in production or ended needs no such look."""
    if initiative.stage in SETTLED:
        return ""
    entered = initiative.stage_changes.filter(superseded_at=None).exclude(to=Stage.IDEA).order_by("on")
    left_idea = None if assessed_on else entered.values_list("on", flat=True).first()
    due = look_due(assessed_on, left_idea, made_on)
    if today <= due:
        return ""
    if assessed_on:
        return f"The causes were last looked at on {formats.day(assessed_on)}. Look again: much changes in half a year."
    return f"Nobody has looked at the causes yet; that has been due since {formats.day(due)}."
