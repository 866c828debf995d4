"""One cause of failure of one initiative: what was found, what it adds, what is done about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.access import Actor
from accounts.choices import Permission
from metrics.contexts.past import Banner, PastFigures, banner_of_figures
from metrics.contexts.risk.block import Contribution, contributions_of
from metrics.contexts.risk.scores import Score, latest, raised
from metrics.contexts.risk.words import STEPS, score_words, step_of
from metrics.contexts.words import CAUSE_WORDS
from metrics.inputs.moments import believed, end_of_day
from metrics.models import Snapshot
from metrics.selectors import current_of
from portfolio.access import may_write
from portfolio.choices import Cause, MitigationState
from portfolio.models import Assessment, Initiative, Mitigation
from portfolio.rubric import LEVELS, RUBRIC
from web.formats import Formats

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """What one assessment found about the cause."""

    on: str
    score: str
    step: str
    by: str
    evidence: str


@dataclass(frozen=True)
class ActionLine:
    """One action against the cause, with its state as a status tag."""

    what: str
    owner: str
    due: str
    tone: str
    word: str
    is_open: bool


@dataclass(frozen=True)
class Reasons:
    """One cause of an initiative: its score with evidence, its points, and its actions.

    `told` is the evidence given for this cause alone, else the described level of its score.
    """

    cause: str
    label: str
    score: str
    step: str
    on: str
    by: str
    evidence: str
    level: str
    told: str
    raised: str
    contribution: Contribution | None
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class CausePage:
    """The page that a cell of the heat map opens."""

    key: str
    name: str
    reasons: Reasons
    findings: tuple[Finding, ...]
    note: str
    past: Banner
    assess_url: str
    act_url: str


def build(
    actor: Actor, initiative: Initiative, cause: Cause, formats: Formats, today: date, past: PastFigures | None = None
) -> CausePage:
    """The page of one cause, of now or as believed on a past day."""
    current = None if past else current_of(initiative)
    snapshot = past.shown if past else current.snapshot if current else None
    cut = end_of_day(initiative.workspace, today) if past else None
    assessments = list(believed(Assessment, cut, initiative=initiative, on__lte=today).select_related("recorded_by"))
    mitigations = list(believed(Mitigation, cut, initiative=initiative, cause=cause).select_related("owner_user"))
    risk: Stored = snapshot.risk if snapshot else {}
    writes = past is None and may_write(actor, initiative, Permission.WRITE_RECORDS)
    return CausePage(
        key=initiative.key,
        name=initiative.name,
        reasons=reasons_of(cause, assessments, mitigations, risk, formats, today),
        findings=tuple(_finding(row, cause, formats) for row in reversed(assessments) if cause in row.scores),
        note=risk.get("note", ""),
        past=banner_of_figures(past, formats),
        assess_url=reverse("assessment", args=[initiative.key]) if writes else "",
        act_url=f"{reverse('mitigations', args=[initiative.key])}?cause={cause}" if writes else "",
    )


def reasons_of_all(
    initiative: Initiative, snapshot: Snapshot, formats: Formats, today: date, *, is_past: bool
) -> tuple[Reasons, ...]:
    """Every cause that is scored or raised, those that add most first, in two queries."""
    cut = end_of_day(initiative.workspace, today) if is_past else None
    assessments = list(believed(Assessment, cut, initiative=initiative, on__lte=today).select_related("recorded_by"))
    mitigations = list(believed(Mitigation, cut, initiative=initiative).select_related("owner_user"))
    found = [reasons_of(cause, assessments, mitigations, snapshot.risk, formats, today) for cause in Cause]
    places = {each["cause"]: place for place, each in enumerate(snapshot.risk.get("contributions", ()))}
    told = [each for each in found if each.score or each.actions]
    return tuple(sorted(told, key=lambda each: places.get(each.cause, len(places))))


def reasons_of(
    cause: Cause,
    assessments: Sequence[Assessment],
    mitigations: Iterable[Mitigation],
    risk: Stored,
    formats: Formats,
    today: date,
) -> Reasons:
    """One cause from the rows of its initiative, oldest first."""
    score = raised(latest((row.on, row.scores) for row in assessments), risk.get("raises", ())).get(cause)
    last = next((row for row in reversed(assessments) if cause in row.scores), None)
    finding = _finding(last, cause, formats) if last else None
    level = RUBRIC[cause].anchors[LEVELS[STEPS.index(step_of(score.value))]] if score else ""
    return Reasons(
        cause=cause,
        label=CAUSE_WORDS[cause],
        score=score_words(score.value, formats) if score else "",
        step=step_of(score.value) if score else "",
        on=finding.on if finding else "",
        by=finding.by if finding else "",
        evidence=finding.evidence if finding else "",
        level=level,
        told=(last.evidence_by_cause.get(cause) if last else "") or level,
        raised=_raised(cause, score, risk, formats),
        contribution=next((each for each in contributions_of(risk, formats) if each.cause == cause), None),
        actions=_actions([row for row in mitigations if row.cause == cause], formats, today),
    )


def _finding(row: Assessment, cause: Cause, formats: Formats) -> Finding:
    score = latest([(row.on, row.scores)])[cause]
    return Finding(
        on=formats.day(row.on),
        score=score_words(score.value, formats),
        step=step_of(score.value),
        by=str(row.recorded_by or ""),
        evidence=row.evidence_by_cause.get(cause) or row.evidence,
    )


def _raised(cause: Cause, score: Score | None, risk: Stored, formats: Formats) -> str:
    """Why the cause counts for more than was scored, in a sentence."""
    told = next((each for each in risk.get("raises", ()) if each["cause"] == cause), None)
    if told is None or score is None:
        return ""
    counts = [(told["incidents"], "incident"), (told["rollbacks"], "roll-back")]
    what = " and ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count)
    was = "nobody scored it" if score.scored is None else f"scored {score_words(score.scored, formats)}"
    since = formats.day(date.fromisoformat(told["since"]))
    return f"Raised to {score_words(score.value, formats)} by {what} in the rollout since {since}; {was}."


def _actions(rows: Iterable[Mitigation], formats: Formats, today: date) -> tuple[ActionLine, ...]:
    """Open actions by due date, then those that ended."""
    ordered = sorted(rows, key=lambda row: (row.state != MitigationState.OPEN, row.due, row.number))
    return tuple(_action(row, formats, today) for row in ordered)


def _action(row: Mitigation, formats: Formats, today: date) -> ActionLine:
    tone, word = _status(row, today)
    return ActionLine(
        what=row.what,
        owner=str(row.owner_user or row.owner),
        due=formats.day(row.due),
        tone=tone,
        word=word,
        is_open=row.state == MitigationState.OPEN,
    )


def _status(row: Mitigation, today: date) -> tuple[str, str]:
    if row.state == MitigationState.DONE:
        return "good", "Done"
    if row.state == MitigationState.DROPPED:
        return "mut", "Dropped"
    return ("crit", "Overdue") if row.due < today else ("warn", "Open")
