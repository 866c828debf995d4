"""Drivers and the hurdle of one initiative on pages."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import Driver, Initiative, InitiativeHurdle
from tests.factories import make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
DRIVERS = "/initiatives/claims/drivers/"
HURDLE = "/initiatives/claims/hurdle/"


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def finance(colleague: Membership, initiative: Initiative) -> Client:
    return signed_in(colleague)


def test_every_driver_says_what_holds_without_own_figures(finance: Client) -> None:
    page = finance.get(DRIVERS).content.decode()
    assert page.count("Without your own figures") == 6


def test_a_factor_is_recorded_and_a_newer_view_keeps_the_older(finance: Client) -> None:
    finance.post(f"{DRIVERS}cost/", {"p10": "0.9", "p50": "1", "p90": "1.4"})
    finance.post(f"{DRIVERS}cost/", {"p10": "1", "p50": "1.2", "p90": "1.6", "note": "Offer of the vendor"})
    assert list(Driver.objects.live().values_list("p10", "p50", "p90")) == [(1, Decimal("1.2"), Decimal("1.6"))]
    page = finance.get(f"{DRIVERS}cost/").content.decode()
    assert "no longer holds: A newer view" in page
    assert "Offer of the vendor" in finance.get(DRIVERS).content.decode()


def test_a_share_is_written_in_percent(finance: Client) -> None:
    finance.post(f"{DRIVERS}adoption/", {"p10": "40", "p50": "60%", "p90": "80"})
    driver = Driver.objects.get()
    assert (driver.p10, driver.p50, driver.p90) == (Decimal("0.4"), Decimal("0.6"), Decimal("0.8"))
    assert 'value="40"' in finance.get(f"{DRIVERS}adoption/").content.decode()


@pytest.mark.parametrize(
    ("name", "points", "place"),
    [
        ("cost", ("1", "0.9", "1.4"), "p50"),
        ("cost", ("1", "1.2", "1.1"), "p90"),
        ("cost", ("0", "1", "2"), "p10"),
        ("cost", ("1", "1", "1e9"), "p90"),
        ("delay", ("-1", "0", "2"), "p10"),
        ("ramp", ("1", "2", "500"), "p90"),
        ("adoption", ("50", "80", "120"), "p90"),
        ("decay", ("", "5", "10"), "p10"),
    ],
)
def test_points_that_cannot_be_are_named(finance: Client, name: str, points: tuple[str, str, str], place: str) -> None:
    response = finance.post(f"{DRIVERS}{name}/", dict(zip(("p10", "p50", "p90"), points, strict=True)))
    assert response.status_code == 400
    assert f'id="id_{place}_error"' in response.content.decode()
    assert not Driver.objects.exists()


def test_there_is_no_other_driver(finance: Client) -> None:
    assert finance.get(f"{DRIVERS}weather/").status_code == 404


def test_a_manager_records_drivers_of_what_is_theirs_alone(workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, "mine", owner="owner@acme.example")
    make_initiative(workspace, "theirs")
    client, points = signed_in(owner), {"p10": "1", "p50": "2", "p90": "3"}
    assert client.post("/initiatives/mine/drivers/delay/", points).status_code == 302
    assert client.post("/initiatives/theirs/drivers/delay/", points).status_code == 403
    page = client.get("/initiatives/theirs/drivers/delay/").content.decode()
    assert '<form method="post" novalidate' not in page


def test_finance_asks_another_return_and_says_why(finance: Client) -> None:
    sent = {"value": "40", "on": "2026-06-01", "note": "Depends on one vendor"}
    finance.post(HURDLE, sent)
    hurdle = InitiativeHurdle.objects.get()
    assert (hurdle.value, hurdle.on) == (Decimal("0.4"), date(2026, 6, 1))
    page = finance.get(HURDLE).content.decode()
    assert "Holds today: 40%, its own since" in page
    assert "Depends on one vendor" in page


@pytest.mark.parametrize(
    ("fault", "place"), [({"note": ""}, "note"), ({"value": "-150"}, "value"), ({"on": "soon"}, "on")]
)
def test_a_hurdle_without_reason_or_measure_is_refused(finance: Client, fault: dict[str, str], place: str) -> None:
    response = finance.post(HURDLE, {"value": "40", "on": "2026-06-01", "note": "Vendor", **fault})
    assert response.status_code == 400
    assert f'id="id_{place}_error"' in response.content.decode()
    assert not InitiativeHurdle.objects.exists()


def test_only_finance_sets_the_hurdle(workspace: Workspace, initiative: Initiative) -> None:
    client = signed_in(make_member(workspace, Role.ADMIN))
    assert client.post(HURDLE, {"value": "40", "on": "2026-06-01", "note": "x"}).status_code == 403
    assert "set by people with the finance role" in client.get(HURDLE).content.decode()
