"""What the risk model learns from: the course of each initiative, and its initiative-months.

A month of an initiative is a row: the state it was in, how long it had been there, its scores then, and whether it
moved on or was given up within the month. Months count from the entry to the state, also where the record begins
later; only months under watch count (left truncation), and a month that is not over yet does not (right censoring).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import ceil

import numpy as np
from numpy.typing import NDArray

from metrics.core.risk.factors import CAUSES, Cause
from metrics.core.risk.states import (
    ABANDONED,
    DAYS_OF_MONTH,
    RETIRED,
    RUNNING,
    STATE_OF_STAGE,
    State,
    months_passed,
    place,
)
from metrics.core.types import StagePoint

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Ending(StrEnum):
    """What became of an initiative, as far as it was watched."""

    PRODUCTION = "production"
    ABANDONED = "abandoned"
    RETIRED = "retired"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ended:
    """The ending and its day; `inferred` where only silence says so. An open one ends with its watch."""

    ending: Ending
    on: date
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """One assessment: scores from -1 to +1 that hold from `on`; causes that it leaves out keep their last score."""

    on: date
    scores: Mapping[Cause, Decimal]


@dataclass(frozen=True, slots=True)
class History:
    """The course of one initiative.

    Args:
        group: the business unit; empty for none.
        stages: oldest first; before the first entry it is an idea.
        watched_from: the day from which its course was seen.
        watched_until: the day up to which it was: today, or the day on which it was archived or vanished.
        scored: oldest first.
        silent_since: the day on which twelve months without any record were full; counts as abandoned then.
    """

    key: str
    group: str
    stages: tuple[StagePoint, ...]
    watched_from: date
    watched_until: date
    scored: tuple[Scored, ...] = ()
    silent_since: date | None = None

    def known_on(self, day: date) -> History:
        """What was known at the end of `day`."""
        return replace(
            self,
            stages=tuple(point for point in self.stages if point.on <= day),
            watched_until=min(self.watched_until, day),
            scored=tuple(scored for scored in self.scored if scored.on <= day),
            silent_since=self.silent_since if self.silent_since and self.silent_since <= day else None,
        )

    def scores_on(self, day: date) -> dict[Cause, Decimal]:
        """The latest score of each cause."""
        return _latest(scored for scored in self.scored if scored.on <= day)


def ending_of(history: History) -> Ended:
    """How it ended: by the first entry to production, else by being given up or retired, else by silence.

    What is dated after the watch does not count.
    """
    seen = [point for point in history.stages if point.on <= history.watched_until]
    for point in seen:
        if point.to in RUNNING:
            return Ended(Ending.PRODUCTION, point.on)
    for point in seen:
        if point.to in (ABANDONED, RETIRED):
            return Ended(Ending.ABANDONED if point.to == ABANDONED else Ending.RETIRED, point.on)
    if history.silent_since is not None and history.silent_since <= history.watched_until:
        return Ended(Ending.ABANDONED, history.silent_since, inferred=True)
    return Ended(Ending.OPEN, history.watched_until)


@dataclass(frozen=True, slots=True)
class Stay:
    """Time in one state, from its entry to `until`; `advanced` and `abandoned` say how it was left, if it was."""

    state: State
    entered: date
    until: date
    advanced: bool = False
    abandoned: bool = False


def stays_of(history: History) -> list[Stay]:
    """The stays before production, oldest first. Going back ends a stay without moving on; a state that was skipped
    has no stay."""
    ended = ending_of(history)
    found: list[Stay] = []
    state, since = State.IDEA, _begun(history)
    for point in history.stages:
        if point.on > ended.on or (point.on == ended.on and ended.ending != Ending.OPEN):
            break
        next_state = STATE_OF_STAGE.get(point.to)
        if next_state is None or next_state == state:
            continue
        if point.on > since:
            found.append(Stay(state, since, point.on, advanced=place(next_state) > place(state)))
        state, since = next_state, point.on
    if ended.on >= since:
        advanced, abandoned = ended.ending == Ending.PRODUCTION, ended.ending == Ending.ABANDONED
        found.append(Stay(state, since, ended.on, advanced, abandoned))
    return found


def _begun(history: History) -> date:
    """The first day of the course: its first entry, or the beginning of the watch where that is earlier or alone."""
    return min([history.watched_from, *(point.on for point in history.stages[:1])])


@dataclass(frozen=True, slots=True, eq=False)
class Exposures:
    """Initiative-months as columns of length n.

    `states` are places in the order of states, `months` count from 1, `scores` is (n, 8) with 0 for a cause that nobody
    scored, `owners` and `groups` are places in `keys` and `names` (-1 for no group), `ends` the last day of the month
    as an ordinal; `inferred` marks giving up that only silence tells.
    """

    states: Integers
    months: Integers
    scores: Floats
    owners: Integers
    groups: Integers
    ends: Integers
    advanced: Flags
    abandoned: Flags
    inferred: Flags
    keys: tuple[str, ...]
    names: tuple[str, ...]

    def until(self, day: date) -> Exposures:
        """The months that were over at the end of `day`."""
        return self.where(self.ends <= day.toordinal())

    def where(self, wanted: Flags) -> Exposures:
        """The rows that are wanted."""
        return replace(
            self,
            states=self.states[wanted],
            months=self.months[wanted],
            scores=self.scores[wanted],
            owners=self.owners[wanted],
            groups=self.groups[wanted],
            ends=self.ends[wanted],
            advanced=self.advanced[wanted],
            abandoned=self.abandoned[wanted],
            inferred=self.inferred[wanted],
        )


def exposures_of(histories: Sequence[History]) -> Exposures:
    """The months of all histories under watch."""
    names = tuple(sorted({history.group for history in histories if history.group}))
    places = {name: index for index, name in enumerate(names)}
    rows = [
        row for owner, history in enumerate(histories) for row in _rows(history, owner, places.get(history.group, -1))
    ]
    counts = np.array([row.last - row.first + 1 for row in rows], dtype=np.int64)
    last = _last_places(counts)
    months = _counted(rows, counts)
    entered = _spread([row.entered for row in rows], counts)
    ends = np.floor(entered + months * DAYS_OF_MONTH).astype(np.int64)
    advanced, abandoned, inferred = (np.zeros(len(months), dtype=bool) for _ in range(3))
    for flags, wanted in ((advanced, "advanced"), (abandoned, "abandoned"), (inferred, "inferred")):
        flags[last] = [getattr(row, wanted) for row in rows]
    left = advanced | abandoned
    ends[left] = _spread([row.until for row in rows], counts)[left]
    return Exposures(
        states=_spread([row.state for row in rows], counts),
        months=months,
        scores=np.repeat(np.array([row.scores for row in rows]).reshape(len(rows), len(CAUSES)), counts, axis=0),
        owners=_spread([row.owner for row in rows], counts),
        groups=_spread([row.group for row in rows], counts),
        ends=ends,
        advanced=advanced,
        abandoned=abandoned,
        inferred=inferred,
        keys=tuple(history.key for history in histories),
        names=names,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Months `first` to `last` of one stay with the same scores."""

    state: int
    entered: int
    until: int
    first: int
    last: int
    scores: tuple[float, ...]
    owner: int
    group: int
    advanced: bool = False
    abandoned: bool = False
    inferred: bool = False


