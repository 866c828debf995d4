"""The smallest change that a KPI can show, on its page and over the API, before anything is rolled out."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.core.periods import add_months
from portfolio.models import Kpi
from portfolio.services.readings import record_readings
from tests.calls import api_of
from tests.factories import NOW, make_initiative, make_kpi

pytestmark = pytest.mark.usefixtures("_clock")
HISTORY = ("10.2", "11.1", "9.8", "10.7", "11.4", "10.1", "9.6", "10.9", "11.2", "10.4", "9.9", "10.6") * 2


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def kpi_with(workspace: Workspace, count: int) -> Kpi:
    kpi = make_kpi(make_initiative(workspace, "claims"))
    days = [add_months(date(2024, 1, 31), place) for place in range(count)]
    rows = [{"on": on, "value": Decimal(value)} for on, value in zip(days, HISTORY, strict=False)]
    record_readings(actor=Actor.system(workspace), kpi=kpi, now=NOW, rows=rows)
    return kpi


def test_page_says_how_small_a_change_more_months_would_show(
    workspace: Workspace, client: Client, owner: Membership
) -> None:
    kpi = kpi_with(workspace, 24)
    client.force_login(owner.user)
    page = client.get(f"/initiatives/claims/kpis/{kpi.pk}/detectable/").context["page"]
    assert page.sentences[1] == (
        "With 12 more months this KPI can show a change of about ±1.05 minutes per month; "
        "smaller ones will not be told from noise."
    )
    assert page.basis == "From the noise of 24 months before the first use, and full use from the first month."


def test_page_with_too_few_readings_says_what_is_needed(
    workspace: Workspace, client: Client, owner: Membership
) -> None:
    kpi = kpi_with(workspace, 5)
    client.force_login(owner.user)
    page = client.get(f"/initiatives/claims/kpis/{kpi.pk}/detectable/").context["page"]
    assert (page.sentences, page.basis) == ((), "")
    assert page.problem.endswith("8 readings from before the first use are needed, there are 5.")


def test_the_pages_of_a_design_and_of_the_initiative_lead_there(
    workspace: Workspace, client: Client, owner: Membership
) -> None:
    kpi = kpi_with(workspace, 24)
    client.force_login(owner.user)
    for path in (f"/initiatives/claims/kpis/{kpi.pk}/proof/", "/initiatives/claims/"):
        assert f"/initiatives/claims/kpis/{kpi.pk}/detectable/" in client.get(path).content.decode()


def test_api_gives_each_number_of_periods_a_value(workspace: Workspace) -> None:
    kpi = kpi_with(workspace, 24)
    answer = api_of(workspace).get(f"kpis/{kpi.pk}/detectable/").json()
    assert (answer["cadence"], answer["before"], answer["controls"]) == ("monthly", 24, 0)
    assert [row["after"] for row in answer["detectable"]] == [6, 12, 24]
    assert all(re.fullmatch(r"\d\.\d{6}", row["value"]) and row["reason"] is None for row in answer["detectable"])


def test_api_gives_a_reason_without_readings(workspace: Workspace) -> None:
    row = api_of(workspace).get(f"kpis/{kpi_with(workspace, 0).pk}/detectable/").json()["detectable"][0]
    assert (row["value"], row["reason"]) == (None, "NO_READINGS")


def test_a_stranger_finds_neither(workspace: Workspace, client: Client, stranger: Membership) -> None:
    kpi = kpi_with(workspace, 24)
    client.force_login(stranger.user)
    assert client.get(f"/initiatives/claims/kpis/{kpi.pk}/detectable/").status_code == 404
    assert api_of(stranger.workspace).get(f"kpis/{kpi.pk}/detectable/").status_code == 404


def test_a_kpi_of_another_initiative_is_not_found_and_nothing_is_written(
    workspace: Workspace, client: Client, owner: Membership
) -> None:
    kpi = kpi_with(workspace, 24)
    make_initiative(workspace, "other")
    client.force_login(owner.user)
    assert client.get(f"/initiatives/other/kpis/{kpi.pk}/detectable/").status_code == 404
    assert client.post(f"/initiatives/claims/kpis/{kpi.pk}/detectable/").status_code == 405
    assert api_of(workspace).post(f"kpis/{kpi.pk}/detectable/", {}).status_code == 405
