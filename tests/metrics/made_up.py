"""A small made-up portfolio with every kind of state, worked out, for tests of pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from metrics.services import refresh, refresh_portfolio
from portfolio.choices import SettingName
from portfolio.models import Initiative
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.readings import record_readings
from portfolio.services.settings import set_dated
from portfolio.services.stages import change_stage
from tests.factories import NOW, actor, make_initiative, make_kpi

MONTHS = [date(2025 + (month // 12), month % 12 + 1, 1) for month in range(24)]
TODAY = NOW.date()


def paying(workspace: Workspace) -> Initiative:
    """In production, with confirmed benefits above its costs, a plan, and a KPI that moved."""
    who = Actor.system(workspace)
    row = make_initiative(workspace, "claims", go_live=date(2025, 7, 1), unit="Operations", owner="L. Brandt")
    for to, on in (("idea", "2025-01-10"), ("pilot", "2025-03-01"), ("production", "2025-07-01")):
        change_stage(actor=who, initiative=row, now=NOW, to=to, effective_on=date.fromisoformat(on))
    costs: list[dict[str, Any]] = [
        {"on": day, "amount": Decimal(40_000), "currency": "EUR", "category": "people"} for day in MONTHS
    ]
    record_costs(
        actor=who, initiative=row, now=NOW, rows=[_basis(line) for line in costs] + [_plan(c, 38_000) for c in costs]
    )
    gains: list[dict[str, Any]] = [
        {"on": day, "amount": Decimal(70_000), "currency": "EUR", "benefit_class": "cash", "evidence": "ledger 4711"}
        for day in MONTHS[6:]
    ]
    booked = [{**line, "confirmed": True} for line in gains if line["on"] <= TODAY]
    ahead = [_basis(line) for line in gains if line["on"] > TODAY]
    record_benefits(
        actor=actor(workspace, Role.FINANCE),
        initiative=row,
        now=NOW,
        rows=[*booked, *ahead, *(_plan(line, 80_000) for line in gains)],
    )
    kpi = make_kpi(row, baseline_from=date(2025, 1, 1), baseline_to=date(2025, 6, 30), targets=[])
    values = [Decimal(20) if day < date(2025, 7, 1) else Decimal(16) for day in MONTHS if day <= TODAY]
    readings = [{"on": day, "value": value} for day, value in zip(MONTHS, values, strict=False)]
    record_readings(actor=who, kpi=kpi, now=NOW, rows=readings)
    return row


def losing(workspace: Workspace) -> Initiative:
    """A pilot that spends over its plan and has nothing to show."""
    who = Actor.system(workspace)
    row = make_initiative(workspace, "plants", name="Predictive maintenance", unit="Plants", owner="D. Silva")
    change_stage(actor=who, initiative=row, now=NOW, to="pilot", effective_on=date(2025, 2, 1))
    costs: list[dict[str, Any]] = [
        {"on": day, "amount": Decimal(30_000), "currency": "EUR", "category": "compute"} for day in MONTHS
    ]
    record_costs(
        actor=who, initiative=row, now=NOW, rows=[_basis(line) for line in costs] + [_plan(c, 20_000) for c in costs]
    )
    hopes: list[dict[str, Any]] = [
        {"on": day, "amount": Decimal(6_000), "benefit_class": "cash", "basis": "forecast"} for day in MONTHS
    ]
    record_benefits(actor=who, initiative=row, now=NOW, rows=[line for line in hopes if line["on"] > TODAY])
    make_kpi(row, name="Unplanned stops", unit="stops")
    return row


def empty(workspace: Workspace) -> Initiative:
    """Just an idea."""
    return make_initiative(workspace, "idea", name="Meeting notes")


def made_up_portfolio(workspace: Workspace) -> None:
    """Three initiatives, a hurdle and a discount rate, all figures worked out."""
    finance = actor(workspace, Role.FINANCE)
    for name, value in ((SettingName.HURDLE, "0.25"), (SettingName.DISCOUNT_RATE, "0.08")):
        set_dated(actor=finance, now=NOW, name=name, value=Decimal(value), on=date(2025, 1, 1))
    for make in (paying, losing, empty):
        make(workspace)
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)


def _basis(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "basis": "actual" if line["on"] <= TODAY else "forecast"}


def _plan(line: dict[str, Any], amount: int) -> dict[str, Any]:
    return {**line, "basis": "plan", "amount": Decimal(amount)}
