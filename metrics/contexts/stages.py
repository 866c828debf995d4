"""Where an initiative stands, and how it came there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from metrics.charts import Event
from metrics.contexts.words import STAGE_WORDS, STRIP
from portfolio.choices import END_STAGES, Stage
from portfolio.models import Event as Recorded
from portfolio.models import Initiative, StageChange
from web.formats import Formats

MOST_WORDS = 90


@dataclass(frozen=True)
class Step:
    """One arrow of the stage strip."""

    label: str
    state: str


@dataclass(frozen=True)
class StageEntry:
    """One stage change."""

    on: date
    day: str
    words: str
    note: str


def steps_of(initiative: Initiative) -> tuple[Step, ...]:
    """The four arrows; an ended initiative has none of them as current."""
    stage = Stage(initiative.stage)
    here = next((index for index, (_, stages) in enumerate(STRIP) if stage in stages), -1)
    return tuple(
        Step(label, "current" if index == here else "done" if index < here else "")
        for index, (label, _) in enumerate(STRIP)
    )


def stage_words(initiative: Initiative, formats: Formats) -> str:
    """The stage, and since when."""
    since = f" since {formats.day(initiative.stage_since)}" if initiative.stage_since else ""
    return f"{STAGE_WORDS[Stage(initiative.stage)]}{since}"


def history_of(initiative: Initiative, formats: Formats) -> tuple[StageEntry, ...]:
    """Every stage change that holds, oldest first; a step back is named as one."""
    changes = list(StageChange.objects.filter(initiative=initiative, superseded_at__isnull=True).order_by("on", "id"))
    order = list(Stage)
    entries = []
    before: Stage | None = None
    for change in changes:
        to = Stage(change.to)
        is_back = before is not None and to not in END_STAGES and order.index(to) < order.index(before)
        words = f"{'Back to ' + STAGE_WORDS[to].lower() if is_back else STAGE_WORDS[to]}"
        note = ". ".join(part for part in (change.decision, change.note) if part)
        entries.append(StageEntry(change.on, formats.day(change.on), words, note))
        before = to
    return tuple(entries)


def events_of(initiative: Initiative, history: Sequence[StageEntry]) -> tuple[Event, ...]:
    """What is flagged on the time axis: stage changes, the go-live, and other changes that were recorded."""
    go_live = initiative.go_live or initiative.planned_go_live
    live = [Event(go_live, "went live" if initiative.go_live else "planned go-live")] if go_live else []
    recorded = Recorded.objects.live().filter(initiative=initiative).order_by("on", "pk")
    others = [Event(each.on, each.note.splitlines()[0][:MOST_WORDS] if each.note else each.kind) for each in recorded]
    return (*(Event(entry.on, entry.words.lower()) for entry in history), *live, *others)
