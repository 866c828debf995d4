"""The stage strip above the list: stored with the totals, stale only as long as they are, and honest about money."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.models import CurrentPortfolio
from metrics.services import refresh, refresh_portfolio
from portfolio.models import Initiative
from portfolio.services.money import record_costs
from tests.factories import NOW, make_initiative
from tests.metrics.made_up import made_up_portfolio

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def test_each_arrow_tells_how_many_who_is_stuck_how_long_and_what_was_spent(
    workspace: Workspace, reader: Client
) -> None:
    made_up_portfolio(workspace)
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    strip = reader.get("/initiatives/").context["list"].strip
    arrows = {arrow.label: arrow for arrow in strip.arrows}
    assert {label: arrow.count for label, arrow in arrows.items()} == {
        "Idea": "1", "Pilot": "1", "Build": "none", "Run": "1",
    }  # fmt: skip
    days = (NOW.date() - Initiative.objects.get(key="plants").stage_since).days
    assert arrows["Pilot"].here == f"median {days} days here"
    assert (arrows["Pilot"].stuck, arrows["Run"].stuck) == ("1 stuck", "")
    assert arrows["Idea"].spent == "no cost recorded"
    assert arrows["Run"].spent.startswith("€")


def test_the_number_leads_to_its_initiatives(workspace: Workspace, reader: Client) -> None:
    made_up_portfolio(workspace)
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    assert 'href="/initiatives/?stage=run"' in reader.get("/initiatives/").content.decode()
    listed = reader.get("/initiatives/?stage=run").context["list"]
    assert [row.key for row in listed.rows] == ["claims"]
    assert listed.narrowed_by == "stage is Production or scaled"
    assert [row.key for row in reader.get("/initiatives/?stage=ideas").context["list"].rows] == ["idea"]


def test_money_without_a_rate_is_told_and_not_counted_as_nothing(workspace: Workspace, reader: Client) -> None:
    made_up_portfolio(workspace)
    line = {"on": NOW.date(), "amount": Decimal(9), "currency": "JPY", "category": "people"}
    idea = Initiative.objects.get(key="idea")
    record_costs(actor=Actor.system(workspace), initiative=idea, now=NOW, rows=[line])
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    arrow = reader.get("/initiatives/").context["list"].strip.arrows[0]
    assert arrow.spent == "spend has no exchange rate"


def test_there_is_no_strip_before_the_first_totals_nor_of_a_past_day(
    workspace: Workspace, reader: Client, clock: time_machine.Traveller
) -> None:
    make_initiative(workspace, "fresh")
    assert reader.get("/initiatives/").context["list"].strip.arrows == ()
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    clock.shift(timedelta(days=2))
    day = NOW.date().isoformat()
    assert reader.get(f"/initiatives/?as_of={day}").context["list"].strip.arrows == ()


def test_totals_of_an_older_release_get_their_strip_with_the_next_refresh(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "fresh")
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    CurrentPortfolio.objects.update(stages={})
    refresh_portfolio(workspace=workspace, now=NOW)
    assert reader.get("/initiatives/").context["list"].strip.arrows[0].count == "1"
