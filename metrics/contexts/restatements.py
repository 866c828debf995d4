"""What figures said before, what they say now and why, for the pages and the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from metrics.contexts.causes import sentence_of
from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.formulas import formula_of
from metrics.models import Kind, Snapshot
from metrics.selectors import EFFECT, figure_id, last_restated, people_named, replaced_by
from portfolio.models import Initiative
from web.formats import Form, Formats

MOST_MOVED = 4
Stored = Mapping[str, Any]


@dataclass(frozen=True)
class Moved:
    """A figure that reads differently; `url` opens what it says now."""

    label: str
    was: Shown
    now: Shown
    url: str


@dataclass(frozen=True)
class Reason:
    """One thing that happened in between; a changed past is marked."""

    words: str
    restates: bool


@dataclass(frozen=True)
class Note:
    """What a snapshot changed against the one before it; `is_current` tells whether nothing was written since."""

    is_restatement: bool
    is_current: bool
    on: str
    before: str
    moved: tuple[Moved, ...]
    more: int
    reasons: tuple[Reason, ...]
    more_reasons: int


@dataclass(frozen=True)
class Standing:
    """Whether a figure still counts: what replaced it, or what it replaced, in a sentence and with its reasons."""

    words: str
    url: str
    link: str
    reasons: tuple[Reason, ...]
    is_replaced: bool


def note_of(snapshot: Snapshot, formats: Formats, *, is_current: bool) -> Note | None:
    """The note of one snapshot; None for the first of an initiative and for those of a past day."""
    return next(iter(notes_of([snapshot], formats, current=snapshot.pk if is_current else 0)))


def notes_of(snapshots: Iterable[Snapshot], formats: Formats, *, current: int) -> list[Note | None]:
    """The notes of several snapshots, with one query for the people; `current` is the id of the one that counts."""
    rows = list(snapshots)
    people = people_named(cause.get("who") for row in rows for cause in row.causes.get("because", ()))
    return [_note(row, people, formats, is_current=row.pk == current) for row in rows]


def initiative_note(initiative: Initiative, current: Snapshot | None, formats: Formats) -> Note | None:
    """What the page of an initiative says: the last restatement, or else the last change."""
    if current is None:
        return None
    told = current if current.causes.get("restates") else last_restated(initiative) or current
    return note_of(told, formats, is_current=told.pk == current.pk)


def _note(snapshot: Snapshot, people: Mapping[int, str], formats: Formats, *, is_current: bool) -> Note | None:
    causes = snapshot.causes
    if not causes or not causes["changes"]:
        return None
    moved = [_moved(snapshot, change, formats) for change in causes["changes"]]
    return Note(
        is_restatement=causes["restates"],
        is_current=is_current,
        on=formats.moment(snapshot.computed_at),
        before=formats.moment(datetime.fromisoformat(causes["previous_computed_at"])),
        moved=tuple(moved[:MOST_MOVED]),
        more=max(len(moved) - MOST_MOVED, 0),
        reasons=reasons_of(causes, people, formats),
        more_reasons=causes["more"],
    )


def reasons_of(causes: Stored, people: Mapping[int, str], formats: Formats) -> tuple[Reason, ...]:
    """The causes that a snapshot holds, a changed past first."""
    return tuple(Reason(sentence_of(cause, people, formats), cause["restates"]) for cause in causes.get("because", ()))


def label_of(change: Stored) -> str:
    """The name of a figure that moved; an effect goes by its KPI."""
    name: str = change["figure"]
    if name.startswith(EFFECT):
        return f"Effect on {change['now'].get('name') or name.removeprefix(EFFECT)}"
    formula = formula_of(name)
    return formula.label if formula else name


def _moved(snapshot: Snapshot, change: Stored, formats: Formats) -> Moved:
    name = change["figure"]
    was, now = (
        shown({"value": None, "reason": None, **change[end]}, formats, form=Form.FULL) for end in ("was", "now")
    )
    return Moved(label_of(change), was, now, figure_url(snapshot, name))


def standing_of(snapshot: Snapshot, name: str, current: int | None, formats: Formats) -> Standing | None:
    """What the page of one figure says about its place in time; `current` is the snapshot that counts now."""
    if snapshot.kind != Kind.CURRENT:
        return None
    if snapshot.pk != current and (later := replaced_by(snapshot)) is not None:
        return _replaced(later, name, formats)
    if not snapshot.causes:
        return Standing("These are the first figures of the initiative.", "", "", (), is_replaced=False)
    change = _change(snapshot, name)
    before = formats.moment(datetime.fromisoformat(snapshot.causes["previous_computed_at"]))
    words = f"This figure counts now. The one before it, worked out {before}, "
    words += f"said {_said(change['was'], formats)}." if change else "read the same."
    return Standing(
        words=words,
        url=reverse("figure", args=[f"{snapshot.causes['previous']}-{name}"]),
        link="The figure before",
        reasons=_reasons(snapshot, formats) if change else (),
        is_replaced=False,
    )


def _replaced(later: Snapshot, name: str, formats: Formats) -> Standing:
    change = _change(later, name)
    words = f"This figure was replaced on {formats.moment(later.computed_at)}"
    words += f" by {_said(change['now'], formats)}." if change else " by one that reads the same."
    return Standing(
        words=words,
        url=reverse("figure", args=[figure_id(later, name)]),
        link="The figure that replaced it",
        reasons=_reasons(later, formats) if change else (),
        is_replaced=True,
    )


def _reasons(snapshot: Snapshot, formats: Formats) -> tuple[Reason, ...]:
    people = people_named(cause.get("who") for cause in snapshot.causes.get("because", ()))
    return reasons_of(snapshot.causes, people, formats)


def _change(snapshot: Snapshot, name: str) -> Stored | None:
    return next((row for row in snapshot.causes.get("changes", ()) if row["figure"] == name), None)


def _said(told: Stored, formats: Formats) -> str:
    """The value, or its reason as part of a sentence."""
    figure = shown({"value": None, "reason": None, **told}, formats, form=Form.FULL)
    return figure.text if figure.is_known else f"“{figure.text}”"
