"""Records that are edited in place, as they were at an earlier moment: read from the history that triggers keep.

An object's history begins with the transaction that made it; what that left holds for every moment before.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from accounts.models import Workspace
from metrics.inputs.moments import A_MOMENT, end_of_day
from metrics.models import Kind, PortfolioSnapshot, Snapshot
from portfolio.models import Kpi

DELETED = "delete"


def as_they_were(rows: Iterable[Any], cut: datetime | None) -> list[Any]:
    """The rows with the values that they had just before `cut`; as they are without one."""
    found = list(rows)
    if cut is None or not found:
        return found
    history = type(found[0]).pgh_event_model.objects.filter(pgh_obj_id__in=[row.pk for row in found])
    then = history.filter(happened(cut, type(found[0]), "pgh_obj_id"))
    latest = {event.pgh_obj_id: event for event in then.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}
    for row in found:
        _restore(row, latest.get(row.pk), cut)
    return found


def workspace_at(workspace: Workspace, cut: datetime) -> Workspace:
    """The workspace with the currency, fiscal year and time zone that it had just before `cut`."""
    found: Workspace = as_they_were([copy(workspace)], cut)[0]
    return found


def cut_of(workspace: Workspace, kind: Kind | str, as_of: date, moment: datetime) -> datetime:
    """Facts recorded before it count in what is worked out at `moment`: all of them, or those of the day asked for."""
    seen = moment + A_MOMENT
    return min(end_of_day(workspace, as_of), seen) if kind == Kind.AS_OF else seen


def cut_of_stored(snapshot: Snapshot | PortfolioSnapshot) -> datetime:
    """The same for what was worked out once, in the time zone of then."""
    then = workspace_at(snapshot.workspace, snapshot.computed_at + A_MOMENT)
    return cut_of(then, snapshot.kind, snapshot.as_of_date, snapshot.computed_at)


def was_known(row: Any, cut: datetime | None) -> bool:
    """Whether a row as it was had been made and was not archived just before `cut`; now without one."""
    if cut is None:
        return row.archived_at is None
    return bool(row.created_at < cut and (row.archived_at is None or row.archived_at >= cut))


def known(rows: QuerySet[Any], cut: datetime | None) -> QuerySet[Any]:
    """The same, asked of the database."""
    if cut is None:
        return rows.filter(archived_at=None)
    history = rows.model.pgh_event_model.objects.filter(pgh_obj_id=OuterRef("pk"), pgh_created_at__lt=cut)
    then = rows.annotate(archived_then=Subquery(history.order_by("-pgh_id").values("archived_at")[:1]))
    live = Q(archived_at=None) | Q(archived_at__gte=cut)
    found: QuerySet[Any] = then.filter(live, Q(archived_then=None) | Q(archived_then__gte=cut), created_at__lt=cut)
    return found


def of_kpis_then(model: Any, wanted: Q, cut: datetime, *columns: str) -> Sequence[Any]:
    """Columns of the targets or shares of KPIs that were there just before `cut`."""
    history = model.pgh_event_model.objects.filter(wanted)
    then = history.filter(happened(cut, Kpi, "kpi_id"))
    latest = then.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    rows = latest.values_list("pgh_label", *columns)
    return sorted(values for label, *values in rows if label != DELETED)


def happened(cut: datetime, model: Any, key: str) -> Q:
    """Events before `cut`, and those of the transaction that made the row of `model` that `key` names."""
    history = model.pgh_event_model.objects.filter(pgh_obj_id=OuterRef(key)).order_by().values("pgh_obj_id")
    return Q(pgh_created_at__lt=cut) | Q(
        pgh_created_at=Subquery(history.annotate(at=Min("pgh_created_at")).values("at"))
    )


def _restore(row: Any, event: Any, cut: datetime) -> None:
    """Gives the row the values of the event; what was archived before `cut` and still is stays archived."""
    archived = getattr(row, "archived_at", None)
    for column in row._meta.concrete_fields:
        if event is not None and hasattr(event, column.attname):
            setattr(row, column.attname, getattr(event, column.attname))
    if archived is not None and archived < cut:
        row.archived_at = archived
