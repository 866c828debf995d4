"""No page of the record side shows or changes anything for a stranger, and none is left out of this list."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import BusinessUnit, Membership, Workspace
from portfolio.models import CostLine, Kpi, Programme
from portfolio.services.adoption import record_adoption
from portfolio.services.assessments import record_assessment, record_event
from portfolio.services.cases import freeze_case
from portfolio.services.drivers import record_drivers, set_hurdle
from portfolio.services.initiatives import archive_initiative
from portfolio.services.locks import lock_period
from portfolio.services.mitigations import record_mitigation
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.prices import record_prices
from portfolio.services.proof import preregister, record_control_doses, record_destinations, record_trials
from portfolio.services.rates import record_rates
from portfolio.services.ratings import record_ratings
from portfolio.services.readings import record_readings
from portfolio.services.stages import change_stage
from portfolio.urls import urlpatterns
from tests.factories import NOW, make_initiative, make_kpi, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
Address = Callable[[str], str]
FOR_EVERYONE = {"setup", "rubric", "find"}
WITH_TESTS_OF_THEIR_OWN = {"audit", "initiative_start", "kpi_restore", "many_assign", "many_tag", "undo"}
FILES = {"evidence", "mitigations_csv", "assessments_csv"}
OF_THE_OWN_WORKSPACE = {
    "initiative_new", "settings", "settings_workspace", "settings_dated", "exchange_rates", "unit_new", "programme_new",
    "period_locks", "price_index",
}  # fmt: skip
WITHOUT_ID = {
    "period_locks",
    "price_index",
    "kpi_new",
    "benefit_new",
    "cost_month",
    "cost_lines",
    "unit_new",
    "programme_new",
    "stage",
    "assessment",
}
FINANCE = {"benefit_confirm", "rate_withdraw", "price_withdraw", "hurdle_withdraw", "case_approve", "period_reopen"}
NAMES = [str(pattern.name) for pattern in urlpatterns if isinstance(pattern, URLPattern)]
RECORDS = [
    name
    for name in NAMES
    if name not in FOR_EVERYONE | FILES | OF_THE_OWN_WORKSPACE | WITH_TESTS_OF_THEIR_OWN
    and not name.startswith("import")
]


def facts_of_proof(kpi: Kpi) -> dict[str, int]:
    """One fact of each kind that proves an effect, by the name of its page."""
    given: dict[str, Any] = {"actor": Actor.system(kpi.workspace), "kpi": kpi, "now": NOW}
    on = date(2026, 5, 4)
    arms = {f"{arm}_{part}": Decimal(4) for arm in ("treated", "control") for part in ("mean", "deviation")}
    trial = {"on": on, "allocated_on": on, "randomised": "teams", "treated_count": 4, "control_count": 4, **arms}
    dose = {"on": on, "series": "north", "share": Decimal(0)}
    return {
        "preregistration": preregister(**given).pk,
        "trial": record_trials(**given, rows=[trial]).created[0].pk,
        "control_dose": record_control_doses(**given, rows=[dose]).created[0].pk,
        "destination": record_destinations(**given, rows=[{"on": on, "cash_out": Decimal(1)}]).created[0].pk,
    }


@pytest.fixture
def address(workspace: Workspace) -> Address:
    """The address of each page for rows of this workspace."""
    system, initiative = Actor.system(workspace), make_initiative(workspace)
    kpi = make_kpi(initiative)
    money = [{"on": date(2026, 5, 4), "amount": Decimal(1)}]
    reading = record_readings(actor=system, kpi=kpi, now=NOW, rows=[{"on": date(2026, 5, 4), "value": Decimal(1)}])
    cost = record_costs(actor=system, initiative=initiative, now=NOW, rows=money)
    benefit = record_benefits(
        actor=system, initiative=initiative, now=NOW, rows=[{**money[0], "benefit_class": "cash"}]
    )
    now: dict[str, Any] = {"actor": system, "initiative": initiative, "now": NOW}
    stage = change_stage(**now, to="pilot", effective_on=date(2026, 5, 4))
    assessment = record_assessment(**now, row={"on": date(2026, 5, 4), "scores": {"integration": "0.5"}})
    action = record_mitigation(
        **now, row={"cause": "integration", "what": "Sign the agreement", "due": date(2026, 7, 1)}
    )
    event = record_event(**now, row={"on": date(2026, 5, 4), "kind": "incident"})
    said = {"on": date(2026, 5, 4), "rated_by": "Audit", "rating": "red", "scale": "three"}
    rating = record_ratings(**now, rows=[said])
    proof = facts_of_proof(kpi)
    driver = {"name": "cost", "p10": Decimal(1), "p50": Decimal(1), "p90": Decimal(2)}
    drivers = record_drivers(**now, rows=[driver])
    hurdle = set_hurdle(**now, value=Decimal("0.4"), on=date(2026, 5, 4), note="risky")
    price = record_prices(actor=system, now=NOW, rows=[{"on": date(2026, 5, 1), "value": Decimal(100)}])
    adoption = record_adoption(**now, rows=[{"on": date(2026, 5, 4), "share": Decimal("0.5")}])
    euro = {"on": date(2026, 5, 4), "base": "EUR", "quote": "USD", "rate": Decimal("1.1")}
    rates = record_rates(actor=system, now=NOW, rows=[euro])
    plan = {**money[0], "basis": "plan"}
    record_costs(actor=system, initiative=initiative, now=NOW, rows=[plan])
    freeze_case(**now)
    archived = make_initiative(workspace, "archived")
    archive_initiative(actor=system, initiative=archived, now=NOW)
    rows = {
        "stage": stage.pk,
        "assessment": assessment.pk,
        "event": event.pk,
        "rating": rating.created[0].pk,
        "mitigation": action.pk,
        "adoption": adoption.created[0].pk,
        "driver": drivers.created[0].pk,
        "hurdle": hurdle.pk,
        "price": price.created[0].pk,
        "rate": rates.created[0].pk,
        "kpi": kpi.pk,
        "cost": cost.created[0].pk,
        "benefit": benefit.created[0].pk,
        "period": lock_period(actor=system, now=NOW, through=date(2026, 4, 30)).pk,
        "unit": BusinessUnit.objects.create(workspace=workspace, name="Plants").pk,
        "programme": Programme.objects.create(workspace=workspace, name="Service").pk,
    }

    def of(name: str) -> str:
        arguments: dict[str, object] = {}
        if name not in {"unit", "programme", "rate_withdraw", "price_withdraw", "period_reopen"} | OF_THE_OWN_WORKSPACE:
            arguments["key"] = (archived if name == "initiative_restore" else initiative).key
        of_kpi = {"reading": reading.created[0].pk, **proof}
        if name.removesuffix("_withdraw") in of_kpi:
            arguments |= {"kpi_pk": kpi.pk, "pk": of_kpi[name.removesuffix("_withdraw")]}
        elif name == "case_approve":
            arguments["version"] = 1
        elif name == "driver":
            arguments["name"] = "cost"
        elif name.partition("_")[0] in rows and name not in WITHOUT_ID:
            arguments["pk"] = rows[name.partition("_")[0]]
        return reverse(name, kwargs=arguments)

    return of


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_404(address: Address, stranger: Membership, name: str, method: str) -> None:
    response = getattr(signed_in(stranger), method)(address(name))
    assert response.status_code == 404


@pytest.mark.parametrize("name", RECORDS)
def test_nobody_gets_in_without_signing_in(address: Address, client: Client, name: str) -> None:
    response = client.get(address(name))
    assert response.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("name", RECORDS)
def test_other_methods_are_refused(workspace: Workspace, address: Address, name: str) -> None:
    client = signed_in(make_member(workspace, Role.ADMIN))
    assert client.delete(address(name)).status_code == 405


@pytest.mark.parametrize("name", RECORDS)
def test_executives_change_nothing(workspace: Workspace, address: Address, name: str) -> None:
    client = signed_in(make_member(workspace, Role.EXECUTIVE))
    assert client.post(address(name), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", RECORDS)
def test_members_see_the_page(workspace: Workspace, address: Address, name: str) -> None:
    role = Role.FINANCE if name in FINANCE else Role.ADMIN
    page = signed_in(make_member(workspace, role)).get(address(name))
    assert page.status_code == 200
    assert " style=" not in page.content.decode()


def test_a_manager_writes_what_is_theirs_and_reads_the_rest(workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, "mine", owner="owner@acme.example")
    make_initiative(workspace, "theirs")
    client = signed_in(owner)
    assert client.get("/initiatives/mine/edit/").status_code == 200
    assert client.get("/initiatives/theirs/edit/").status_code == 403
    assert client.get("/initiatives/theirs/costs/").status_code == 200


def test_a_manager_writes_what_belongs_to_their_unit(workspace: Workspace) -> None:
    unit = BusinessUnit.objects.create(workspace=workspace, name="Plants")
    make_initiative(workspace, "ours", unit="Plants")
    client = signed_in(make_member(workspace, Role.MANAGER, unit=unit))
    sent = {"on": "2026-05-04", "amount": "5", "currency": "EUR", "category": "data", "basis": "actual"}
    client.post("/initiatives/ours/costs/", sent)
    assert CostLine.objects.get().amount == 5


@pytest.mark.parametrize("name", [name for name in RECORDS if name.endswith(("withdraw", "correct", "confirm"))])
def test_a_page_about_one_line_has_a_way_back(workspace: Workspace, address: Address, name: str) -> None:
    role = Role.FINANCE if name in FINANCE else Role.ADMIN
    page = signed_in(make_member(workspace, role)).get(address(name)).content.decode()
    assert ">Cancel</a>" in page
