"""What the rules look at: figures of initiatives that changed since the last look, or whose day has passed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.fields.json import KT

from accounts.models import Workspace
from metrics.core.risk.signals import SignalCode, days_waited
from metrics.core.rollup.initiative import Verdict
from metrics.models import CurrentSnapshot, Snapshot
from notices.choices import Rule
from notices.rules.hurdle import below_hurdle, ended
from notices.rules.overrun import cost_overrun
from notices.rules.stale import StaleKpi, stale_data
from notices.rules.states import Seen, Zone
from notices.selectors.chances import outlook_of
from notices.selectors.spending import spend_of
from portfolio.models import ImportJob

BATCH = 500
READ = (
    "initiative_id", "as_of_date", "computed_at", "actuals_through", "verdict", "signals", "parts", "currency",
    "figures", "outlook",
)  # fmt: skip
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
        yield [_current_look(workspace, row, imports) for row in batch]


def looks_back(workspace: Workspace, snapshot_ids: Iterable[int]) -> list[Look]:
    """Past figures as the rules would have seen them then."""
    rows = Snapshot.objects.filter(pk__in=list(snapshot_ids)).only(*READ)
    return [_look_of(workspace, row, row.as_of_date, is_first=False) for row in rows]


def _look_of(workspace: Workspace, snapshot: Snapshot, day: date, *, is_first: bool) -> Look:
    return Look(
        initiative_id=snapshot.initiative_id,
        snapshot_id=snapshot.pk,
        as_of_date=day,
        seen=(
            _chances(snapshot, workspace.currency),
            _spending(snapshot, workspace.currency),
            *(stale_data(kpi) for kpi in _stale_kpis(snapshot.signals, day)),
        ),
        is_first=is_first,
    )


def _imports(workspace: Workspace) -> list[datetime]:
    """When each import was there to be seen: it bears the time at which it began, and its report how long it took."""
    rows = ImportJob.objects.filter(workspace=workspace, applied_at__isnull=False)
    took = rows.values_list("applied_at", KT("report__seconds"))
    return [began + timedelta(seconds=float(seconds or 0)) for began, seconds in took if began is not None]


def _due(workspace: Workspace) -> "QuerySet[CurrentSnapshot]":
    rows = CurrentSnapshot.objects.filter(workspace=workspace, initiative__archived_at__isnull=True)
    is_due = (
        Q(initiative__watch__isnull=True)
        | ~Q(initiative__watch__snapshot=F("snapshot"))
        | ~Q(initiative__watch__as_of_date=F("as_of_date"))
    )
    due = rows.filter(is_due).annotate(seen_computed_at=F("initiative__watch__snapshot__computed_at"))
    read = [f"snapshot__{name}" for name in READ]
    return due.select_related("snapshot").only("as_of_date", *read).order_by("initiative")


def _current_look(workspace: Workspace, row: Any, imports: list[datetime]) -> Look:
    before, after = row.seen_computed_at, row.snapshot.computed_at
    is_first = before is None or any(before < applied <= after for applied in imports)
    return _look_of(workspace, row.snapshot, row.as_of_date, is_first=is_first)


def _stale_kpis(signals: Iterable[Stored], day: date) -> Iterator[StaleKpi]:
    for signal in signals:
        if signal["code"] == SignalCode.STALE_KPI:
            detail, since = signal["detail"], date.fromisoformat(signal["since"])
            allowed = int(detail["allowed_days"])
            yield StaleKpi(
                key=detail["kpi"],
                name=detail["name"],
                since=since,
                last_reading=date.fromisoformat(detail["last_reading"]) if detail["last_reading"] else None,
                days=days_waited(since, allowed, day),
                allowed_days=allowed,
            )


def _chances(snapshot: Snapshot, currency: str) -> Seen:
    return ended() if snapshot.verdict == Verdict.ENDED else below_hurdle(outlook_of(snapshot, currency))


def _spending(snapshot: Snapshot, currency: str) -> Seen:
    if snapshot.verdict == Verdict.ENDED:
        return Seen(Rule.COST_OVERRUN, "", Zone.CALM)
    return cost_overrun(spend_of(snapshot, currency))
