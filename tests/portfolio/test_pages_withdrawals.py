"""Withdrawing a fact on a page: it stays in the record, and what depends on it follows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import ExchangeRate, Initiative
from portfolio.services.adoption import record_adoption
from portfolio.services.assessments import record_assessment, record_event
from portfolio.services.initiatives import archive_initiative
from portfolio.services.money import confirm_benefit, record_benefits
from portfolio.services.rates import record_rates
from portfolio.services.stages import change_stage
from tests.factories import NOW, actor, make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)
WHY = {"reason": "Entered for the wrong initiative"}


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


def by_machine(initiative: Initiative) -> dict[str, Any]:
    return {"actor": Actor.system(initiative.workspace), "initiative": initiative, "now": NOW}


def moved(initiative: Initiative, to: str, on: date) -> int:
    return change_stage(**by_machine(initiative), to=to, effective_on=on).pk


def test_the_stage_follows_the_change_that_is_left(admin: Client, initiative: Initiative) -> None:
    moved(initiative, "pilot", date(2026, 3, 2))
    wrong = moved(initiative, "production", DAY)
    admin.post(f"/initiatives/claims/stage/{wrong}/withdraw/", WHY)
    initiative.refresh_from_db()
    assert (initiative.stage, initiative.stage_since) == ("pilot", date(2026, 3, 2))


def test_without_any_change_left_it_is_an_idea(admin: Client, initiative: Initiative) -> None:
    only = moved(initiative, "production", DAY)
    admin.post(f"/initiatives/claims/stage/{only}/withdraw/", WHY)
    initiative.refresh_from_db()
    assert (initiative.stage, initiative.stage_since) == ("idea", None)


def test_the_page_says_which_change_it_is(admin: Client, initiative: Initiative) -> None:
    change = moved(initiative, "production", DAY)
    assert "Production from May 4, 2026" in admin.get(f"/initiatives/claims/stage/{change}/withdraw/").content.decode()


def test_a_withdrawn_assessment_keeps_its_reason(admin: Client, initiative: Initiative) -> None:
    row = record_assessment(**by_machine(initiative), row={"on": DAY, "scores": {"integration": "0.5"}})
    admin.post(f"/initiatives/claims/assessment/{row.pk}/withdraw/", WHY)
    row.refresh_from_db()
    assert row.supersede_reason == WHY["reason"]


def test_a_withdrawn_event_leaves_the_list(admin: Client, initiative: Initiative) -> None:
    row = record_event(**by_machine(initiative), row={"on": DAY, "kind": "incident", "note": "Outage"})
    page = admin.post(f"/initiatives/claims/events/{row.pk}/withdraw/", WHY, follow=True)
    assert "None yet." in page.content.decode()


def test_a_withdrawn_adoption_leaves_the_earlier_one(admin: Client, initiative: Initiative) -> None:
    rows = [{"on": date(2026, 4, 6), "share": Decimal("0.25")}, {"on": DAY, "share": Decimal("0.75")}]
    last = record_adoption(**by_machine(initiative), rows=rows).created[1]
    page = admin.post(f"/initiatives/claims/adoption/{last.pk}/withdraw/", WHY, follow=True)
    assert "25% of the intended users" in page.content.decode()


def rate(workspace: Workspace) -> ExchangeRate:
    row = {"on": DAY, "base": "EUR", "quote": "USD", "rate": Decimal("11")}
    return record_rates(actor=Actor.system(workspace), now=NOW, rows=[row]).created[0]


def test_finance_withdraws_a_rate(workspace: Workspace) -> None:
    wrong = rate(workspace)
    page = signed_in(make_member(workspace, Role.FINANCE)).post(
        f"/settings/rates/{wrong.pk}/withdraw/", WHY, follow=True
    )
    assert "None yet." in page.content.decode()


def test_only_finance_withdraws_a_rate(admin: Client, workspace: Workspace) -> None:
    assert admin.post(f"/settings/rates/{rate(workspace).pk}/withdraw/", WHY).status_code == 403


def test_a_reason_is_needed(admin: Client, initiative: Initiative) -> None:
    change = moved(initiative, "production", DAY)
    assert admin.post(f"/initiatives/claims/stage/{change}/withdraw/", {"reason": " "}).status_code == 400


def test_a_fact_of_another_initiative_is_not_found_here(
    admin: Client, workspace: Workspace, initiative: Initiative
) -> None:
    change = moved(make_initiative(workspace, "other"), "pilot", DAY)
    assert admin.post(f"/initiatives/claims/stage/{change}/withdraw/", WHY).status_code == 404


@pytest.mark.parametrize("page", ["", "withdraw/"])
def test_what_finance_confirmed_only_finance_changes(
    workspace: Workspace, initiative: Initiative, admin: Client, page: str
) -> None:
    row = {"on": DAY, "amount": Decimal(900), "benefit_class": "cash", "evidence": "Ledger 4711"}
    line = record_benefits(**by_machine(initiative), rows=[row]).created[0]
    confirmed = confirm_benefit(actor=actor(workspace, Role.FINANCE), benefit=line, now=NOW)
    assert admin.post(f"/initiatives/claims/benefits/{confirmed.pk}/{page}", WHY).status_code == 403


def test_an_archived_initiative_is_brought_back(admin: Client, initiative: Initiative) -> None:
    page = admin.post("/initiatives/claims/archive/", follow=True)
    assert "Bring it back" in page.content.decode()
    admin.post("/initiatives/claims/restore/")
    initiative.refresh_from_db()
    assert initiative.archived_at is None


def test_the_settings_lead_to_archived_initiatives(admin: Client, initiative: Initiative) -> None:
    archive_initiative(**by_machine(initiative))
    assert "/initiatives/claims/restore/" in admin.get("/settings/").content.decode()


def test_an_initiative_that_is_not_archived_cannot_be_restored(admin: Client, initiative: Initiative) -> None:
    assert admin.get("/initiatives/claims/restore/").status_code == 404


def test_a_manager_is_not_led_to_initiatives_of_others(owner: Membership, initiative: Initiative) -> None:
    archive_initiative(**by_machine(initiative))
    assert "/restore/" not in signed_in(owner).get("/settings/").content.decode()
