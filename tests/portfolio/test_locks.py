"""A closed period refuses facts dated in it from every path, and says who closed it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.models import CostLine, Initiative, PeriodLock
from portfolio.services.errors import RowErrors
from portfolio.services.facts import correct, supersede
from portfolio.services.locks import lock_period, reopen_period
from portfolio.services.money import confirm_benefit, record_benefits, record_costs
from portfolio.services.stages import change_stage
from tests.calls import Api, api_of
from tests.factories import NOW, actor, make_initiative

LATER = datetime(2026, 6, 16, tzinfo=UTC)
CLOSED, OPEN = "2026-03-15", "2026-05-15"


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    row = make_initiative(workspace, "one")
    record_costs(actor=actor(workspace), initiative=row, now=NOW, rows=[{"on": CLOSED, "amount": Decimal(10)}])
    return row


@pytest.fixture
def lock(workspace: Workspace, initiative: Initiative) -> PeriodLock:
    return lock_period(actor=actor(workspace, Role.FINANCE), now=NOW, through=date(2026, 4, 30), note="quarter end")


@pytest.fixture
def api(workspace: Workspace) -> Api:
    return api_of(workspace)


def spend(initiative: Initiative, on: str) -> None:
    rows = [{"on": on, "amount": Decimal(5)}]
    record_costs(actor=actor(initiative.workspace), initiative=initiative, now=LATER, rows=rows)


@pytest.mark.usefixtures("lock")
def test_a_new_fact_in_a_closed_period_is_refused_and_names_who_closed_it(initiative: Initiative) -> None:
    with pytest.raises(RowErrors) as refused:
        spend(initiative, CLOSED)
    assert "finance closed" in refused.value.rows[0].message
    assert "2026-04-30" in refused.value.rows[0].message


@pytest.mark.usefixtures("lock")
def test_a_fact_after_the_closed_period_is_recorded(initiative: Initiative) -> None:
    spend(initiative, OPEN)
    assert CostLine.objects.count() == 2


@pytest.mark.usefixtures("lock")
def test_neither_withdrawing_nor_correcting_reaches_a_closed_period(initiative: Initiative) -> None:
    held = CostLine.objects.get()
    who = actor(initiative.workspace)
    with pytest.raises(ValidationError, match="closed"):
        supersede(actor=who, fact=held, now=LATER, reason="typo")
    with pytest.raises(ValidationError, match="closed"):
        correct(actor=who, fact=held, now=LATER, changes={"amount": Decimal(1)}, reason="typo")


@pytest.mark.usefixtures("lock")
def test_a_correction_cannot_move_a_fact_into_a_closed_period(initiative: Initiative) -> None:
    spend(initiative, OPEN)
    late = CostLine.objects.get(on=OPEN)
    with pytest.raises(ValidationError, match="closed"):
        correct(
            actor=actor(initiative.workspace), fact=late, now=LATER, changes={"on": date(2026, 4, 2)}, reason="typo"
        )


@pytest.mark.usefixtures("lock")
def test_a_stage_cannot_be_entered_in_a_closed_period(initiative: Initiative) -> None:
    with pytest.raises(ValidationError, match="closed"):
        change_stage(
            actor=actor(initiative.workspace),
            initiative=initiative,
            now=LATER,
            to="pilot",
            effective_on=date(2026, 2, 1),
        )


def test_a_benefit_of_a_closed_period_is_not_confirmed(workspace: Workspace, initiative: Initiative) -> None:
    finance = actor(workspace, Role.FINANCE)
    row = {"on": CLOSED, "amount": Decimal(9), "benefit_class": "cash", "evidence": "ledger 7"}
    line = record_benefits(actor=finance, initiative=initiative, now=NOW, rows=[row]).live[0]
    lock_period(actor=finance, now=NOW, through=date(2026, 4, 30))
    with pytest.raises(ValidationError, match="closed"):
        confirm_benefit(actor=finance, benefit=line, now=LATER)


@pytest.mark.usefixtures("lock")
def test_the_database_refuses_what_passes_the_services_by(initiative: Initiative) -> None:
    late = CostLine(
        workspace=initiative.workspace, initiative=initiative, on=CLOSED, amount=1, currency="EUR", recorded_at=LATER
    )
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        CostLine.objects.bulk_create([late])
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE portfolio_costline SET superseded_at = now()")


@pytest.mark.usefixtures("lock")
def test_the_same_fact_sent_again_changes_nothing_and_is_no_fault(initiative: Initiative) -> None:
    row = {"on": OPEN, "amount": Decimal(5), "external_id": "x1"}
    who = actor(initiative.workspace)
    record_costs(actor=who, initiative=initiative, now=LATER, rows=[row])
    lock_period(actor=actor(initiative.workspace, Role.FINANCE), now=LATER, through=date(2026, 5, 31))
    assert record_costs(actor=who, initiative=initiative, now=LATER, rows=[row]).unchanged


@pytest.mark.parametrize("through", [date(2026, 4, 29), date(2026, 6, 30), date.max])
def test_only_whole_months_that_have_passed_are_closed(workspace: Workspace, through: date) -> None:
    with pytest.raises(ValidationError):
        lock_period(actor=actor(workspace, Role.FINANCE), now=NOW, through=through)


def test_reopening_needs_a_reason_and_lets_facts_in_again(initiative: Initiative, lock: PeriodLock) -> None:
    finance = actor(initiative.workspace, Role.FINANCE)
    with pytest.raises(ValidationError):
        reopen_period(actor=finance, lock=lock, now=LATER, reason=" ")
    reopen_period(actor=finance, lock=lock, now=LATER, reason="late invoice")
    spend(initiative, CLOSED)
    assert CostLine.objects.count() == 2


@pytest.mark.usefixtures("lock")
def test_the_api_names_the_refused_row(api: Api) -> None:
    answer = api.post("initiatives/one/costs/", [{"on": OPEN, "amount": "1"}, {"on": CLOSED, "amount": "1"}])
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["[1].on"]


def test_a_fact_of_a_closed_period_is_not_replaced_by_one_of_an_open_period(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    row = {"on": CLOSED, "amount": "7", "external_id": "inv-1"}
    api.post("initiatives/one/costs/", [row])
    lock_period(actor=actor(workspace, Role.FINANCE), now=NOW, through=date(2026, 4, 30))
    answer = api.post("initiatives/one/costs/", [{**row, "on": OPEN}])
    assert answer.status_code == 400
    assert "closed" in answer.json()["errors"][0]["message"]
