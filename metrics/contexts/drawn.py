"""The charts of one initiative: its bridge from plan to realised, value added up, and value by month."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.charts import (
    Chart,
    Event,
    MonthRow,
    Step,
    bridge_chart,
    cumulative_chart,
    currency_name,
    months_chart,
    months_of,
)
from metrics.core.periods import months_of as periods
from metrics.core.reasons import Reason
from metrics.models import Snapshot
from web.formats import Formats

PARTS = (
    ("variance_delay", "Delay"),
    ("variance_volume", "Use"),
    ("variance_value", "Value per unit"),
    ("variance_cost", "Cost"),
    ("variance_rest", "Not explained"),
)
AHEAD = "Months ahead"
MOST_OF_IT = {AHEAD: "in the months ahead", "Not explained": "not explained"}


def bridge_of(snapshot: Snapshot, formats: Formats) -> Chart | None:
    """Plan, what made more or less of it, forecast, what is still to come, realised; without a plan from nothing."""
    rows = months_of(snapshot.months)
    net, realised = (_amount(snapshot, name) for name in ("net", "net_to_date"))
    if net is None or realised is None:
        return None
    plan = _planned(rows)
    ahead = [
        Step("Forecast", net, "forecast", is_total=True),
        Step("Still to come", realised - net, "forecast", is_neutral=True),
        Step("Realised so far", realised, "actual", is_total=True),
    ]
    if net == realised:
        ahead = [Step("Realised", realised, "actual", is_total=True)]
    steps = [*_from_plan(snapshot, plan, net), *ahead] if plan is not None else _from_nothing(net, realised)
    return bridge_chart(
        steps,
        snapshot.currency,
        formats,
        title=_bridge_title(snapshot, plan, net, steps, formats),
        subtitle=f"Net over the horizon, {currency_name(snapshot.currency, formats)}",
    )


def _planned(rows: Iterable[MonthRow]) -> Decimal | None:
    known = [row.plan for row in rows if row.plan is not None]
    return sum(known, Decimal(0)) if known else None


def _from_plan(snapshot: Snapshot, plan: Decimal, net: Decimal) -> list[Step]:
    """The plan, why closed months brought more or less of it, and what months ahead are to bring more or less."""
    parts = [(label, _amount(snapshot, name)) for name, label in PARTS]
    closed = [Step(label, amount, "actual") for label, amount in parts if amount]
    left = net - plan - sum((step.amount for step in closed), Decimal(0))
    return [
        Step("Plan", plan, "plan", is_total=True),
        *closed,
        *([Step(AHEAD, left, "forecast")] if left else []),
    ]


def _from_nothing(net: Decimal, realised: Decimal) -> list[Step]:
    return [
        Step("Realised so far", realised, "actual", is_total=True),
        Step("Still to come", net - realised, "forecast", is_neutral=True),
        Step("Forecast", net, "forecast", is_total=True),
    ]


def _bridge_title(
    snapshot: Snapshot, plan: Decimal | None, net: Decimal, steps: Sequence[Step], formats: Formats
) -> str:
    currency = snapshot.currency
    if plan is None:
        return f"{formats.money(net, currency)} net forecast; there is no plan to hold it against"
    if net == plan:
        return "The forecast is on plan"
    size, side = formats.money(abs(net - plan), currency), "under" if net < plan else "over"
    causes = [step for step in steps if not step.is_total and not step.is_neutral]
    most = min(causes, key=lambda step: step.amount) if net < plan else max(causes, key=lambda step: step.amount)
    return f"{size} {side} plan, most of it {MOST_OF_IT.get(most.label, f'from {most.label.lower()}')}"


def added_of(snapshot: Snapshot, events: Iterable[Event], formats: Formats) -> Chart | None:
    """Value added up with its range, its payback and what happened on the way; None before there is money."""
    rows = months_of(snapshot.months)
    if not rows:
        return None
    stored: Mapping[str, Sequence[str]] = snapshot.outlook.get("added", {})
    band = {date.fromisoformat(f"{month}-01"): (Decimal(low), Decimal(high)) for month, (low, high) in stored.items()}
    return cumulative_chart(
        [*rows, *_until(rows[-1].month, max(band, default=rows[-1].month))],
        snapshot.currency,
        formats,
        title=_cumulative_title(snapshot, formats),
        subtitle=f"Benefit less cost added up, {currency_name(snapshot.currency, formats)}",
        events=[*events, *_payback(snapshot)],
        band=band,
    )


def _until(last: date, end: date) -> list[MonthRow]:
    """The months of the horizon after the last one with money: nothing is expected in them, and the range goes on."""
    return [MonthRow(month, False, Decimal(0), None) for month in periods(last, end)][1:]


def _payback(snapshot: Snapshot) -> list[Event]:
    month = _payback_month(snapshot)
    return [Event(month, "paid back" if month <= snapshot.as_of_date else "pays back on forecast")] if month else []


def _payback_month(snapshot: Snapshot) -> date | None:
    """The month in which the money is back for good."""
    payback = snapshot.figures["payback_month"]
    return None if payback["value"] is None else date.fromisoformat(f"{payback['detail']}-01")


def _cumulative_title(snapshot: Snapshot, formats: Formats) -> str:
    """When it pays back; a payback that is only forecast says what the low end of the range does."""
    payback, month = snapshot.figures["payback_month"], _payback_month(snapshot)
    if month is None:
        if payback["reason"] == Reason.NOT_WITHIN_HORIZON:
            return "It does not pay back within its horizon"
        realised = _amount(snapshot, "net_to_date")
        if realised is None:
            return "When it pays back is not known yet"
        return f"{formats.money(realised, snapshot.currency)} net to date; when it pays back is not known yet"
    when = f"{formats.month(month)}, after {Decimal(payback['value']):.0f} months"
    if month <= snapshot.as_of_date:
        return f"It has paid back since {when}"
    low = snapshot.figures["net"]["low"]
    doubt = "; at the low end of the range it does not" if low is not None and Decimal(low) < 0 else ""
    return f"On forecast it pays back in {when}{doubt}"


def months_chart_of(snapshot: Snapshot, formats: Formats) -> Chart | None:
    """Net value by month against plan; None before there is money."""
    rows = months_of(snapshot.months)
    if not rows:
        return None
    return months_chart(
        rows,
        snapshot.currency,
        formats,
        title=_months_title(snapshot, rows, formats),
        subtitle=f"Proven and forecast benefit less cost by month, {currency_name(snapshot.currency, formats)}",
        chart_id="months",
    )


def _months_title(snapshot: Snapshot, rows: Sequence[MonthRow], formats: Formats) -> str:
    """The last closed month against its plan; before that the first month that is to bring something."""
    last = next((row for row in reversed(rows) if row.is_actual and row.net is not None), None)
    if last is None or last.net is None:
        first = next((row for row in rows if row.net is not None and row.net > 0), None)
        return f"The first month with a gain is {formats.month(first.month)}" if first else "No month brings a gain yet"
    said = f"{formats.money(last.net, snapshot.currency)} net in {formats.month(last.month)}"
    if last.plan is None:
        return said
    gap = last.net - last.plan
    size = formats.money(abs(gap), snapshot.currency)
    return f"{said}, {size} {'under' if gap < 0 else 'over'} plan" if gap else f"{said}, on plan"


def _amount(snapshot: Snapshot, name: str) -> Decimal | None:
    stored: Mapping[str, Any] = snapshot.figures.get(name, {"value": None})
    return None if stored["value"] is None else Decimal(stored["value"])
