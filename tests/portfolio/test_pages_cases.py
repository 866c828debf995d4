"""Business cases on pages: frozen by who writes money, approved by finance."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import BusinessCase, Initiative
from portfolio.services.drivers import record_drivers
from portfolio.services.money import record_costs
from tests.factories import NOW, make_initiative, make_kpi, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
CASES = "/initiatives/claims/business-case/"


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    row = make_initiative(workspace, owner="owner@acme.example")
    plan = [{"on": date(2026, 9, 30), "amount": Decimal(1200), "category": "people", "basis": "plan"}]
    record_costs(actor=Actor.system(workspace), initiative=row, now=NOW, rows=plan)
    return row


@pytest.fixture
def manager(owner: Membership, initiative: Initiative) -> Client:
    return signed_in(owner)


def test_a_plan_is_frozen_with_its_planned_use_and_approved(manager: Client, colleague: Membership) -> None:
    manager.post(CASES, {"note": "For the board", "lines": "2026-09-30 20\n2026-12-31\t40%"})
    case = BusinessCase.objects.get()
    assert case.content["adoption"] == [{"on": "2026-09-30", "share": "0.2"}, {"on": "2026-12-31", "share": "0.4"}]
    finance = signed_in(colleague)
    page = finance.get(f"{CASES}1/approve/").content.decode()
    assert "40% by Dec 31, 2026" in page
    assert "For the board" in page
    finance.post(f"{CASES}1/approve/", {"note": "As agreed"})
    case.refresh_from_db()
    assert (case.approved_by, case.approval_note) == (colleague.user, "As agreed")
    assert "As agreed" in manager.get(CASES).content.decode()


def test_approving_twice_is_refused_in_words(manager: Client, colleague: Membership) -> None:
    manager.post(CASES, {"note": "", "lines": ""})
    finance = signed_in(colleague)
    finance.post(f"{CASES}1/approve/", {"note": ""})
    response = finance.post(f"{CASES}1/approve/", {"note": ""})
    assert response.status_code == 400
    assert "approved already" in response.content.decode()


@pytest.mark.parametrize("lines", ["2026-09-30", "2026-09-30 120", "2026-09-30 -1", "soon 20", "2026-09-30 NaN"])
def test_a_planned_use_that_cannot_be_is_named_by_line(manager: Client, lines: str) -> None:
    response = manager.post(CASES, {"note": "", "lines": lines})
    assert response.status_code == 400
    assert "Line 1: " in response.content.decode()
    assert not BusinessCase.objects.exists()


def test_only_finance_approves_and_executives_freeze_nothing(workspace: Workspace, manager: Client) -> None:
    assert signed_in(make_member(workspace, Role.EXECUTIVE)).post(CASES, {"note": ""}).status_code == 403
    manager.post(CASES, {"note": "", "lines": ""})
    assert manager.post(f"{CASES}1/approve/", {"note": ""}).status_code == 403


def test_nothing_planned_is_nothing_to_freeze(workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, "bare", owner="owner@acme.example")
    response = signed_in(owner).post("/initiatives/bare/business-case/", {"note": "", "lines": ""})
    assert "nothing to freeze yet" in response.content.decode()


def test_a_case_names_its_kpis_and_drivers_and_writes_days_as_the_reader_does(
    manager: Client, initiative: Initiative, owner: Membership
) -> None:
    system = Actor.system(initiative.workspace)
    make_kpi(initiative, name="Handle time", targets=[{"on": date(2026, 12, 31), "value": Decimal("4.5")}])
    points = {"p10": Decimal("0.9"), "p50": Decimal(1), "p90": Decimal("1.4")}
    record_drivers(actor=system, initiative=initiative, now=NOW, rows=[{"name": "cost", **points}])
    manager.post(CASES, {"note": "", "lines": ""})
    owner.user.locale = "de"
    owner.user.save()
    page = manager.get(CASES).content.decode()
    assert "Target of Handle time" in page
    assert "4,5 by 31.12.2026" in page
    assert "Costs still to come: low, middle, high" in page
    assert "0,9 · 1 · 1,4" in page


def test_versions_say_what_changed_between_them(manager: Client, initiative: Initiative) -> None:
    manager.post(CASES, {"note": "", "lines": ""})
    more = [{"on": date(2026, 10, 31), "amount": Decimal(300), "category": "people", "basis": "plan"}]
    record_costs(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=more)
    manager.post(CASES, {"note": "", "lines": ""})
    (change,) = manager.get(CASES).context["shown"].changes
    assert change.title == "Version 2 against version 1"
    assert ("Planned cost", "€1.2K", "€1.5K") in change.rows
    assert all(was != now for _, was, now in change.rows)


def test_one_version_has_nothing_to_be_held_against(manager: Client) -> None:
    manager.post(CASES, {"note": "", "lines": ""})
    assert manager.get(CASES).context["shown"].changes == ()
