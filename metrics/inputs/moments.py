"""Days of a workspace and the instants at which they end; rows as they were believed then."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from accounts.models import Workspace
from portfolio.models import Fact

A_MOMENT = timedelta(microseconds=1)
Clock = Callable[[], datetime]


def standing(now: datetime) -> Clock:
    """A clock that stands still."""
    return lambda: now


def today(workspace: Workspace, now: datetime) -> date:
    """The calendar date in the workspace's zone."""
    return now.astimezone(ZoneInfo(workspace.time_zone)).date()


def end_of_day(workspace: Workspace, day: date) -> datetime:
    """The instant at which `day` ends in the workspace's zone."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(workspace.time_zone))


def believed(model: type[Fact], cut: datetime | None, **wanted: object) -> QuerySet[Any]:
    """Facts that hold now or, with `cut`, those recorded before it and not superseded then; oldest first."""
    if cut is None:
        held = Q(superseded_at=None)
    else:
        held = Q(recorded_at__lt=cut) & (Q(superseded_at=None) | Q(superseded_at__gte=cut))
    rows: QuerySet[Any] = model._default_manager.filter(held, **wanted)
    return rows.order_by("on", "pk")


def known_at(cut: datetime | None) -> Q:
    """Initiatives or KPIs that are not archived now or, with `cut`, were made before it and not archived then."""
    if cut is None:
        return Q(archived_at=None)
    return Q(created_at__lt=cut) & (Q(archived_at=None) | Q(archived_at__gte=cut))


def as_they_were(rows: QuerySet[Any], cut: datetime | None) -> list[Any]:
    """The rows with the values that their history holds for `cut`; with today's where it begins later."""
    found = list(rows)
    if cut is None:
        return found
    events = rows.model.pgh_event_model.objects.filter(pgh_obj_id__in=[row.pk for row in found], pgh_created_at__lt=cut)
    latest = {event.pgh_obj_id: event for event in events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")}
    for row in found:
        _restore(row, latest.get(row.pk))
    return found


def _restore(row: Model, event: Model | None) -> None:
    for column in row._meta.concrete_fields:
        if event is not None and hasattr(event, column.attname):
            setattr(row, column.attname, getattr(event, column.attname))
