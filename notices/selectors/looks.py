"""What the rules look at: figures of initiatives that changed since the last look, or whose day has passed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from accounts.models import Workspace
from metrics.core.periods import add_months, month_end
from metrics.core.risk.signals import SignalCode
from metrics.core.rollup.initiative import Verdict
from metrics.models import CurrentSnapshot, Snapshot
from notices.choices import Rule
from notices.models import Watch
from notices.rules.overrun import Spend, cost_overrun
from notices.rules.stale import StaleKpi, stale_data
from notices.rules.states import Seen, Zone
from portfolio.models import ImportJob

BATCH = 500
TOP_REASONS = 2
Stored = Mapping[str, Any]


@dataclass(frozen=True)
class Look:
    """One initiative as the rules see it. `is_first` holds new alerts back for a person to choose from."""

    initiative_id: int
    snapshot_id: int
    as_of_date: date
    seen: tuple[Seen, ...]
    is_first: bool


def looks_due(workspace: Workspace) -> Iterator[list[Look]]:
    """Initiatives whose current figures the rules have not seen yet on this day, in batches."""
    imports = _imports(workspace)
    rows = _due(workspace).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield [_current_look(row, imports) for row in batch]


def looks_back(snapshots: Iterable[Snapshot]) -> list[Look]:
    """Past figures as the rules would have seen them then."""
    return [look_of(snapshot, snapshot.as_of_date, is_first=False) for snapshot in snapshots]


def look_of(snapshot: Snapshot, day: date, *, is_first: bool) -> Look:
    """What the rules see of these figures on that day."""
    return Look(
        initiative_id=snapshot.initiative_id,
        snapshot_id=snapshot.pk,
        as_of_date=day,
        seen=(_spending(snapshot), *(stale_data(kpi) for kpi in _stale_kpis(snapshot.signals))),
        is_first=is_first,
    )


def _imports(workspace: Workspace) -> list[datetime]:
    """When each import was there to be seen: it bears the time at which it began, and its report how long it took."""
    rows = ImportJob.objects.filter(workspace=workspace, applied_at__isnull=False)
    took = rows.values_list("applied_at", KT("report__seconds"))
    return [began + timedelta(seconds=float(seconds or 0)) for began, seconds in took if began is not None]


def _due(workspace: Workspace) -> "QuerySet[CurrentSnapshot]":
    watch = Watch.objects.filter(initiative=OuterRef("initiative"))
    rows = CurrentSnapshot.objects.filter(workspace=workspace, initiative__archived_at__isnull=True).annotate(
        seen_snapshot=Subquery(watch.values("snapshot")),
        seen_on=Subquery(watch.values("as_of_date")),
        seen_computed_at=Subquery(watch.values("snapshot__computed_at")),
    )
    is_due = Q(seen_snapshot__isnull=True) | ~Q(seen_snapshot=F("snapshot")) | ~Q(seen_on=F("as_of_date"))
    return rows.filter(is_due).select_related("snapshot__workspace").order_by("initiative")


def _current_look(row: Any, imports: list[datetime]) -> Look:
    before, after = row.seen_computed_at, row.snapshot.computed_at
    is_first = before is None or any(before < applied <= after for applied in imports)
    return look_of(row.snapshot, row.as_of_date, is_first=is_first)


def _stale_kpis(signals: Iterable[Stored]) -> Iterator[StaleKpi]:
    for signal in signals:
        if signal["code"] == SignalCode.STALE_KPI:
            detail = signal["detail"]
            yield StaleKpi(
                key=detail["kpi"],
                name=detail["name"],
                since=date.fromisoformat(signal["since"]),
                last_reading=date.fromisoformat(detail["last_reading"]) if detail["last_reading"] else None,
                days=int(detail["days"]),
                allowed_days=int(detail["allowed_days"]),
            )


def _spending(snapshot: Snapshot) -> Seen:
    if snapshot.verdict == Verdict.ENDED:
        return Seen(Rule.COST_OVERRUN, "", Zone.CALM)
    return cost_overrun(_spend_of(snapshot))


def _spend_of(snapshot: Snapshot) -> Spend | None:
    """Actual and planned cost in the workspace's currency; None where an exchange rate is missing."""
    spent, ahead, planned = (_by_month(snapshot.parts, name) for name in ("cost", "cost_ahead", "plan_cost"))
    if spent is None or planned is None:
        return None
    through = snapshot.actuals_through
    return Spend(
        through=through,
        currency=snapshot.workspace.currency,
        spent=_sum(spent, through),
        planned=_sum(planned, through),
        forecast_total=None if ahead is None else _sum(spent) + _sum(ahead),
        planned_total=_sum(planned),
        since=_overspent_since(snapshot.signals),
        worst=_worst_months(spent, planned, through),
    )


def _by_month(parts: Stored, name: str) -> dict[date, Decimal] | None:
    """One column of a snapshot's parts; one that is left out is zero throughout, null is not known."""
    column = parts["columns"].get(name, [])
    if column is None or parts["first_month"] is None:
        return None
    first = date.fromisoformat(parts["first_month"])
    return {add_months(first, step): Decimal(value) for step, value in enumerate(column)}


def _sum(column: Mapping[date, Decimal], through: date | None = None) -> Decimal:
    """The whole column, or the months that have ended by `through`."""
    kept = (value for month, value in column.items() if through is None or month_end(month) <= through)
    return sum(kept, Decimal(0))


def _worst_months(
    spent: Mapping[date, Decimal], planned: Mapping[date, Decimal], through: date
) -> tuple[tuple[date, Decimal], ...]:
    over = ((month, value - planned.get(month, Decimal(0))) for month, value in spent.items() if month <= through)
    worst = sorted(((month, value) for month, value in over if value > 0), key=lambda item: (-item[1], item[0]))
    return tuple(worst[:TOP_REASONS])


def _overspent_since(signals: Iterable[Stored]) -> date | None:
    found = (signal["since"] for signal in signals if signal["code"] == SignalCode.OVERSPEND)
    return next((date.fromisoformat(since) for since in found), None)
