"""The course of every initiative of a workspace, as the risk model learns from it: a fixed number of queries for any
number of initiatives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Max

from accounts.models import Workspace
from metrics.core.periods import add_months
from metrics.core.risk.factors import Cause
from metrics.core.risk.histories import History, Scored
from metrics.core.risk.rollout import scored_over_time
from metrics.core.types import Change, StagePoint
from metrics.inputs.history import SILENT_MONTHS, silent_ids
from metrics.inputs.moments import believed
from metrics.inputs.rows import BY_INITIATIVE, FactRows
from metrics.inputs.versions import as_they_were
from portfolio.choices import END_STAGES, LIVE_STAGES, Stage
from portfolio.models import Assessment, Event, Initiative, Reading, StageChange

OUTCOMES = frozenset({*LIVE_STAGES, *END_STAGES})
A_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class _Made:
    """An initiative with the days on which its record was begun and archived."""

    row: Initiative
    on: date
    archived_on: date | None
    stages: tuple[StagePoint, ...]

    @property
    def begins_earlier(self) -> bool:
        """Whether it tells stages of a time before it was recorded."""
        return bool(self.stages) and self.stages[0].on < self.on

    @property
    def was_lost_before(self) -> bool:
        """Whether it had been abandoned before it was recorded."""
        return any(point.to == Stage.ABANDONED and point.on < self.on for point in self.stages)


def histories_of(workspace: Workspace, as_of: date, cut: datetime | None) -> list[History]:
    """The histories up to the end of `as_of`, of initiatives made by then, archived ones included.

    With `cut`, from facts recorded before it and not superseded then; else from those that hold now. An initiative
    enters on the day on which it was recorded. It enters with its first stage where that is earlier and its source
    also tells of initiatives that were abandoned before they were recorded: a list of survivors alone would make
    giving up look rare.
    """
    zone = ZoneInfo(workspace.time_zone)
    rows = Initiative.objects.filter(workspace=workspace).order_by("pk")
    held = as_they_were(rows if cut is None else rows.filter(created_at__lt=cut), cut)
    facts = FactRows([row.pk for row in held], cut, zone)
    stages, scores = facts.of(StageChange, "on", "to"), facts.of(Assessment, "on", "scores")
    events = facts.of(Event, "on", "kind")
    made = [_made(row, stages[row.pk], zone, cut) for row in held]
    whole = {each.row.source for each in made if each.was_lost_before}
    silent = _silences(workspace, as_of, cut, made)
    return [
        History(
            key=each.row.key,
            group=str(each.row.unit_id or ""),
            stages=each.stages,
            watched_from=each.stages[0].on if each.begins_earlier and each.row.source in whole else each.on,
            watched_until=min(as_of, each.archived_on or as_of),
            scored=_scored(scores[each.row.pk], events[each.row.pk]),
            silent_since=silent.get(each.row.pk),
        )
        for each in made
        if each.on <= as_of
    ]


def _made(row: Any, stages: Iterable[Sequence[Any]], zone: ZoneInfo, cut: datetime | None) -> _Made:
    archived = row.archived_at if row.archived_at and (cut is None or row.archived_at < cut) else None
    return _Made(
        row=row,
        on=row.created_at.astimezone(zone).date(),
        archived_on=archived.astimezone(zone).date() if archived else None,
        stages=tuple(StagePoint(*point) for point in stages),
    )


def _scored(rows: Iterable[Sequence[Any]], events: Iterable[Sequence[Any]]) -> tuple[Scored, ...]:
    assessments = [
        Scored(on, {Cause(name): Decimal(str(score)) for name, score in scores.items()}) for on, scores in rows
    ]
    return scored_over_time(assessments, (Change(*event) for event in events))


def _silences(workspace: Workspace, as_of: date, cut: datetime | None, made: Iterable[_Made]) -> Mapping[int, date]:
    """The day on which 12 months without any record were full, of initiatives without an outcome that fell silent."""
    archived = {
        each.row.pk: each
        for each in made
        if each.archived_on and not any(point.to in OUTCOMES for point in each.stages)
    }
    ends = {pk: each.archived_on or as_of for pk, each in archived.items()}
    begun = {each.row.pk: each.row.created_at for each in made}
    wanted = {*silent_ids(workspace, as_of, cut), *archived}
    zone = ZoneInfo(workspace.time_zone)
    last = _last_recorded(wanted, cut)
    full = {
        pk: add_months(max(last.get(pk, begun[pk]), begun[pk]).astimezone(zone).date(), SILENT_MONTHS) for pk in wanted
    }
    return {pk: day for pk, day in full.items() if day <= min(ends.get(pk, as_of), as_of)}


def _last_recorded(initiative_ids: Iterable[int], cut: datetime | None) -> dict[int, datetime]:
    """When anything was last recorded of each, superseded since or not."""
    found: dict[int, datetime] = {}
    sources = [(model, "initiative_id") for model in BY_INITIATIVE] + [(Reading, "kpi__initiative_id")]
    for model, owner in sources:
        rows = model._default_manager.filter(**{f"{owner}__in": list(initiative_ids)})
        rows = rows if cut is None else rows.filter(recorded_at__lt=cut)
        for pk, last in rows.order_by().values_list(owner).annotate(last=Max("recorded_at")):
            found[pk] = max(found.get(pk, last), last)
    return found


@dataclass(frozen=True)
class Recorded:
    """Recorded outcomes: of how many initiatives, and what stands for all of them with their days, and for scores of
    months past."""

    cases: int
    digest: str


def outcomes_of(workspace: Workspace) -> Recorded:
    """The outcomes that are recorded now: entries to production and ends; and the scores that were recorded more than a
    month after their day, as an import brings them, since they change months that were learned from."""
    rows = believed(StageChange, None, workspace=workspace, to__in=OUTCOMES).order_by("initiative_id", "on", "to")
    found = [f"{pk} {on} {to}" for pk, on, to in rows.values_list("initiative_id", "on", "to")]
    late = believed(Assessment, None, workspace=workspace, recorded_at__date__gt=F("on") + A_MONTH).order_by("pk")
    scored = [f"scored {pk}" for pk in late.values_list("pk", flat=True)]
    cases = len({line.split()[0] for line in found})
    return Recorded(cases, sha256("\n".join(found + scored).encode()).hexdigest())
