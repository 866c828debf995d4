"""Stored figures as the rules and the digest read them, made directly."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from metrics.models import CurrentSnapshot, Snapshot
from notices.choices import AlertState, Rule, Severity
from notices.models import Alert
from portfolio.models import Initiative

DAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
STALE = {"kpi": "handle-time", "name": "Handle time", "last_reading": "2026-04-20", "allowed_days": "46"}
OVER = {
    "basis": "to_date",
    "actual": "500000",
    "plan": "400000",
    "currency": "EUR",
    "through": "2026-05-31",
    "worst": "2026-05-01 40000",
}
BELOW = {
    "chance": "0.12",
    "hurdle": "0.15",
    "currency": "EUR",
    "unproven": "400000",
    "drivers": '[["benefit", "-200000", "90000"], ["cost", "10000", "-80000"]]',
    "spend_left": "310000.00",
    "spend_currency": "EUR",
}
DETAILS = {Rule.BELOW_HURDLE: BELOW, Rule.COST_OVERRUN: OVER, Rule.STALE_DATA: STALE}


def signal(code: str, since: date, **detail: str) -> dict[str, Any]:
    """A behaviour signal as a snapshot stores it."""
    return {"code": code, "since": since.isoformat(), "cure": "Do something.", "detail": detail}


def stale(days: int, key: str = "handle-time", day: date = DAY) -> dict[str, Any]:
    """A monthly KPI without a reading for so many days."""
    last = day - timedelta(days=days)
    return signal(
        "STALE_KPI",
        last + timedelta(days=47),
        kpi=key,
        name="Handle time",
        last_reading=last.isoformat(),
        days=str(days),
        allowed_days="46",
    )


def chances(chance: str | None, left: int = 100_000, proven: int = 0) -> dict[str, Any]:
    """The columns of a snapshot that say how likely the hurdle of 15 % is cleared, and what is still to be spent."""
    return {
        "figures": {
            "chance_clears_hurdle": {"value": chance, "reason": None if chance else "NO_FORECAST"},
            "hurdle": {"value": "0.15"},
            "benefit_to_date": {"value": str(proven)},
            "benefit_claimed": {"value": "400000"},
        },
        "outlook": {
            "sensitivity": [
                {"driver": "benefit", "low": "-200000", "high": "90000"},
                {"driver": "cost", "low": "10000", "high": "-80000"},
                {"driver": "delay", "low": "5000", "high": "-9000"},
            ]
        },
        "parts": {"first_month": "2026-01-01", "length": 1, "columns": {"cost_ahead": [str(left)]}},
    }


def put_figures(
    initiative: Initiative,
    day: date = DAY,
    *,
    signals: Sequence[Mapping[str, Any]] = (),
    cost: Sequence[int] = (),
    plan: Sequence[int] = (),
    at: datetime | None = None,
    **fields: Any,
) -> Snapshot:
    """New current figures of an initiative; `cost` and `plan` are the months from January 2026 on."""
    columns = {"cost": [str(value) for value in cost], "plan_cost": [str(value) for value in plan]}
    snapshot = Snapshot.objects.create(
        **{
            "workspace": initiative.workspace,
            "initiative": initiative,
            "as_of_date": day,
            "computed_at": at or datetime.combine(day, datetime.min.time(), UTC),
            "inputs_version": 1,
            "settings_version": 1,
            "method_version": "1",
            "model_version": "1",
            "currency": initiative.currency,
            "horizon_months": 36,
            "actuals_through": day.replace(day=1) - timedelta(days=1),
            "verdict": "likely",
            "figures": {},
            "months": [],
            "year": {},
            "breakdowns": {},
            "effects": [],
            "risk": {},
            "signals": list(signals),
            "flags": {},
            "parts": {"first_month": "2026-01-01", "length": len(cost), "columns": columns},
            **fields,
        }
    )
    point_at(snapshot, day)
    return snapshot


def point_at(snapshot: Snapshot, day: date) -> None:
    """Makes the snapshot the one that counts on that day."""
    CurrentSnapshot.objects.update_or_create(
        initiative=snapshot.initiative,
        defaults={
            "workspace": snapshot.workspace,
            "snapshot": snapshot,
            "as_of_date": day,
            "checked_at": snapshot.computed_at,
            "inputs_version": 1,
            "settings_version": 1,
            "method_version": "1",
            "model_version": "1",
            "verdict": snapshot.verdict,
            "roi_forecast": snapshot.figures.get("roi_forecast", {}).get("value"),
            "signal_codes": [signal["code"] for signal in snapshot.signals],
        },
    )


def make_alert(initiative: Initiative, rule: Rule = Rule.STALE_DATA, state: AlertState = AlertState.OPEN) -> Alert:
    """An alert in this state."""
    detail = DETAILS[rule]
    return Alert.objects.create(
        workspace=initiative.workspace,
        rule=rule,
        initiative=initiative,
        scope=detail.get("kpi", ""),
        state=state,
        severity=Severity.MEDIUM,
        worst=Severity.MEDIUM,
        since=DAY,
        value="0.25",
        threshold="0.10",
        detail=detail,
        found_at=NOW,
        evaluated_at=NOW,
        opened_at=NOW if state is AlertState.OPEN else None,
    )
