"""Where saved time went, on the value page, on the overview, in the entries of a figure, and in the API."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, Workspace
from metrics.models import CurrentSnapshot
from metrics.services import refresh, refresh_portfolio
from portfolio.models import Initiative
from portfolio.services.proof import record_destinations
from tests.calls import api_of
from tests.factories import make_initiative
from tests.metrics.record import NOW, measure, spend, system
from tests.metrics.test_effect_trace import READINGS

SPLIT = {
    "cash_out": {"indicative": "5.00"},
    "redeployed": {"indicative": "10.00"},
    "unknown": {"indicative": "5.00"},
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def claims(workspace: Workspace) -> Initiative:
    """Twenty euros of saved time in three months: a quarter left as cash, half was redeployed."""
    row = make_initiative(workspace, "claims", go_live="2026-02-01")
    spend(row, "2026-01-05", 1000)
    shares = {"on": date(2026, 1, 1), "cash_out": Decimal("0.25"), "redeployed": Decimal("0.5")}
    record_destinations(actor=system(row), kpi=measure(row, READINGS), now=NOW, rows=[shares])
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    return row


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def rows(table: Any) -> list[tuple[str, ...]]:
    return [row[:3] for row in (*table.rows, table.total)]


TABLE = [
    ("Left as cash", "–", "€5.00"),
    ("Redeployed", "–", "€10"),
    ("Not known", "–", "€5.00"),
    ("Total", "–", "€20"),
]


def test_the_value_page_shows_where_saved_time_went(claims: Initiative, reader: Client) -> None:
    response = reader.get("/initiatives/claims/value/")
    assert rows(response.context["page"].saved_time) == TABLE
    assert "Where saved time went" in response.content.decode()


def test_the_overview_shows_where_saved_time_went(claims: Initiative, reader: Client) -> None:
    assert rows(reader.get("/").context["overview"].evidence.content.saved_time) == TABLE


def test_an_initiative_that_saves_no_time_has_no_such_table(workspace: Workspace, reader: Client) -> None:
    spend(make_initiative(workspace, "plants"), "2026-01-05", 1000)
    refresh(workspace=workspace, now=NOW)
    assert "Where saved time went" not in reader.get("/initiatives/plants/value/").content.decode()


def test_the_api_says_where_saved_time_went(claims: Initiative, workspace: Workspace) -> None:
    api = api_of(workspace)
    assert api.get("initiatives/claims/roi/").json()["saved_time"] == SPLIT
    assert api.get("portfolio/").json()["saved_time"] == SPLIT


def test_entries_say_where_saved_time_went(claims: Initiative, workspace: Workspace, reader: Client) -> None:
    identity = f"{CurrentSnapshot.objects.get().snapshot_id}-benefit_indicative"
    labels = {line.label for line in reader.get(f"/figures/{identity}/").context["page"].flows.lines}
    assert labels == {f"{name}: effect on Handle time" for name in TIMES}
    flows = api_of(workspace).get(f"figures/{identity}/").json()["flows"]
    assert {flow["saved_time"] for flow in flows} == set(SPLIT)


TIMES = ("Cash (left as cash)", "Capacity (redeployed)", "Capacity")
