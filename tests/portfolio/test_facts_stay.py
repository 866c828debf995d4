"""Facts leave the record only with their whole workspace."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.models import BenefitLine, BusinessCase, CostLine, EvidenceFile, Fact, Initiative, PeriodLock
from portfolio.services.cases import freeze_case
from portfolio.services.locks import lock_period
from portfolio.services.money import record_benefits, record_costs
from tests.factories import NOW, actor, make_initiative, make_kpi

FACTS = [model for model in apps.get_app_config("portfolio").get_models() if issubclass(model, Fact)]


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    row, who = make_initiative(workspace, "one"), actor(workspace, Role.FINANCE)
    make_kpi(row, key="time")
    cost = [{"on": date(2026, 3, 1), "amount": Decimal(10)}, {"on": date(2026, 9, 1), "amount": 5, "basis": "plan"}]
    record_costs(actor=who, initiative=row, now=NOW, rows=cost)
    gain = {"on": date(2026, 3, 1), "amount": Decimal(9), "benefit_class": "cash", "kpi": "time"}
    record_benefits(actor=who, initiative=row, now=NOW, rows=[gain])
    freeze_case(actor=who, initiative=row, now=NOW)
    lock_period(actor=who, now=NOW, through=date(2026, 4, 30))
    return row


def at_commit(statement: str) -> None:
    """Runs a statement of plain SQL and checks what is checked when a transaction ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("model", [CostLine, BenefitLine, BusinessCase, PeriodLock])
@pytest.mark.usefixtures("initiative")
def test_the_app_role_deletes_no_fact(model: type[Fact]) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        at_commit(f"DELETE FROM {model._meta.db_table}")  # noqa: S608
    assert model._default_manager.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("model", [*FACTS, BusinessCase, EvidenceFile])
def test_every_table_of_facts_is_guarded(model: type[Fact]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [model._meta.db_table])
        triggers = {name for (name,) in cursor.fetchall()}
    wanted = {"never_deleted"}
    if issubclass(model, Fact) and model is not PeriodLock:
        wanted |= {"period_lock_on_insert"}
    assert wanted <= triggers


@pytest.mark.usefixtures("initiative")
def test_the_app_role_truncates_nothing() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        at_commit("TRUNCATE portfolio_costline")


def test_a_workspace_is_erased_with_all_its_facts(initiative: Initiative) -> None:
    initiative.workspace.delete()
    at_commit("SELECT 1")
    assert not CostLine.objects.exists()
    assert not PeriodLock.objects.exists()
