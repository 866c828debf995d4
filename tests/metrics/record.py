"""Short ways to record the facts that figures follow from, through the services that people use."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from accounts.models import Workspace
from portfolio.models import Initiative, Kpi
from portfolio.services.adoption import record_adoption
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.rates import record_rates
from portfolio.services.readings import record_readings
from portfolio.services.settings import set_dated
from tests.factories import make_kpi

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def system(initiative: Initiative) -> Actor:
    return Actor.system(initiative.workspace)


def spend(initiative: Initiative, on: str, amount: Any, now: datetime = NOW, **row: Any) -> None:
    rows = [{"on": date.fromisoformat(on), "amount": Decimal(str(amount)), "category": "people", **row}]
    record_costs(actor=system(initiative), initiative=initiative, now=now, rows=rows)


def earn(initiative: Initiative, on: str, amount: Any, now: datetime = NOW, *, proven: bool = True, **row: Any) -> None:
    rows = [
        {
            "on": date.fromisoformat(on),
            "amount": Decimal(str(amount)),
            "benefit_class": "cash",
            "evidence": "ledger 4711",
            "confirmed": proven,
            **row,
        }
    ]
    record_benefits(actor=system(initiative), initiative=initiative, now=now, rows=rows)


def measure(initiative: Initiative, values: Mapping[str, Any], now: datetime = NOW, **changes: Any) -> Kpi:
    """Readings of one KPI worth two euros a minute, baselined in the last quarter of 2025."""
    kpi = Kpi.objects.filter(initiative=initiative).first() or make_kpi(
        initiative,
        key=f"{initiative.key}-time",
        now=now,
        **{
            "baseline_from": date(2025, 10, 1),
            "baseline_to": date(2025, 12, 31),
            "value_per_unit": {"amount": Decimal(2), "currency": "EUR"},
            "benefit_class": "capacity",
            **changes,
        },
    )
    rows = [{"on": date.fromisoformat(on), "value": Decimal(str(value))} for on, value in values.items()]
    record_readings(actor=system(initiative), kpi=kpi, now=now, rows=rows)
    return kpi


def adopt(initiative: Initiative, on: str, share: str) -> None:
    rows = [{"on": date.fromisoformat(on), "share": Decimal(share)}]
    record_adoption(actor=system(initiative), initiative=initiative, now=NOW, rows=rows)


def rates(workspace: Workspace, on: str, rows: Sequence[tuple[str, str, Any]], now: datetime = NOW) -> None:
    facts = [
        {"on": date.fromisoformat(on), "base": base, "quote": quote, "rate": Decimal(str(rate))}
        for base, quote, rate in rows
    ]
    record_rates(actor=Actor.system(workspace), now=now, rows=facts)


def set_rate(workspace: Workspace, on: str, value: str, name: str = "discount_rate", now: datetime = NOW) -> None:
    actor = Actor.system(workspace)
    set_dated(actor=actor, now=now, name=name, value=Decimal(value), on=date.fromisoformat(on))
