"""What waits for a decision, with the money at stake and the day it is about."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import Workspace
from metrics.core.periods import months_between
from metrics.core.risk.signals import SignalCode, days_waited
from metrics.core.rollup.initiative import Verdict
from metrics.models import CurrentSnapshot, Snapshot
from metrics.selectors import figures_in
from notices.choices import AlertState, Rule, Severity
from notices.models import Alert
from notices.selectors.spending import column

MOST_OF_A_KIND = 10
TOLD_BY = (
    "initiative_id", "snapshot__currency", "snapshot__figures", "snapshot__months", "snapshot__parts",
    "snapshot__signals", "snapshot__initiative__key", "snapshot__initiative__name",
)  # fmt: skip


class Choice(StrEnum):
    """What is to be decided."""

    STOP = "stop"
    REPLAN = "replan"
    MOVE_ON = "move_on"


@dataclass(frozen=True)
class Decision:
    """One open decision about one initiative.

    Args:
        amount: what stopping frees, what is overspent, or what is still to be spent; in `currency`. Where nothing is
            left to spend on what is stuck: what was spent so far, None without any recorded cost.
        on: the last month of the money at stake; None where it is spent already.
        months: over how many months the money at stake is spent; none where nothing is left.
        shared: the money at stake in the workspace's currency, in which decisions can be compared.
        detail: values for the words.
    """

    choice: Choice
    key: str
    name: str
    amount: Decimal | None
    currency: str
    on: date | None
    months: int
    shared: Decimal
    detail: dict[str, str]

    @property
    def a_month(self) -> Decimal:
        """What a month of waiting costs, in its own currency; zero where nothing is left to save."""
        return self.amount / self.months if self.amount and self.months else Decimal(0)

    @property
    def urgency(self) -> Decimal:
        """The same in the workspace's currency: money at stake by time left."""
        return self.shared / self.months if self.months else Decimal(0)


def decisions(workspace: Workspace, today: date) -> list[Decision]:
    """Open decisions, first those that cost most for each month of waiting: money at stake by time left.

    An initiative appears once, with the first kind that applies to it: stop a loss, agree a new plan, move on or stop.
    An alert that is acknowledged or snoozed asks for nothing.
    """
    found: dict[str, Decision] = {}
    for decision in (*_losing(workspace, today), *_overspent(workspace, today), *_stuck(workspace, today)):
        found.setdefault(decision.key, decision)
    return sorted(found.values(), key=lambda decision: (-decision.urgency, -decision.shared, decision.key))


def _losing(workspace: Workspace, today: date) -> list[Decision]:
    losing = _current(workspace).filter(verdict=Verdict.UNLIKELY, roi_forecast__lt=0)
    rows = losing.order_by("year_net", "initiative_id")
    stops = (_stop(row.snapshot, today) for row in rows[:MOST_OF_A_KIND])
    return [decision for decision in stops if decision.amount]


def _total(snapshot: Snapshot, name: str) -> Decimal:
    """Money of the whole horizon in the workspace's currency, in which initiatives can be compared; 0 where unknown."""
    return sum(column(snapshot.parts, name) or (), Decimal(0))


def _stop(snapshot: Snapshot, today: date) -> Decision:
    amount, last, months = _left(snapshot, today)
    return Decision(
        choice=Choice.STOP,
        key=snapshot.initiative.key,
        name=snapshot.initiative.name,
        amount=amount,
        currency=snapshot.currency,
        on=last,
        months=months,
        shared=_total(snapshot, "cost_ahead"),
        detail={"roi": snapshot.figures["roi_forecast"]["value"], **_stuck_detail(snapshot, today)},
    )


def _left(snapshot: Snapshot, today: date) -> tuple[Decimal, date | None, int]:
    """What is still to be spent, its last month, and how many months that leaves from this one on."""
    ahead = {row["month"]: amount for row in snapshot.months if (amount := _ahead(row)) > 0}
    if not ahead:
        return Decimal(0), None, 0
    last = date.fromisoformat(f"{max(ahead)}-01")
    return sum(ahead.values(), Decimal(0)), last, max(months_between(today, last) + 1, 1)


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
    horizon_end = F("initiative__current__snapshot__horizon_end")
    worst = awake.select_related("initiative").annotate(over=over, ends=horizon_end).order_by("-over", "pk")
    return [_replan(alert, alert.ends) for alert in worst[:MOST_OF_A_KIND]]


def _amount(name: str) -> Cast:
    return Cast(KT(f"detail__{name}"), DecimalField(max_digits=30, decimal_places=2))


def _replan(alert: Alert, horizon_end: date | None) -> Decision:
    detail = alert.detail
    over = Decimal(detail["actual"]) - Decimal(detail["plan"])
    return Decision(
        choice=Choice.REPLAN,
        key=alert.initiative.key if alert.initiative else "",
        name=alert.initiative.name if alert.initiative else "",
        amount=over,
        currency=detail["currency"],
        on=date.fromisoformat(detail["through"]),
        months=_months_of_overspending(alert, horizon_end),
        shared=over,
        detail={**detail, "share": str(alert.value)},
    )


def _months_of_overspending(alert: Alert, horizon_end: date | None) -> int:
    """The months in which it was overspent; of a forecast, those that are left to its horizon's end."""
    through = date.fromisoformat(alert.detail["through"])
    if alert.detail["basis"] == "forecast":
        return max(months_between(through, horizon_end), 1) if horizon_end else 1
    return max(months_between(alert.since, through) + 1, 1)


def _stuck(workspace: Workspace, today: date) -> list[Decision]:
    stuck = _current(workspace).filter(signal_codes__contains=[SignalCode.STUCK_STAGE])
    first = stuck.order_by("net_to_date", "initiative_id").values("pk")[:MOST_OF_A_KIND]
    rows = _current(workspace).filter(pk__in=first).order_by("net_to_date", "initiative_id")
    return [_move_on(row.snapshot, today) for row in rows]


def _move_on(snapshot: Snapshot, today: date) -> Decision:
    amount, last, months = _left(snapshot, today)
    spent = snapshot.figures["cost_to_date"]["value"]
    return Decision(
        choice=Choice.MOVE_ON,
        key=snapshot.initiative.key,
        name=snapshot.initiative.name,
        amount=amount or (None if spent is None else Decimal(spent)),
        currency=snapshot.currency,
        on=last,
        months=months,
        shared=_total(snapshot, "cost_ahead" if amount else "cost"),
        detail=_stuck_detail(snapshot, today),
    )


def _stuck_detail(snapshot: Snapshot, today: date) -> dict[str, str]:
    for signal in snapshot.signals:
        if signal["code"] == SignalCode.STUCK_STAGE:
            detail = signal["detail"]
            days = days_waited(date.fromisoformat(signal["since"]), int(detail["allowed_days"]), today)
            return {**detail, "days": str(days)}
    return {}


def _current(workspace: Workspace) -> "QuerySet[CurrentSnapshot]":
    """The pointers of all that is not archived, with what decisions are told by."""
    return figures_in(workspace).select_related("snapshot__initiative").only(*TOLD_BY)
