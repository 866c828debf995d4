"""A small portfolio with a past, recorded and computed the way the product does it; all of it is made up."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.services import refresh, refresh_portfolio
from notices.services.evaluation import evaluate
from notices.services.subscriptions import subscribe_administrators
from portfolio.models import Initiative
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.readings import record_readings
from portfolio.services.settings import set_dated
from portfolio.services.stages import change_stage
from tests.factories import make_initiative, make_kpi, make_member, make_workspace

BEGIN = datetime(2026, 1, 2, 9, tzinfo=UTC)
FIRST_MONDAY = datetime(2026, 6, 8, 5, tzinfo=UTC)
SECOND_MONDAY = FIRST_MONDAY + timedelta(days=7)
PAST, AHEAD, YEAR = range(1, 6), range(6, 13), range(1, 13)


def lines(months: Iterable[int], amount: int, basis: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"on": date(2026, month, 10), "amount": Decimal(amount), "basis": basis, **fields} for month in months]


def costs(initiative: Initiative, months: Iterable[int], amount: int, basis: str, now: datetime = FIRST_MONDAY) -> None:
    rows = lines(months, amount, basis, category="people")
    record_costs(actor=Actor.system(initiative.workspace), initiative=initiative, now=now, rows=rows)


def benefits(
    initiative: Initiative, months: Iterable[int], amount: int, basis: str, now: datetime = FIRST_MONDAY, **fields: Any
) -> None:
    rows = lines(months, amount, basis, benefit_class="cash", **fields)
    record_benefits(actor=Actor.system(initiative.workspace), initiative=initiative, now=now, rows=rows)


def copilot(workspace: Workspace) -> Initiative:
    """Pays: benefits that finance confirmed."""
    initiative = make_initiative(
        workspace, "support-copilot", now=BEGIN, name="Support copilot", owner="M. Reyes", go_live=date(2026, 1, 5)
    )
    costs(initiative, YEAR, 20_000, "plan")
    costs(initiative, PAST, 20_000, "actual")
    costs(initiative, AHEAD, 20_000, "forecast")
    benefits(initiative, YEAR, 90_000, "plan")
    benefits(initiative, PAST, 60_000, "actual", confirmed=True, evidence="Ledger 4711")
    benefits(initiative, AHEAD, 65_000, "forecast")
    return initiative


def maintenance(workspace: Workspace) -> Initiative:
    """Loses, and spends more than planned."""
    initiative = make_initiative(
        workspace, "predictive-maintenance", now=BEGIN, name="Predictive maintenance", owner="J. Keane"
    )
    change_stage(
        actor=Actor.system(workspace), initiative=initiative, now=BEGIN, to="pilot", effective_on=date(2025, 5, 1)
    )
    costs(initiative, YEAR, 40_000, "plan")
    costs(initiative, PAST, 60_000, "actual")
    costs(initiative, AHEAD, 60_000, "forecast")
    benefits(initiative, AHEAD, 5_000, "forecast")
    return initiative


def assistant(workspace: Workspace) -> Initiative:
    """Has not been measured for a while."""
    initiative = make_initiative(
        workspace, "hr-assistant", now=BEGIN, name="HR policy assistant", owner="N. Ahmed", go_live=date(2026, 2, 1)
    )
    costs(initiative, PAST, 5_000, "actual")
    costs(initiative, YEAR, 5_000, "plan")
    kpi = make_kpi(initiative, now=BEGIN, key="handle-time")
    rows = [{"on": date(2026, 4, 29), "value": Decimal(12)}]
    record_readings(actor=Actor.system(workspace), kpi=kpi, now=FIRST_MONDAY, rows=rows)
    return initiative


def compute(workspace: Workspace, now: datetime) -> None:
    """What the worker does after a write."""
    refresh(workspace=workspace, now=now)
    refresh_portfolio(workspace=workspace, now=now)
    evaluate(workspace=workspace, now=now)


def make_portfolio(**fields: Any) -> Membership:
    """The workspace as it stood on the first Monday, and its administrator, who follows it."""
    workspace = make_workspace(
        **{"name": "Acme", "currency": "USD", "time_zone": "Europe/Berlin", "locale": "en", **fields}
    )
    reader = make_member(workspace, Role.ADMIN, "cfo@acme.example")
    Membership.objects.filter(pk=reader.pk).update(created_at=BEGIN + timedelta(days=150))
    for name, value in (("hurdle", "0.25"), ("discount_rate", "0.08")):
        actor = Actor.system(workspace)
        set_dated(actor=actor, now=BEGIN, name=name, value=Decimal(value), on=date(2026, 1, 1))
    for make in (copilot, maintenance, assistant):
        make(workspace)
    subscribe_administrators(now=FIRST_MONDAY)
    compute(workspace, FIRST_MONDAY - timedelta(minutes=1))
    return reader
