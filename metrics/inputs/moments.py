"""Days of a workspace and the instants at which they end; facts as they were believed then."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

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
