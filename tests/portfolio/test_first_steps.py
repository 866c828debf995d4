"""From a new initiative to its first return: five steps, each saved by itself, and a warning of duplicates."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.contexts.first_steps import first_steps
from portfolio.models import Initiative, Kpi
from portfolio.services.money import record_costs
from portfolio.services.readings import record_readings
from tests.factories import NOW, make_initiative, make_kpi, make_member
from tests.portfolio.test_pages_initiatives import NEW, signed_in

pytestmark = pytest.mark.django_db
START = "/initiatives/claims/start/"
WINDOW = {"baseline_from": date(2026, 1, 1), "baseline_to": date(2026, 3, 31)}


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


def words(initiative: Initiative) -> list[str]:
    return [step.word for step in first_steps(initiative).steps]


def read(kpi: Kpi, *months: int) -> None:
    rows = [{"on": date(2026, month, 28), "value": Decimal(month)} for month in months]
    record_readings(actor=Actor.system(kpi.workspace), kpi=kpi, now=NOW, rows=rows)


def test_after_recording_the_first_steps_say_what_is_missing(admin: Client) -> None:
    page = admin.post("/initiatives/new/", NEW, follow=True).content.decode()
    assert "What is missing for a first return of Claims triage" in page
    assert "1 of 5 steps are done." in page
    assert "Cannot start yet" in page
    assert 'href="/initiatives/claims-triage/kpis/new/?step=3"' in page


def test_each_step_is_done_by_what_is_recorded(workspace: Workspace) -> None:
    initiative = make_initiative(workspace, sponsor="Lena Brandt", planned_go_live=date(2026, 9, 1))
    assert words(initiative) == ["Done", "Done", "To do", "Cannot start yet", "To do"]
    kpi = make_kpi(initiative, targets=[{"on": date(2026, 12, 31), "value": 5}])
    assert words(initiative) == ["Done", "Done", "Done", "To do", "To do"]
    Kpi.objects.update(**WINDOW)
    read(kpi, 1, 2)
    assert "2 of at least 3 readings" in first_steps(initiative).steps[3].why
    read(kpi, 3)
    row = {"on": date(2026, 5, 4), "amount": Decimal(1)}
    record_costs(actor=Actor.system(workspace), initiative=initiative, now=NOW, rows=[row])
    assert words(initiative) == ["Done"] * 5
    assert first_steps(initiative).next is None


def test_readings_after_the_baseline_do_not_make_it(workspace: Workspace) -> None:
    kpi = make_kpi(make_initiative(workspace), **WINDOW)
    read(kpi, 3, 4, 5)
    assert "1 of at least 3 readings" in first_steps(kpi.initiative).steps[3].why


def test_who_comes_from_the_steps_goes_back_to_them(admin: Client, workspace: Workspace) -> None:
    make_initiative(workspace)
    edit = admin.get("/initiatives/claims/edit/?step=2").content.decode()
    assert "Step 2 of 5" in edit
    changed = {**NEW, "name": "Claims", "sponsor": "Lena", "planned_go_live": "2026-09-01"}
    assert admin.post("/initiatives/claims/edit/?step=2", changed).headers["Location"] == START
    cost = {"basis": "actual", "currency": "EUR", "people-value": "5"}
    assert admin.post("/initiatives/claims/costs/month/?step=5", cost).headers["Location"] == START


def test_the_third_step_offers_ideas_for_such_work(admin: Client, workspace: Workspace) -> None:
    make_initiative(workspace, kind="Forecasting")
    page = admin.get("/initiatives/claims/kpis/new/?step=3").content.decode()
    assert page.count("&amp;step=3") == 6
    chosen = admin.get("/initiatives/claims/kpis/new/?idea=stock&step=3").content.decode()
    assert 'value="Stock held"' in chosen
    assert "Step 3 of 5" in chosen


def test_the_first_steps_take_the_same_queries_for_more_kpis(
    admin: Client, workspace: Workspace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    initiative = make_initiative(workspace)
    make_kpi(initiative)
    admin.get(START)
    with django_assert_max_num_queries(10) as few:
        admin.get(START)
    for number in range(3):
        make_kpi(initiative, name=f"KPI {number}")
    with django_assert_max_num_queries(len(few)):
        admin.get(START)


def test_a_stranger_does_not_see_the_steps_and_a_reader_cannot_take_them(
    workspace: Workspace, stranger: Membership
) -> None:
    make_initiative(workspace)
    assert signed_in(stranger).get(START).status_code == 404
    reader = signed_in(make_member(workspace, Role.EXECUTIVE))
    assert "?step=" not in reader.get(START).content.decode()
    assert reader.post(START).status_code == 405


@pytest.mark.parametrize("name", ["Claims triage", "claims  TRIAGE!", "Triage claims", "Claim triage"])
def test_an_initiative_of_almost_the_same_name_is_warned_about(admin: Client, workspace: Workspace, name: str) -> None:
    make_initiative(workspace, "first", name="Claims triage", unit="Operations")
    response = admin.post("/initiatives/new/", {**NEW, "name": name})
    page = response.content.decode()
    assert response.status_code == 400
    assert "There is an initiative of almost this name." in page
    assert '<a href="/initiatives/first/">Claims triage</a>, Operations' in page
    assert Initiative.objects.count() == 1
    admin.post("/initiatives/new/", {**NEW, "name": name, "another": "on"})
    assert Initiative.objects.count() == 2


@pytest.mark.parametrize("name", ["Claims payment", "Invoice triage", "Fraud"])
def test_another_name_is_no_duplicate(admin: Client, workspace: Workspace, name: str) -> None:
    make_initiative(workspace, "first", name="Claims triage")
    admin.post("/initiatives/new/", {**NEW, "name": name})
    assert Initiative.objects.count() == 2


def test_a_folded_part_with_a_fault_is_unfolded(admin: Client) -> None:
    page = admin.post("/initiatives/new/", {**NEW, "currency": "EUX"}).content.decode()
    folded = [part.split("</summary>")[0] for part in page.split('<details class="card"')[1:]]
    assert [part.startswith(" open") for part in folded] == [False, True, False]
