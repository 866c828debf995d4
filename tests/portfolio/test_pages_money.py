"""Costs and benefits on pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import BenefitLine, CostLine, Initiative
from portfolio.services.money import record_benefits, record_costs
from tests.factories import NOW, make_initiative, make_kpi, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
COST = {"on": "2026-05-04", "amount": "1,200.50", "currency": "eur", "category": "compute", "basis": "actual"}
BENEFIT = {"on": "2026-05-04", "amount": "900", "currency": "EUR", "benefit_class": "cash", "basis": "actual"}
COSTS = "/initiatives/claims/costs/"


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


@pytest.fixture
def finance(colleague: Membership) -> Client:
    return signed_in(colleague)


def cost(initiative: Initiative, amount: str = "100", **more: object) -> CostLine:
    rows = [{"on": date(2026, 5, 4), "amount": Decimal(amount), "category": "people", "basis": "actual", **more}]
    done = record_costs(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=rows)
    return done.created[0]


def benefit(initiative: Initiative, **more: object) -> BenefitLine:
    rows = [{"on": date(2026, 5, 4), "amount": Decimal(900), "benefit_class": "cash", "basis": "actual", **more}]
    done = record_benefits(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=rows)
    return done.created[0]


def test_a_cost_is_added(admin: Client, initiative: Initiative) -> None:
    admin.post(COSTS, COST)
    line = initiative.costs.get()
    assert (line.amount, line.currency, line.category) == (Decimal("1200.50"), "EUR", "compute")


def test_a_plan_is_spread_over_months_that_end_with_the_month(admin: Client, initiative: Initiative) -> None:
    admin.post(COSTS, {**COST, "on": "2026-12-31", "basis": "plan", "months": "3"})
    days = list(initiative.costs.order_by("on").values_list("on", flat=True))
    assert days == [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)]


def test_semantics_3_an_actual_of_tomorrow_is_refused(admin: Client, initiative: Initiative) -> None:
    response = admin.post(COSTS, {**COST, "on": "2099-01-01"})
    assert response.status_code == 400
    assert "lies ahead" in response.content.decode()
    assert not initiative.costs.exists()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e500", "١٢", "1_000", "1,5", "0.12345678901", "9" * 30, "\0"])
def test_an_amount_that_cannot_be_read_without_doubt_is_refused(
    admin: Client, initiative: Initiative, amount: str
) -> None:
    assert admin.post(COSTS, {**COST, "amount": amount}).status_code == 400
    assert not initiative.costs.exists()


def test_the_table_shows_the_plan_beside_what_was_booked(admin: Client, initiative: Initiative) -> None:
    cost(initiative, "100")
    cost(initiative, "50")
    cost(initiative, "120", basis="plan")
    page = admin.get(f"{COSTS}?year=2026").content.decode()
    assert "€150<small>plan €120</small>" in page


def test_each_currency_has_a_table_of_its_own(admin: Client, initiative: Initiative) -> None:
    cost(initiative, "100")
    cost(initiative, "70", currency="USD")
    page = admin.get(f"{COSTS}?year=2026").content.decode()
    assert "Costs by month, EUR" in page
    assert "Costs by month, USD" in page


def test_the_fiscal_year_of_the_workspace_is_shown(workspace: Workspace, admin: Client, initiative: Initiative) -> None:
    workspace.fiscal_year_start = 4
    workspace.save()
    cost(initiative)
    page = admin.get(f"{COSTS}?year=2026").content.decode()
    assert "2026/27" in page
    assert page.index("April 2026") < page.index("March 2027")


@pytest.mark.parametrize("year", ["soon", "0000", "99999", "２０２６", "-1"])
def test_a_year_that_is_none_shows_this_one(admin: Client, initiative: Initiative, year: str) -> None:
    assert admin.get(COSTS, {"year": year}).status_code == 200


def test_a_correction_supersedes_with_its_reason(admin: Client, initiative: Initiative) -> None:
    old = cost(initiative)
    admin.post(f"{COSTS}{old.pk}/", {**COST, "amount": "90", "reason": "Credit note"})
    old.refresh_from_db()
    assert initiative.costs.get(superseded_at=None).amount == 90
    assert (old.amount, old.supersede_reason) == (100, "Credit note")


def test_a_correction_needs_a_reason(admin: Client, initiative: Initiative) -> None:
    old = cost(initiative)
    response = admin.post(f"{COSTS}{old.pk}/", {**COST, "amount": "90"})
    assert 'id="id_reason_error"' in response.content.decode()
    assert initiative.costs.get().superseded_at is None


def test_withdrawing_asks_first_and_keeps_the_line(admin: Client, initiative: Initiative) -> None:
    line = cost(initiative)
    assert "It stays in the record" in admin.get(f"{COSTS}{line.pk}/withdraw/").content.decode()
    admin.post(f"{COSTS}{line.pk}/withdraw/", {"reason": "Booked twice"})
    line.refresh_from_db()
    assert line.superseded_at is not None


def test_a_withdrawn_line_is_not_there_for_a_second_withdrawal(admin: Client, initiative: Initiative) -> None:
    line = cost(initiative)
    admin.post(f"{COSTS}{line.pk}/withdraw/", {"reason": "Booked twice"})
    assert admin.post(f"{COSTS}{line.pk}/withdraw/", {"reason": "Booked twice"}).status_code == 404


def test_a_line_of_another_initiative_is_not_found_here(
    admin: Client, workspace: Workspace, initiative: Initiative
) -> None:
    line = cost(make_initiative(workspace, "other"))
    assert admin.get(f"{COSTS}{line.pk}/").status_code == 404


def test_a_benefit_is_a_claim_at_first(admin: Client, initiative: Initiative) -> None:
    kpi = make_kpi(initiative)
    admin.post("/initiatives/claims/benefits/new/", {**BENEFIT, "kpi": kpi.key})
    line = initiative.benefits.get()
    assert (line.amount, line.kpi, line.confirmed_at) == (900, kpi, None)
    assert "Claim" in admin.get(f"{COSTS}?year=2026").content.decode()


def test_semantics_24_confirming_needs_evidence(finance: Client, initiative: Initiative) -> None:
    line = benefit(initiative)
    assert finance.post(f"/initiatives/claims/benefits/{line.pk}/confirm/", {"evidence": " "}).status_code == 400
    finance.post(f"/initiatives/claims/benefits/{line.pk}/confirm/", {"evidence": "Ledger 4711"})
    new = initiative.benefits.get(superseded_at=None)
    assert (new.evidence, new.confirmed_by.email) == ("Ledger 4711", "colleague@acme.example")  # type: ignore[union-attr]


def test_only_finance_confirms(admin: Client, initiative: Initiative) -> None:
    line = benefit(initiative)
    response = admin.post(f"/initiatives/claims/benefits/{line.pk}/confirm/", {"evidence": "Ledger 4711"})
    assert response.status_code == 403
    assert "finance role" in response.content.decode()


def test_a_corrected_benefit_is_a_claim_again(finance: Client, initiative: Initiative) -> None:
    line = benefit(initiative, evidence="Ledger 4711")
    finance.post(f"/initiatives/claims/benefits/{line.pk}/confirm/", {"evidence": "Ledger 4711"})
    confirmed = initiative.benefits.get(superseded_at=None)
    sent = {**BENEFIT, "amount": "800", "reason": "Partly booked"}
    finance.post(f"/initiatives/claims/benefits/{confirmed.pk}/", sent)
    new = initiative.benefits.get(superseded_at=None)
    assert (new.amount, new.confirmed_at) == (800, None)


def test_a_benefit_is_withdrawn_with_its_reason(finance: Client, initiative: Initiative) -> None:
    line = benefit(initiative)
    finance.post(f"/initiatives/claims/benefits/{line.pk}/withdraw/", {"reason": "Not ours"})
    line.refresh_from_db()
    assert line.supersede_reason == "Not ours"


def test_executives_read_costs_without_a_form(workspace: Workspace, initiative: Initiative) -> None:
    client = signed_in(make_member(workspace, Role.EXECUTIVE))
    cost(initiative)
    page = client.get(f"{COSTS}?year=2026").content.decode()
    assert "€100" in page
    assert "Add the cost" not in page
    assert client.post(COSTS, COST).status_code == 403


def test_long_lists_are_paged(admin: Client, initiative: Initiative) -> None:
    rows = [{"on": date(2026, 5, 4), "amount": Decimal(number), "category": "people"} for number in range(1, 61)]
    record_costs(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=rows)
    assert "1 to 25 of 60 lines" in admin.get(f"{COSTS}?year=2026").content.decode()
    assert "51 to 60 of 60 lines" in admin.get(f"{COSTS}?year=2026&costs=3").content.decode()


def test_the_page_of_costs_asks_the_database_no_more_for_more_lines(
    admin: Client, initiative: Initiative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(2):
        cost(initiative, str(number + 1))
        benefit(initiative)
    with django_assert_max_num_queries(17) as few:
        admin.get(f"{COSTS}?year=2026")
    for number in range(6):
        cost(initiative, str(number + 10))
        benefit(initiative, kpi=make_kpi(initiative, name=f"KPI {number}").key)
    with django_assert_max_num_queries(len(few)):
        admin.get(f"{COSTS}?year=2026")


def test_a_cost_sent_twice_by_a_double_click_is_recorded_once(admin: Client, initiative: Initiative) -> None:
    for _ in range(2):
        admin.post(COSTS, {**COST, "ticket": "1f"})
    assert initiative.costs.count() == 1


def test_another_cost_from_the_same_form_is_another_line(admin: Client, initiative: Initiative) -> None:
    admin.post(COSTS, {**COST, "ticket": "1f"})
    admin.post(COSTS, {**COST, "ticket": "1f", "amount": "7"})
    assert initiative.costs.filter(superseded_at=None).count() == 2


def test_the_same_cost_from_another_form_is_another_line_once_that_is_said(
    admin: Client, initiative: Initiative
) -> None:
    admin.post(COSTS, {**COST, "ticket": "1f"})
    assert admin.post(COSTS, {**COST, "ticket": "2f"}).status_code == 400
    admin.post(COSTS, {**COST, "ticket": "2f", "another": "on"})
    assert initiative.costs.filter(superseded_at=None).count() == 2
