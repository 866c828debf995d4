"""What waits for a decision, with the money at stake and the day it is about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import DecimalField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import Workspace
from metrics.core.risk.signals import SignalCode, days_waited
from metrics.core.rollup.initiative import Verdict
from metrics.models import CurrentSnapshot, Snapshot
from notices.choices import AlertState, Rule, Severity
from notices.models import Alert
from notices.selectors.spending import column

MOST_OF_A_KIND = 10


class Choice(StrEnum):
    """What is to be decided."""

    STOP = "stop"
    REPLAN = "replan"
    MOVE_ON = "move_on"


@dataclass(frozen=True)
class Decision:
    """One open decision about one initiative.

    Args:
        amount: what stopping frees, what is overspent, or what was spent so far; in `currency`.
        on: the last month of the money at stake.
        detail: values for the words.
    """

    choice: Choice
    key: str
    name: str
    amount: Decimal
    currency: str
    on: date | None
    detail: dict[str, str]


def decisions(workspace: Workspace, today: date) -> list[Decision]:
    """Open decisions, the most money first within each kind: stop a loss, agree a new plan, move on or stop.

    An initiative appears once, with the first kind that applies to it; an alert that is
    acknowledged or snoozed asks for nothing.
    """
    found: dict[str, Decision] = {}
    for decision in (*_losing(workspace, today), *_overspent(workspace, today), *_stuck(workspace, today)):
        found.setdefault(decision.key, decision)
    return list(found.values())


def _losing(workspace: Workspace, today: date) -> list[Decision]:
    rows = _current(workspace).filter(verdict=Verdict.LOSES).order_by("year_net", "initiative_id")
    worst = sorted(
        (row.snapshot for row in rows[:MOST_OF_A_KIND]), key=lambda snapshot: -_total(snapshot, "cost_ahead")
    )
    return [decision for snapshot in worst if (decision := _stop(snapshot, today)).amount > 0]


def _total(snapshot: Snapshot, name: str) -> Decimal:
    """Money of the whole horizon in the workspace's currency, in which initiatives can be compared; 0 where unknown."""
    return sum(column(snapshot.parts, name) or (), Decimal(0))


def _stop(snapshot: Snapshot, today: date) -> Decision:
    ahead = {row["month"]: amount for row in snapshot.months if (amount := _ahead(row)) > 0}
    return Decision(
        choice=Choice.STOP,
        key=snapshot.initiative.key,
        name=snapshot.initiative.name,
        amount=sum(ahead.values(), Decimal(0)),
        currency=snapshot.currency,
        on=date.fromisoformat(f"{max(ahead)}-01") if ahead else None,
        detail={"roi": snapshot.figures["roi_forecast"]["value"], **_stuck_detail(snapshot, today)},
    )


def _ahead(row: dict[str, Any]) -> Decimal:
    """The cost of a month that is not booked yet."""
    if row["cost"] is None or row["cost_actual"] is None:
        return Decimal(0)
    return Decimal(row["cost"]) - Decimal(row["cost_actual"])


def _overspent(workspace: Workspace, today: date) -> list[Decision]:
    rows = Alert.objects.filter(
        workspace=workspace,
        initiative__archived_at__isnull=True,
        rule=Rule.COST_OVERRUN,
        state=AlertState.OPEN,
        severity=Severity.HIGH,
        acknowledged_at__isnull=True,
    )
    awake = rows.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lt=today))
    over = _amount("actual") - _amount("plan")
    worst = awake.select_related("initiative").annotate(over=over).order_by("-over", "pk")
    return [_replan(alert) for alert in worst[:MOST_OF_A_KIND]]


def _amount(name: str) -> Cast:
    return Cast(KT(f"detail__{name}"), DecimalField(max_digits=30, decimal_places=2))


def _replan(alert: Alert) -> Decision:
    detail = alert.detail
    return Decision(
        choice=Choice.REPLAN,
        key=alert.initiative.key if alert.initiative else "",
        name=alert.initiative.name if alert.initiative else "",
        amount=Decimal(detail["actual"]) - Decimal(detail["plan"]),
        currency=detail["currency"],
        on=date.fromisoformat(detail["through"]),
        detail={**detail, "share": str(alert.value)},
    )


def _stuck(workspace: Workspace, today: date) -> list[Decision]:
    stuck = _current(workspace).filter(snapshot__signals__contains=[{"code": SignalCode.STUCK_STAGE}])
    first = stuck.order_by("net_to_date", "initiative_id").values("pk")[:MOST_OF_A_KIND]
    rows = _current(workspace).filter(pk__in=first).order_by("net_to_date", "initiative_id")
    found = [row.snapshot for row in rows]
    return [_move_on(each, today) for each in sorted(found, key=lambda snapshot: -_total(snapshot, "cost"))]


def _move_on(snapshot: Snapshot, today: date) -> Decision:
    return Decision(
        choice=Choice.MOVE_ON,
        key=snapshot.initiative.key,
        name=snapshot.initiative.name,
        amount=Decimal(snapshot.figures["cost_to_date"]["value"] or 0),
        currency=snapshot.currency,
        on=None,
        detail=_stuck_detail(snapshot, today),
    )


def _stuck_detail(snapshot: Snapshot, today: date) -> dict[str, str]:
    for signal in snapshot.signals:
        if signal["code"] == SignalCode.STUCK_STAGE:
            detail = signal["detail"]
            days = days_waited(date.fromisoformat(signal["since"]), int(detail["allowed_days"]), today)
            return {**detail, "days": str(days)}
    return {}


def _current(workspace: Workspace) -> Any:
    rows = CurrentSnapshot.objects.filter(workspace=workspace, initiative__archived_at__isnull=True)
    return rows.select_related("snapshot__initiative")
