"""Versions that a snapshot is held against: counters, bumped in the writing transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from accounts.models import Workspace
from portfolio.bell import ring
from portfolio.models import Initiative, Kpi, KpiShare


def bump(*, workspace_id: int, initiative_ids: Iterable[int]) -> None:
    """Marks the initiatives' inputs as changed and rings on commit; rows are locked in id order."""
    changed = sorted(set(initiative_ids))
    if not changed:
        return
    rows = Initiative.objects.filter(workspace_id=workspace_id, id__in=changed)
    list(rows.order_by("id").select_for_update().values_list("id", flat=True))
    rows.update(inputs_version=F("inputs_version") + 1)
    ring(workspace_id, changed)


def bump_settings(*, workspace_id: int) -> None:
    """Marks every figure of the workspace as lagging behind its settings and rings on commit."""
    Workspace.objects.filter(pk=workspace_id).update(settings_version=F("settings_version") + 1)
    ring(workspace_id)


def sharing(kpi_ids: Iterable[int], owners: Iterable[int]) -> set[int]:
    """The initiatives that a change to these KPIs moves: their owners and all that share them."""
    shares = KpiShare.objects.filter(kpi_id__in=set(kpi_ids)).values_list("initiative_id", flat=True)
    return set(owners) | set(shares)


def with_sharers(initiative_ids: Iterable[int]) -> set[int]:
    """The initiatives and all that share a KPI with one of them: the credit of these follows its use and its going
    live."""
    ids = set(initiative_ids)
    shared = Kpi.objects.filter(Q(initiative__in=ids) | Q(shared_with__in=ids), archived_at=None)
    kpis = dict(shared.filter(kpishare__isnull=False).values_list("pk", "initiative_id"))
    return ids | sharing(kpis, kpis.values())


def today(workspace: Workspace, now: datetime) -> date:
    """The calendar date in the workspace's time zone."""
    return now.astimezone(ZoneInfo(workspace.time_zone)).date()
