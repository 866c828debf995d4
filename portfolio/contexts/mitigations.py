"""Actions against causes of failure, as their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portfolio.choices import MitigationState
from portfolio.models import Initiative, Mitigation
from portfolio.rubric import RUBRIC
from portfolio.selectors import due_dates_of
from web.formats import Formats


@dataclass(frozen=True)
class ActionShown:
    """One action in words; `tone` and `word` are those of a status."""

    fact: Mitigation
    tone: str
    word: str
    due: str
    moved: str

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return bool(self.fact.state == MitigationState.OPEN)


@dataclass(frozen=True)
class CauseGroup:
    """The actions against one cause: open ones by due date, then those that ended."""

    label: str
    rows: tuple[ActionShown, ...]


@dataclass(frozen=True)
class Version:
    """One row of an action's record: what it said, and why the next one took its place."""

    fact: Mitigation
    due: str
    became: str


def groups_of(initiative: Initiative, today: date, formats: Formats) -> tuple[CauseGroup, ...]:
    """Every action of the initiative by cause; causes without one are left out."""
    rows = list(initiative.mitigations.filter(superseded_at=None).select_related("owner_user", "recorded_by"))
    dates = due_dates_of([initiative])
    shown = [_shown(row, dates.get((row.initiative_id, row.number), ()), today, formats) for row in rows]
    shown.sort(key=lambda each: (not each.is_open, each.fact.due, each.fact.number))
    return tuple(
        CauseGroup(scale.label, found)
        for cause, scale in RUBRIC.items()
        if (found := tuple(each for each in shown if each.fact.cause == cause))
    )


def action_shown(mitigation: Mitigation, today: date, formats: Formats) -> ActionShown:
    """One action."""
    dates = due_dates_of([mitigation.initiative])
    return _shown(mitigation, dates.get((mitigation.initiative_id, mitigation.number), ()), today, formats)


def versions_of(mitigation: Mitigation, formats: Formats) -> tuple[Version, ...]:
    """What was recorded of an action, newest first."""
    rows = Mitigation.objects.filter(initiative=mitigation.initiative, number=mitigation.number).order_by("-pk")
    return tuple(Version(row, formats.day(row.due), row.supersede_reason) for row in rows.select_related("recorded_by"))


def _shown(row: Mitigation, dates: Sequence[date], today: date, formats: Formats) -> ActionShown:
    tone, word = _status(row, today)
    return ActionShown(row, tone, word, formats.day(row.due), _moved(dates, formats))


def _status(row: Mitigation, today: date) -> tuple[str, str]:
    if row.state == MitigationState.DONE:
        return "good", "Done"
    if row.state == MitigationState.DROPPED:
        return "mut", "Dropped"
    return ("crit", "Overdue") if row.due < today else ("warn", "Open")


def _moved(dates: Sequence[date], formats: Formats) -> str:
    times = len(dates) - 1
    if times < 1:
        return ""
    return f"Due date moved {'once' if times == 1 else f'{times} times'}, first {formats.day(dates[0])}."
