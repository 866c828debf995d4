"""What moved this month: chances that read differently, by how much and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from metrics.contexts.causes import sentence_of
from metrics.contexts.risk.block import CHANCES
from metrics.contexts.risk.heat import page_of
from metrics.contexts.words import STAGE_WORDS
from metrics.models import Kind, Snapshot
from metrics.selectors import people_named
from metrics.services.moved import CHANCES as COLUMNS
from portfolio.choices import Stage
from portfolio.models import Initiative
from web.formats import Formats

MOST_REASONS = 3
OF_THE_DAY = "day"
Stored = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One initiative whose chance moved: what it said, what it says, and what happened in between."""

    name: str
    url: str
    chance: str
    was: str
    now: str
    by: str
    tone: str
    reasons: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Settled:
    """An initiative that has reached production or ended since."""

    name: str
    url: str
    words: str


@dataclass(frozen=True)
class MovedThisMonth:
    """The block; without steps nothing moved, without `since` no totals are a month old yet."""

    title: str
    since: str
    steps: tuple[Step, ...]
    more: int
    settled: tuple[Settled, ...]
    more_settled: int


def moved_of(stored: Stored, formats: Formats) -> MovedThisMonth:
    """The block from what the totals keep, in four queries."""
    if not stored:
        return MovedThisMonth("What moved this month", "", (), 0, (), 0)
    rows = Snapshot.objects.select_related("initiative").only(
        "initiative__key", "initiative__name", "initiative__archived_at", "risk", "stage", *COLUMNS
    )
    found = rows.in_bulk([pk for _, *both in stored["moved"] for pk in both])
    pairs = [(found[was], found[now]) for _, was, now in stored["moved"] if was in found and now in found]
    reasons = _reasons([(was.initiative_id, was.pk, now.pk) for was, now in pairs], formats)
    count = stored["count"]
    return MovedThisMonth(
        title=_title(count),
        since=formats.day(date.fromisoformat(stored["since"])),
        steps=tuple(_step(was, now, reasons[now.initiative_id], formats) for was, now in pairs),
        more=count - len(pairs),
        settled=_settled(stored["settled"]),
        more_settled=stored["ended"] - len(stored["settled"]),
    )


def _title(count: int) -> str:
    if not count:
        return "No chance moved by 5 points this month"
    return f"{count:,} initiative{'s' * (count != 1)} moved by 5 points or more"


def _step(was: Snapshot, now: Snapshot, reasons: list[str], formats: Formats) -> Step:
    """The chance that moved most."""
    steps = {name: getattr(now, name) - getattr(was, name) for name in COLUMNS if _both(was, now, name)}
    name = max(steps, key=lambda each: abs(steps[each]))
    return Step(
        name=now.initiative.name,
        url=page_of(now),
        chance=dict(CHANCES)[name],
        was=formats.chance(getattr(was, name)),
        now=formats.chance(getattr(now, name)),
        by=formats.points(steps[name]),
        tone="crit" if steps[name] > 0 else "good",
        reasons=(*_stage(was, now), *reasons)[:MOST_REASONS],
        more=max(len(reasons) - MOST_REASONS, 0),
    )


def _both(was: Snapshot, now: Snapshot, name: str) -> bool:
    return getattr(was, name) is not None and getattr(now, name) is not None


def _stage(was: Snapshot, now: Snapshot) -> tuple[str, ...]:
    if was.stage == now.stage:
        return ()
    return (f"From {STAGE_WORDS[Stage(was.stage)].lower()} to {STAGE_WORDS[Stage(now.stage)].lower()}",)


def _reasons(spans: Iterable[tuple[int, int, int]], formats: Formats) -> Mapping[int, list[str]]:
    """What was recorded between two snapshots of each initiative, newest first, each once; that a day passed is said
    only where nothing else is."""
    first = {key: was for key, was, _ in spans}
    rows = Snapshot.objects.filter(initiative_id__in=first, kind=Kind.CURRENT, pk__gt=min(first.values(), default=0))
    told = [row for row in rows.order_by("-pk").values_list("pk", "initiative_id", "causes") if row[0] > first[row[1]]]
    people = people_named(cause.get("who") for _, _, causes in told for cause in causes.get("because", ()))
    found: dict[int, list[str]] = defaultdict(list)
    passed: dict[int, list[str]] = defaultdict(list)
    for _, key, causes in told:
        for cause in causes.get("because", ()):
            words = sentence_of(cause, people, formats)
            kept = passed if cause["code"] == OF_THE_DAY else found
            if words not in kept[key]:
                kept[key].append(words)
    return defaultdict(list, {key: found[key] or passed[key][:1] for key in first})


def _settled(stored: Iterable[tuple[int, str]]) -> tuple[Settled, ...]:
    stages = dict(stored)
    rows = Initiative.objects.filter(pk__in=stages, archived_at=None).only("key", "name")
    return tuple(
        Settled(row.name, reverse("initiative", args=[row.key]), SETTLED.get(stages[row.pk], "was rolled back"))
        for row in rows
    )


SETTLED: Mapping[str, str] = {
    Stage.PRODUCTION: "reached production",
    Stage.SCALED: "reached production",
    Stage.ABANDONED: "was abandoned",
    Stage.RETIRED: "was retired",
}
