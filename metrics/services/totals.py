"""Portfolio totals: snapshots of their own that name the initiative snapshots they are made of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Workspace
from metrics.core.periods import fiscal_year, last_full_month
from metrics.core.rollup.initiative import Part
from metrics.core.rollup.portfolio import Frame, portfolio_of
from metrics.inputs import A_MOMENT, Clock, settings_on, standing, today
from metrics.models import METHOD_VERSION, CurrentPortfolio, CurrentSnapshot, Kind, PortfolioSnapshot, Snapshot
from metrics.services.moved import moved_since_last_month
from metrics.services.payload import part_from, portfolio_fields
from metrics.services.stages import stages_of
from metrics.services.store import lock, says_the_same, try_lock
from portfolio.choices import SettingName

LOCK_OF_TOTALS = 7302


def refresh_portfolio(*, workspace: Workspace, now: datetime, clock: Clock | None = None) -> PortfolioSnapshot:
    """Brings the totals up to the current snapshots and returns them; changes nothing where they do not lag.

    `clock` is read once nobody else is at it; it stands still at `now` where it is left out.
    """
    with transaction.atomic():
        lock(LOCK_OF_TOTALS, workspace.pk)
        return _refreshed(workspace, clock or standing(now))


def refresh_portfolio_unless_busy(*, workspace: Workspace, now: datetime, clock: Clock | None = None) -> bool:
    """The same, unless another process is at it; returns whether the totals are up to date now."""
    with transaction.atomic():
        free = try_lock(LOCK_OF_TOTALS, workspace.pk)
        if free:
            _refreshed(workspace, clock or standing(now))
        return free


def _refreshed(workspace: Workspace, clock: Clock) -> PortfolioSnapshot:
    held = Workspace.objects.get(pk=workspace.pk)
    now = clock()
    as_of = today(held, now)
    pointer = CurrentPortfolio.objects.filter(workspace=held).select_related("snapshot").first()
    members = member_ids(held)
    if pointer and _is_current(pointer, held, as_of, members):
        return pointer.snapshot
    parts = parts_of(members)
    fields = total_fields(held, as_of, parts, now + A_MOMENT)
    same = pointer is not None and pointer.snapshot.members == members and says_the_same(pointer.snapshot, fields)
    snapshot = pointer.snapshot if pointer and same else new_total(held, Kind.CURRENT, as_of, now, members, fields)
    _point(held, snapshot, as_of, now, stages_of(snapshot, parts))
    return snapshot


def member_ids(workspace: Workspace) -> list[int]:
    """The current snapshots of all initiatives that are not archived, in id order."""
    rows = CurrentSnapshot.objects.filter(workspace=workspace, initiative__archived_at=None)
    return sorted(rows.values_list("snapshot_id", flat=True))


def parts_of(members: Sequence[int]) -> dict[int, Part]:
    """What some snapshots add to the totals, by initiative in id order."""
    rows = Snapshot.objects.filter(pk__in=members).order_by("initiative_id").values_list("initiative_id", "parts")
    return {key: part_from(stored) for key, stored in rows.iterator(chunk_size=500)}


def total_fields(workspace: Workspace, as_of: date, parts: Mapping[int, Part], cut: datetime) -> dict[str, Any]:
    """The computed columns of the totals over these parts, by the settings known just before `cut`."""
    settings = settings_on(workspace, as_of, cut)
    year_from, year_to = fiscal_year(as_of, workspace.fiscal_year_start)
    frame = Frame(
        currency=workspace.currency,
        as_of=as_of,
        year_from=year_from,
        year_to=year_to,
        discount_rate=settings.get(SettingName.DISCOUNT_RATE),
        hurdle=settings.get(SettingName.HURDLE),
    )
    return {
        "currency": workspace.currency,
        "fiscal_year_from": year_from,
        "fiscal_year_to": year_to,
        **portfolio_fields(portfolio_of(parts, frame), workspace.currency, last_full_month(as_of)),
    }


def new_total(
    workspace: Workspace, kind: Kind, as_of: date, now: datetime, members: list[int], fields: Mapping[str, Any]
) -> PortfolioSnapshot:
    """Stores totals."""
    return PortfolioSnapshot.objects.create(
        workspace=workspace,
        kind=kind,
        as_of_date=as_of,
        computed_at=now,
        settings_version=workspace.settings_version,
        method_version=METHOD_VERSION,
        members=members,
        **fields,
    )


def _is_current(pointer: CurrentPortfolio, workspace: Workspace, as_of: date, members: list[int]) -> bool:
    return (
        pointer.settings_version == workspace.settings_version
        and pointer.method_version == METHOD_VERSION
        and pointer.as_of_date == as_of
        and pointer.snapshot.members == members
        and bool(pointer.stages or not members)
    )


def _point(
    workspace: Workspace, snapshot: PortfolioSnapshot, as_of: date, now: datetime, stages: dict[str, Any]
) -> None:
    CurrentPortfolio.objects.update_or_create(
        workspace=workspace,
        defaults={
            "snapshot": snapshot,
            "as_of_date": as_of,
            "checked_at": now,
            "settings_version": workspace.settings_version,
            "method_version": METHOD_VERSION,
            "moved": moved_since_last_month(snapshot, as_of),
            "stages": stages,
        },
    )
