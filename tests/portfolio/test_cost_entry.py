"""Typing the costs of a month, pasting many, and what the page of costs says about closed periods and corrections."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import CostLine, Initiative
from portfolio.services.locks import lock_period
from portfolio.services.money import record_costs
from tests.factories import NOW, actor, make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
COSTS = "/initiatives/claims/costs/"
MONTH = f"{COSTS}month/?month=2026-05"
HEAD = {"basis": "actual", "currency": "EUR", "note": ""}
HIDDEN = re.compile(r'name="ticket" value="([^"]+)"')
UNDO = re.compile(r'action="(/initiatives/claims/undo/[^"]+)"')


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


def spend(initiative: Initiative, on: str = "2026-05-04", amount: str = "100", **more: object) -> None:
    row = {"on": date.fromisoformat(on), "amount": Decimal(amount), "category": "people", **more}
    record_costs(actor=Actor.system(initiative.workspace), initiative=initiative, now=NOW, rows=[row])


def test_a_month_of_costs_is_saved_at_once_and_can_be_undone(admin: Client, initiative: Initiative) -> None:
    given = {**HEAD, "people-value": "15,760", "compute-value": "€ 13,790.50", "note": "Ledger 6120"}
    page = admin.post(MONTH, given, follow=True).content.decode()
    assert "2 costs saved for May 2026, together €29,550.50." in page
    lines = {line.category: (line.amount, line.on, line.note) for line in initiative.costs.all()}
    assert lines["compute"] == (Decimal("13790.5"), date(2026, 5, 31), "Ledger 6120")
    undo = UNDO.search(page)
    assert undo is not None
    again = admin.post(undo[1], follow=True)
    assert again.redirect_chain[-1][0] == MONTH
    assert not CostLine.objects.filter(superseded_at=None).exists()
    assert CostLine.objects.count() == 2


def test_a_month_sent_twice_is_recorded_once(admin: Client, initiative: Initiative) -> None:
    ticket = HIDDEN.search(admin.get(MONTH).content.decode())
    assert ticket is not None
    for _ in range(2):
        admin.post(MONTH, {**HEAD, "people-value": "100", "ticket": ticket[1]})
    assert initiative.costs.count() == 1


def test_one_faulty_amount_keeps_the_month_from_being_saved(admin: Client, initiative: Initiative) -> None:
    response = admin.post(MONTH, {**HEAD, "people-value": "100", "data-value": "a lot"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: " in page
    assert '<a href="#id_data-value">' in page
    assert not initiative.costs.exists()


def test_an_unlikely_amount_is_asked_about_and_kept_by_a_tick(admin: Client, initiative: Initiative) -> None:
    spend(initiative, "2026-04-04")
    page = admin.post(MONTH, {**HEAD, "people-value": "1000"}).content.decode()
    assert "10× the last reading (100): right?" in page
    admin.post(MONTH, {**HEAD, "people-value": "1000", "all-right": "on"})
    assert initiative.costs.filter(amount=1000).exists()


def test_a_plan_may_be_as_large_as_it_is(admin: Client, initiative: Initiative) -> None:
    spend(initiative, "2026-04-04")
    admin.post(MONTH, {**HEAD, "people-value": "1000", "basis": "plan"})
    assert initiative.costs.get(amount=1000).basis == "plan"


def test_the_page_says_what_the_month_has_already(admin: Client, initiative: Initiative) -> None:
    spend(initiative, amount="250")
    spend(initiative, "2026-04-04")
    spend(initiative, amount="300", basis="plan")
    page = admin.get(MONTH).content.decode()
    assert "€250 is recorded already; an amount here is added to it." in page
    assert "€100" in page
    assert "€300" in page


def test_a_closed_month_names_who_closed_it_and_takes_nothing(
    admin: Client, workspace: Workspace, initiative: Initiative
) -> None:
    spend(initiative)
    lock_period(actor=actor(workspace, Role.FINANCE), now=NOW, through=date(2026, 5, 31))
    page = admin.get(MONTH).content.decode()
    assert "finance closed" in page
    assert "Ask finance to reopen it." in page
    assert 'name="people-value"' not in page
    assert admin.post(MONTH, {**HEAD, "people-value": "5"}).status_code == 400
    listed = admin.get(f"{COSTS}?year=2026").content.decode()
    assert 'class="closed"' in listed
    assert "Everything up to May 31, 2026 is closed, by finance" in re.sub("<[^>]+>", "", listed)
    assert "Correct<span" not in listed


def test_pasted_lines_say_what_they_are_for_and_what_kind(admin: Client, initiative: Initiative) -> None:
    lines = (
        "2026-05-31\t1,200\tLicences\tplan\tseats\n"
        "31.05.2026\tUSD 90.50\tchange and training\n"
        "2026-05-30\t(5)\tcredit note\n"
    )
    given = {"lines": lines, "category": "other", "basis": "actual", "currency": "eur"}
    page = admin.post(f"{COSTS}paste/", given, follow=True).content.decode()
    assert "3 costs saved." in page
    rows = initiative.costs.order_by("amount").values_list("amount", "currency", "category", "basis", "note")
    assert list(rows) == [
        (-5, "EUR", "other", "actual", "credit note"),
        (Decimal("90.5"), "USD", "change", "actual", ""),
        (1200, "EUR", "licences", "plan", "seats"),
    ]


def test_two_pasted_lines_that_say_the_same_are_two_costs(admin: Client, initiative: Initiative) -> None:
    ticket = HIDDEN.search(admin.get(f"{COSTS}paste/").content.decode())
    assert ticket is not None
    given = {"lines": "2026-05-31\t10\n2026-05-31\t10\n", "category": "other", "basis": "actual", "currency": "EUR"}
    for _ in range(2):
        admin.post(f"{COSTS}paste/", {**given, "ticket": ticket[1]})
    assert initiative.costs.count() == 2


def test_a_faulty_pasted_line_is_named_and_nothing_is_saved(admin: Client, initiative: Initiative) -> None:
    given = {"lines": "2026-05-31\t10\n2026-05-31\tten\n", "category": "other", "basis": "actual", "currency": "EUR"}
    page = admin.post(f"{COSTS}paste/", given).content.decode()
    assert "Line 2: “ten” is not an amount of money" in page
    assert not initiative.costs.exists()


def test_a_corrected_cost_shows_what_it_said_before_and_why(admin: Client, initiative: Initiative) -> None:
    admin.post(COSTS, {**HEAD, "on": "2026-05-04", "amount": "100", "category": "people"})
    for amount in ("110", "120"):
        line = initiative.costs.get(superseded_at=None)
        change = {**HEAD, "on": "2026-05-04", "amount": amount, "category": "people", "reason": f"Is {amount}"}
        admin.post(f"{COSTS}{line.pk}/", change)
    page = admin.get(f"{COSTS}{initiative.costs.get(superseded_at=None).pk}/").content.decode()
    assert page.index("€110.00") < page.index("€100.00")
    assert "Is 120" in page
    listed = admin.get(f"{COSTS}?year=2026").content.decode()
    assert "Corrected and withdrawn" in listed
    assert "Is 110" in listed


def test_an_initiative_without_costs_says_what_that_means(
    admin: Client, initiative: Initiative, colleague: Membership
) -> None:
    page = admin.get(COSTS).content.decode()
    assert "No costs yet" in page
    assert f'href="{COSTS}month/"' in page
    assert "a return cannot be worked out" in signed_in(colleague).get(COSTS).content.decode()


def test_a_cost_that_is_recorded_already_is_asked_about(admin: Client, initiative: Initiative) -> None:
    spend(initiative)
    given = {**HEAD, "on": "2026-05-04", "amount": "100", "category": "people"}
    page = admin.post(COSTS, given).content.decode()
    assert "Amount: The same cost is recorded for that day already." in page
    assert 'name="another"' in page
    assert 'name="another"' not in admin.get(COSTS).content.decode()
    assert initiative.costs.count() == 1
    admin.post(COSTS, {**given, "another": "on"})
    assert initiative.costs.count() == 2


def test_another_amount_or_day_is_no_twin(admin: Client, initiative: Initiative) -> None:
    spend(initiative)
    for change in ({"amount": "101"}, {"on": "2026-05-05"}, {"basis": "plan"}):
        given = {**HEAD, "on": "2026-05-04", "amount": "100", "category": "people", **change}
        assert admin.post(COSTS, given).status_code == 302


def test_spend_against_budget_is_drawn_for_each_currency(admin: Client, initiative: Initiative) -> None:
    spend(initiative)
    spend(initiative, currency="USD")
    page = admin.get(f"{COSTS}?year=2026").content.decode()
    assert 'id="spend-eur"' in page
    assert 'id="spend-usd"' in page


def test_those_who_may_not_write_money_are_told_so(workspace: Workspace, initiative: Initiative) -> None:
    reader = signed_in(make_member(workspace, Role.EXECUTIVE))
    assert reader.get(MONTH).status_code == 403
    assert reader.post(f"{COSTS}paste/", {}).status_code == 403