def _rows(history: History, owner: int, group: int) -> Iterable[_Run]:
    inferred = ending_of(history).inferred
    for stay in stays_of(history):
        left = stay.advanced or stay.abandoned
        first = 1 + ceil(max((history.watched_from - stay.entered).days, 0) / DAYS_OF_MONTH)
        last = months_passed((stay.until - stay.entered).days) + left
        cuts = _changes(history, stay, first, last)
        for begin, end, scores in cuts:
            at_end = end == last
            yield _Run(
                place(stay.state), stay.entered.toordinal(), stay.until.toordinal(), begin, end, scores, owner, group,
                stay.advanced and at_end, stay.abandoned and at_end, stay.abandoned and at_end and inferred,
            )  # fmt: skip


def _changes(history: History, stay: Stay, first: int, last: int) -> Iterable[tuple[int, int, tuple[float, ...]]]:
    """Runs of months with the same scores: those known at the beginning of each month."""
    if first > last:
        return
    days = [scored.on for scored in history.scored]
    begins = [ceil((day - stay.entered).days / DAYS_OF_MONTH) + 1 for day in days]
    known = bisect_right(begins, first)
    marks = sorted({first, *(begin for begin in begins[known:] if begin <= last)})
    for mark, following in zip(marks, [*marks[1:], last + 1], strict=True):
        known = bisect_right(begins, mark)
        yield mark, following - 1, scores_in_order(_latest(history.scored[:known]))


def _latest(scored: Iterable[Scored]) -> dict[Cause, Decimal]:
    found: dict[Cause, Decimal] = {}
    for each in scored:
        found |= each.scores
    return found


def scores_in_order(scores: Mapping[Cause, Decimal]) -> tuple[float, ...]:
    """The eight scores in the order of the causes, 0 for those that nobody scored."""
    return tuple(float(scores.get(cause, 0)) for cause in CAUSES)


def _spread(values: Sequence[int], counts: Integers) -> Integers:
    return np.repeat(np.array(values, dtype=np.int64), counts)


def _last_places(counts: Integers) -> Integers:
    return np.cumsum(counts) - 1


def _counted(rows: Sequence[_Run], counts: Integers) -> Integers:
    """First to last of every run."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return np.arange(int(counts.sum())) - starts + _spread([row.first for row in rows], counts)
