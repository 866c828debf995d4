"""Spending of one initiative against its plan, from the parts that its snapshot holds."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from metrics.core.periods import add_months, months_between
from metrics.core.risk.signals import SignalCode
from metrics.models import Snapshot
from notices.rules.overrun import Spend

TOP_REASONS = 2
ZERO = Decimal(0)


def spend_of(snapshot: Snapshot, currency: str) -> Spend | None:
    """Actual and planned cost in the workspace's currency; None where an exchange rate or any money is missing."""
    parts = snapshot.parts
    spent, ahead, planned = (column(parts, name) for name in ("cost", "cost_ahead", "plan_cost"))
    if spent is None or planned is None or parts["first_month"] is None:
        return None
    first, through = date.fromisoformat(parts["first_month"]), snapshot.actuals_through
    closed = max(0, months_between(first, through + timedelta(days=1)))
    return Spend(
        through=through,
        currency=currency,
        spent=sum(spent[:closed], ZERO),
        planned=sum(planned[:closed], ZERO),
        forecast_total=None if ahead is None else sum(spent, ZERO) + sum(ahead, ZERO),
        planned_total=sum(planned, ZERO),
        since=_overspent_since(snapshot),
        worst=_worst_months(first, spent[:closed], planned[:closed]),
    )


def column(parts: Mapping[str, Any], name: str) -> list[Decimal] | None:
    """One amount per month; a column that is left out is zero throughout, null is not known."""
    values = parts["columns"].get(name, [])
    return None if values is None else [Decimal(value) for value in values]


def _worst_months(
    first: date, spent: Sequence[Decimal], planned: Sequence[Decimal]
) -> tuple[tuple[date, Decimal], ...]:
    plan = [*planned, *[ZERO] * (len(spent) - len(planned))]
    over = [(value - plan[index], index) for index, value in enumerate(spent) if value > plan[index]]
    worst = sorted(over, key=lambda found: (-found[0], found[1]))[:TOP_REASONS]
    return tuple((add_months(first, index), amount) for amount, index in worst)


def _overspent_since(snapshot: Snapshot) -> date | None:
    found = (signal["since"] for signal in snapshot.signals if signal["code"] == SignalCode.OVERSPEND)
    return next((date.fromisoformat(since) for since in found), None)
