"""Working figures out and putting them where people read them."""

import gc
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import Workspace
from metrics.core.rollup.initiative import evaluate_all
from metrics.inputs import (
    A_MOMENT,
    Clock,
    CurvesOfRun,
    Experience,
    Learnt,
    experience,
    held_versions,
    learnt_now,
    load,
    standing,
    today,
)
from metrics.models import RefreshRun
from metrics.selectors import lagging
from metrics.services.store import Stamp, store
from portfolio.models import Initiative

CHUNK = 250
SELDOM = (50_000, 20, 100)


@dataclass
class Refreshed:
    """What a refresh did: initiatives looked at, snapshots written, unchanged ones, those overtaken by an edit or
    a later refresh."""

    initiatives: int = 0
    written: int = 0
    unchanged: int = 0
    overtaken: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Adds the time of the block to a phase."""
        start = time.perf_counter()
        yield
        self.seconds[phase] += time.perf_counter() - start

    def add(self, other: "Refreshed") -> None:
        """Adds another run's counts and seconds."""
        self.initiatives += other.initiatives
        self.written += other.written
        self.unchanged += other.unchanged
        self.overtaken += other.overtaken
        for phase, seconds in other.seconds.items():
            self.seconds[phase] += seconds


def refresh(
    *,
    workspace: Workspace,
    now: datetime,
    clock: Clock | None = None,
    initiative_ids: Sequence[int] | None = None,
    force: bool = False,
) -> Refreshed:
    """Works out the figures that lag behind their inputs, of all initiatives or of those given.

    The versions are read before the moment and the moment before the facts, so that a snapshot holds all that was
    recorded by its moment; what is edited meanwhile is left and worked out again. A new snapshot is written only where
    a figure differs.

    Args:
        clock: read again for each part of a long run; it stands still at `now` where it is left out.
        force: works out also what does not lag.
    """
    as_of = today(workspace, now)
    wanted = _all_ids(workspace, initiative_ids) if force else lagging_ids(workspace, as_of, initiative_ids)
    total, learnt = Refreshed(), learnt_now(workspace)
    run = _Run(workspace, as_of, clock or standing(now), learnt, experience(learnt), CurvesOfRun(workspace, as_of))
    with _seldom_collected():
        for start in range(0, len(wanted), CHUNK):
            total.add(_refresh_chunk(run, wanted[start : start + CHUNK]))
    if total.initiatives:
        _note(workspace, now, total)
    return total


def lagging_ids(workspace: Workspace, as_of: date, initiative_ids: Sequence[int] | None = None) -> list[int]:
    """Initiatives without a current snapshot, or with one that is behind what it is held against."""
    rows = lagging(workspace, as_of)
    if initiative_ids is not None:
        rows = rows.filter(pk__in=initiative_ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _all_ids(workspace: Workspace, initiative_ids: Sequence[int] | None) -> list[int]:
    rows = Initiative.objects.filter(workspace=workspace, archived_at=None)
    if initiative_ids is not None:
        rows = rows.filter(pk__in=initiative_ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True)
class _Run:
    """What the parts of one run share."""

    workspace: Workspace
    as_of: date
    clock: Clock
    learnt: Learnt
    experience: Experience
    curves: CurvesOfRun


def _refresh_chunk(run: _Run, ids: Sequence[int]) -> Refreshed:
    done = Refreshed(initiatives=len(ids))
    with done.timed("read"):
        held = held_versions(run.workspace, ids)
        moment = run.clock()
        seen = moment + A_MOMENT
        batch = load(held.workspace, ids, run.as_of, cut=None, seen=seen, learnt=run.experience, curves=run.curves)
    with done.timed("compute"):
        found = evaluate_all(batch.initiatives, batch.context, run.as_of)
    with done.timed("write"):
        stored = store(run.workspace, found, Stamp(run.as_of, moment, held, run.learnt))
    done.written, done.unchanged, done.overtaken = stored.written, stored.unchanged, stored.overtaken
    return done


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Python looks for garbage less often: facts are many small objects without cycles that live as long as their
    chunk, and looking through them again and again took up to half of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _note(workspace: Workspace, now: datetime, run: Refreshed) -> None:
    RefreshRun.objects.create(
        workspace=workspace,
        started_at=now,
        seconds={phase: round(seconds, 3) for phase, seconds in run.seconds.items()},
        initiatives=run.initiatives,
        written=run.written,
        unchanged=run.unchanged,
        overtaken=run.overtaken,
    )
