"""Where a list of initiatives takes its rows from: the figures of now, or those of a past day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject

from accounts.access import Actor
from accounts.models import BusinessUnit, Workspace
from metrics.contexts.filters import (
    ANY_SIGNAL,
    Filters,
    has_figure_filters,
    has_record_filters,
    is_by_pointer,
    narrowed_by_figures,
    narrowed_by_record,
    ordering,
)
from metrics.inputs import Clock
from metrics.models import CurrentSnapshot, PortfolioSnapshot, Snapshot
from metrics.selectors import current_figures, members_of
from metrics.services import snapshots_as_of
from portfolio.access import initiatives
from portfolio.models import Initiative

NOT_LISTED = ("months", "breakdowns", "effects", "flags", "parts", "outlook", "returns", "causes")
OF_INITIATIVE = (
    "workspace_id",
    "key",
    "name",
    "owner",
    "currency",
    "stage",
    "stage_since",
    "inputs_version",
    "archived_at",
)
OF_POINTER = (
    "as_of_date",
    "inputs_version",
    "settings_version",
    "net_to_date",
    "year_net",
    "year_plan_net",
    "last_activity",
)
OF_SNAPSHOT = ("currency", "verdict", "signals")
OF_DOCUMENTS = {
    "figures": ("roi_forecast", "chance_clears_hurdle", "net_to_date"),
    "year": ("net_forecast", "net_plan"),
    "risk": ("abandoned_12m",),
}
LISTED = (
    *OF_INITIATIVE,
    "unit__name",
    *(f"current__{name}" for name in OF_POINTER),
    *(f"current__snapshot__{name}" for name in OF_SNAPSHOT),
)
IN_BATCHES = 500


@dataclass(frozen=True)
class Entry:
    """An initiative with the figures that a list shows of it.

    Args:
        sums: holds year_net and year_plan_net in the workspace's currency.
        as_of: the day for which the figures hold.
        last_activity: the day on which anything was last recorded; None on a past day, which does not hold it.
    """

    initiative: Initiative
    snapshot: Snapshot | None
    sums: CurrentSnapshot | Snapshot | None
    stage: str
    stage_since: date | None
    as_of: date | None
    is_behind: bool = False
    last_activity: date | None = None


class Source(Protocol):
    """Rows of a list in their order."""

    def count(self) -> int:
        """How many rows there are."""

    def stretch(self, first: int, count: int) -> list[Entry]:
        """The rows from `first` on: narrow columns are sorted, wide ones read for the stretch only."""

    def every(self) -> Iterator[Entry]:
        """All rows, read in batches."""


@dataclass(frozen=True)
class Now:
    """The initiatives with the figures that count now.

    Rows are sorted by their pointers alone, without a join; those without figures yet come last.
    """

    actor: Actor
    filters: Filters
    units: list[BusinessUnit]
    day: date

    def count(self) -> int:
        """How many rows there are."""
        return self._count

    def stretch(self, first: int, count: int) -> list[Entry]:
        """The rows from `first` on."""
        return self._entries(self._ids(first, first + count))

    def every(self) -> Iterator[Entry]:
        """All rows."""
        ids = self._ids(0, self.count())
        batches = (ids[start : start + IN_BATCHES] for start in range(0, len(ids), IN_BATCHES))
        return (entry for batch in batches for entry in self._entries(batch))

    @cached_property
    def _count(self) -> int:
        return self._pointers().count() if has_figure_filters(self.filters) else self._recorded().count()

    def _recorded(self) -> QuerySet[Initiative]:
        return narrowed_by_record(initiatives(self.actor), self.filters, self.units)

    def _pointers(self) -> QuerySet[CurrentSnapshot]:
        found = narrowed_by_figures(current_figures(self.actor), self.filters, self.day)
        return found.filter(initiative__in=self._recorded().values("pk")) if has_record_filters(self.filters) else found

    def _ids(self, first: int, last: int) -> list[int]:
        """The ids of a stretch, in the chosen order."""
        sort = self.filters.sort
        if not is_by_pointer(sort):
            rows = self._recorded()
            rows = rows.filter(pk__in=self._pointers().values("pk")) if has_figure_filters(self.filters) else rows
            return list(rows.order_by(*ordering(sort)).values_list("pk", flat=True)[first:last])
        pointers = self._pointers().order_by(*ordering(sort))
        found = list(pointers.values_list("pk", flat=True)[first:last])
        if len(found) == last - first or has_figure_filters(self.filters):
            return found
        return found + self._without(first, min(last, self._count) - first - len(found))

    def _without(self, first: int, count: int) -> list[int]:
        """Ids of those without figures, which stand behind the others."""
        if count <= 0:
            return []
        rows = self._recorded().filter(current=None).order_by("pk").values_list("pk", flat=True)
        start = max(0, first - (self._count - rows.count()))
        return list(rows[start : start + count])

    def _entries(self, ids: list[int]) -> list[Entry]:
        rows = Initiative.objects.select_related("unit", "current__snapshot").only(*LISTED)
        found = rows.annotate(**{f"listed_{name}": _part(name) for name in OF_DOCUMENTS}).in_bulk(ids)
        return [_current(found[pk], self.actor.workspace) for pk in ids if pk in found]


@dataclass(frozen=True)
class OnDay:
    """The initiatives of the totals of a past day, with the figures that those are made of."""

    rows: QuerySet[Initiative]
    totals: PortfolioSnapshot
    filters: Filters

    def count(self) -> int:
        """How many rows there are."""
        return self._snapshots().count()

    def stretch(self, first: int, count: int) -> list[Entry]:
        """The rows from `first` on."""
        order = ordering(self.filters.sort, of_day=True)
        ids = list(self._snapshots().order_by(*order).values_list("pk", flat=True)[first : first + count])
        found = _with_initiative(Snapshot.objects.all()).in_bulk(ids)
        return [_of_day(found[pk]) for pk in ids]

    def every(self) -> Iterator[Entry]:
        """All rows."""
        rows = _with_initiative(self._snapshots()).order_by(*ordering(self.filters.sort, of_day=True))
        return (_of_day(row) for row in rows.iterator(chunk_size=IN_BATCHES))

    def _snapshots(self) -> QuerySet[Snapshot]:
        rows = members_of(self.totals).filter(initiative__in=self.rows)
        if self.filters.stage:
            rows = rows.filter(stage__in=self.filters.stages)
        if self.filters.status:
            rows = rows.filter(verdict=self.filters.status)
        if self.filters.cause:
            rows = rows.filter(raised_causes__contains=[self.filters.cause])
        if self.filters.signal == ANY_SIGNAL:
            rows = rows.exclude(signals=[])
        elif self.filters.signal:
            rows = rows.filter(signals__contains=[{"code": self.filters.signal}])
        return rows


@dataclass(frozen=True)
class ByName:
    """The initiatives known on a past day whose totals are not there yet: the figures of a stretch are worked out."""

    rows: QuerySet[Initiative]
    day: date
    clock: Clock

    def count(self) -> int:
        """How many rows there are."""
        return self.rows.count()

    def stretch(self, first: int, count: int) -> list[Entry]:
        """The rows from `first` on."""
        rows = list(self.rows.select_related("workspace", "unit").order_by("name", "pk")[first : first + count])
        if not rows:
            return []
        ids, workspace = [row.pk for row in rows], rows[0].workspace
        snapshots = snapshots_as_of(
            workspace=workspace, initiative_ids=ids, as_of=self.day, now=self.clock(), clock=self.clock
        )
        found = {snapshot.initiative_id: snapshot for snapshot in snapshots}
        return [_entry(row, found[row.pk]) for row in rows]

    def every(self) -> Iterator[Entry]:
        """No rows: a whole portfolio is not worked out in a request."""
        return iter(())


def _with_initiative(rows: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    related = ("initiative__workspace", "initiative__unit")
    return rows.select_related(*related).defer("initiative__summary", *NOT_LISTED)


def _part(document: str) -> JSONObject:
    """The figures of a document that lists show: the whole one is ten times as long."""
    return JSONObject(**{name: F(f"current__snapshot__{document}__{name}") for name in OF_DOCUMENTS[document]})


def _current(initiative: Initiative, workspace: Workspace) -> Entry:
    initiative.workspace = workspace
    pointer: CurrentSnapshot | None = getattr(initiative, "current", None)
    if pointer is not None:
        vars(pointer.snapshot).update((name, getattr(initiative, f"listed_{name}")) for name in OF_DOCUMENTS)
    return Entry(
        initiative=initiative,
        snapshot=pointer.snapshot if pointer else None,
        sums=pointer,
        stage=initiative.stage,
        stage_since=initiative.stage_since,
        as_of=pointer.as_of_date if pointer else None,
        is_behind=pointer is not None and _is_behind(pointer, initiative),
        last_activity=pointer.last_activity if pointer else None,
    )


def _is_behind(pointer: CurrentSnapshot, initiative: Initiative) -> bool:
    is_edited = pointer.inputs_version < initiative.inputs_version
    return is_edited or pointer.settings_version < initiative.workspace.settings_version


def _of_day(snapshot: Snapshot) -> Entry:
    return _entry(snapshot.initiative, snapshot)


def _entry(initiative: Initiative, snapshot: Snapshot) -> Entry:
    return Entry(
        initiative=initiative,
        snapshot=snapshot,
        sums=snapshot,
        stage=snapshot.stage,
        stage_since=snapshot.stage_since,
        as_of=snapshot.as_of_date,
    )
