"""Why a figure moved: what was recorded between two moments, told apart into news and a changed past.

News is the ordinary course: facts about months that the earlier figure did not reach yet, and expectations of what is
ahead. A changed past is a correction, a withdrawal or a late fact about months that the earlier figure held already;
only that is called a restatement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from metrics.core.periods import month_start


class Code(StrEnum):
    """What happened."""

    ADDED = "added"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    APPROVED = "approved"
    METHOD = "method"
    MODEL = "model"
    DAY = "day"
    EXPERIENCE = "experience"
    REFIT = "refit"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded row as the search for causes sees it.

    `series` are the rows that follow one another, such as the readings of a KPI; `keys` find the same fact again.
    `is_actual` tells what happened from what is planned or expected; `holds_from` marks rows that hold from a day on,
    such as a rate to judge by. `known` is the last day of the series among all other rows that hold. `ended_at` is when
    the row was superseded, `ended_by` by whom and `reason` why; `why` is what it was recorded for. People are ids.
    """

    noun: str
    owner: int
    on: date
    at: datetime
    who: int | None
    series: tuple[Any, ...] = ()
    keys: tuple[Any, ...] = ()
    label: str = ""
    kpi: str = ""
    of: str = ""
    value: str | None = None
    unit: str = ""
    is_actual: bool = True
    holds_from: bool = False
    is_confirmed: bool = False
    ended_at: datetime | None = None
    ended_by: int | None = None
    reason: str = ""
    why: str = ""
    known: date | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that was recorded, or that simply happened, since the earlier figure.

    `on` to `through` are the days of the facts; `was` and `now` what one of them said, in `unit`. `of` names the
    initiative that a shared KPI belongs to. `unconfirmed` tells that a correction took finance's confirmation away.
    """

    code: Code
    noun: str = ""
    restates: bool = False
    count: int = 1
    label: str = ""
    kpi: str = ""
    of: str = ""
    on: date | None = None
    through: date | None = None
    was: str | None = None
    now: str | None = None
    unit: str = ""
    who: int | None = None
    at: datetime | None = None
    reason: str = ""
    unconfirmed: bool = False


def causes_among(entries: Sequence[Entry], since: datetime, as_of: date, closed: date) -> list[Cause]:
    """What rows recorded or superseded after `since` amount to, a changed past first.

    `as_of` and `closed` are the day of the earlier figure and the last day of the months that it took as complete. A
    row that was recorded and superseded since is not told.
    """
    heirs, known = _heirs(entries), _known(entries, since)
    found: list[Cause] = []
    inherited: set[int] = set()
    for place, entry in enumerate(entries):
        if entry.at <= since and entry.ended_at is not None and entry.ended_at > since:
            heir = _last_heir(place, heirs)
            inherited.add(heir)
            found.append(_ended(entry, entries[heir] if heir != place else None))
    found += [
        _added(entry, known.get(entry.series), as_of, closed)
        for place, entry in enumerate(entries)
        if entry.at > since and entry.ended_at is None and place not in inherited
    ]
    return ordered(_together(found))


def ordered(causes: Iterable[Cause]) -> list[Cause]:
    """A changed past before news, older before newer."""
    return sorted(causes, key=lambda cause: (not cause.restates, cause.at is None, cause.at and cause.at.timestamp()))


def _heirs(entries: Sequence[Entry]) -> dict[int, int]:
    """The row that took each superseded one's place: entered at the same moment, by the same key or as the only one."""
    born: dict[Any, list[int]] = defaultdict(list)
    died: dict[Any, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        born[entry.noun, entry.owner, entry.at].append(place)
        if entry.ended_at is not None:
            died[entry.noun, entry.owner, entry.ended_at].append(place)
    found: dict[int, int] = {}
    for moment, ended in died.items():
        found |= _paired(entries, ended, [place for place in born.get(moment, ()) if place not in ended])
    return found


def _paired(entries: Sequence[Entry], ended: Sequence[int], born: Sequence[int]) -> dict[int, int]:
    by_key = {key: place for place in born for key in entries[place].keys}
    found = {place: by_key[key] for place in ended for key in entries[place].keys if key in by_key}
    alone = [place for place in ended if place not in found]
    left = [place for place in born if place not in found.values()]
    return found | ({alone[0]: left[0]} if len(alone) == len(left) == 1 else {})


def _last_heir(place: int, heirs: Mapping[int, int]) -> int:
    seen = {place}
    while (heir := heirs.get(place)) is not None and heir not in seen:
        place = heir
        seen.add(place)
    return place


def _ended(entry: Entry, heir: Entry | None) -> Cause:
    """What became of a row that the earlier figure held."""
    if heir is None or heir.ended_at is not None:
        return _cause(entry, Code.WITHDRAWN, restates=entry.is_actual, was=entry.value)
    if heir.is_confirmed and not entry.is_confirmed:
        return replace(
            _cause(entry, Code.CONFIRMED, restates=False, now=heir.value), who=heir.who, at=heir.at, reason=""
        )
    corrected = _cause(entry, Code.CORRECTED, restates=entry.is_actual, was=entry.value, now=heir.value)
    unconfirmed = entry.is_confirmed and not heir.is_confirmed
    return replace(corrected, through=heir.on, who=heir.who, at=heir.at, unconfirmed=unconfirmed)


def _known(entries: Iterable[Entry], since: datetime) -> dict[tuple[Any, ...], date]:
    """The last day of each series that the earlier figure had."""
    found: dict[tuple[Any, ...], date] = {}
    for entry in entries:
        days = [day for day in (entry.known, found.get(entry.series)) if day is not None]
        if entry.at <= since and entry.is_actual:
            days.append(entry.on)
        if days:
            found[entry.series] = max(days)
    return found


def _added(entry: Entry, known: date | None, as_of: date, closed: date) -> Cause:
    added = _cause(entry, Code.ADDED, restates=_is_late(entry, known, as_of, closed), now=entry.value)
    return replace(added, who=entry.who, at=entry.at, reason=entry.why)


def _is_late(entry: Entry, known: date | None, as_of: date, closed: date) -> bool:
    """Whether a new row speaks of a time that the earlier figure had covered already."""
    if not entry.is_actual or known is None:
        return False
    if entry.holds_from:
        return entry.on <= as_of
    return entry.on <= closed and month_start(entry.on) < month_start(known)


def _cause(entry: Entry, code: Code, *, restates: bool, was: str | None = None, now: str | None = None) -> Cause:
    return Cause(
        code=code,
        noun=entry.noun,
        restates=restates,
        label=entry.label,
        kpi=entry.kpi,
        of=entry.of,
        on=entry.on,
        through=entry.on,
        was=was,
        now=now,
        unit=entry.unit,
        who=entry.ended_by,
        at=entry.ended_at,
        reason=entry.reason,
    )


def _together(causes: Iterable[Cause]) -> list[Cause]:
    """Like causes as one with their count; what one of them said is kept where it is alone."""
    groups: dict[Any, list[Cause]] = defaultdict(list)
    for cause in causes:
        alike = (cause.code, cause.noun, cause.restates, cause.kpi, cause.of, cause.who, cause.reason)
        groups[alike].append(cause)
    return [group[0] if len(group) == 1 else _merged(group) for group in groups.values()]


def _merged(group: Sequence[Cause]) -> Cause:
    labels = {cause.label for cause in group}
    return replace(
        group[0],
        count=len(group),
        label=labels.pop() if len(labels) == 1 else "",
        on=min((cause.on for cause in group if cause.on), default=None),
        through=max((cause.through for cause in group if cause.through), default=None),
        was=None,
        now=None,
        at=max((cause.at for cause in group if cause.at), default=None),
    )
