"""A past day in the address of any page: it is shown, or the page says plainly that it cannot."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Workspace
from metrics.models import CurrentPortfolio, CurrentSnapshot
from metrics.services import refresh, refresh_portfolio
from portfolio.models import Initiative
from portfolio.services.stages import change_stage
from tests.factories import make_initiative
from tests.metrics.record import NOW, earn, measure, spend, system

DAY = date(2026, 3, 31)
MARCH = NOW.replace(month=3, day=10)
KEEPING = [
    "/",
    "/initiatives/",
    "/initiatives/claims/",
    "/initiatives/claims/value/",
    "/initiatives/claims/risk/integration/",
    "/risk/",
]
OF_NOW = [
    "/initiatives/claims/kpis/",
    "/initiatives/claims/costs/",
    "/initiatives/claims/evidence/",
    "/initiatives/claims/history/",
    "/initiatives/claims/stage/",
    "/initiatives/claims/business-case/",
    "/alerts/",
    "/reports/",
    "/method/",
    "/settings/",
    "/help/keys/",
]
PLAINLY = "This page shows what is recorded now."


@pytest.fixture
def reader(client: Client, colleague: Membership) -> Client:
    client.force_login(colleague.user)
    return client


@pytest.fixture
def portfolio(workspace: Workspace) -> Initiative:
    """In March 100 was spent and 50 had come back; since then 250 more."""
    row = make_initiative(workspace, "claims", now=MARCH, name="Claims")
    change_stage(actor=system(row), initiative=row, now=MARCH, to="pilot", effective_on=date(2026, 1, 5))
    spend(row, "2026-01-05", 100, now=MARCH)
    earn(row, "2026-02-28", 50, now=MARCH)
    measure(row, {"2025-12-31": 10, "2026-01-31": 9})
    earn(row, "2026-03-30", 250, now=NOW)
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    return row


@pytest.mark.parametrize("path", KEEPING)
def test_a_page_of_figures_shows_the_day_and_the_way_back(portfolio: Initiative, reader: Client, path: str) -> None:
    with time_machine.travel(NOW, tick=False):
        text = reader.get(path, {"as_of": DAY.isoformat()}).content.decode()
    assert ("As believed at the end of" in text, "Back to today" in text, PLAINLY in text) == (True, True, False)


@pytest.mark.parametrize("path", OF_NOW)
def test_a_page_that_cannot_show_a_past_day_says_so(portfolio: Initiative, reader: Client, path: str) -> None:
    with time_machine.travel(NOW, tick=False):
        text = reader.get(path, {"as_of": DAY.isoformat()}).content.decode()
        assert PLAINLY not in reader.get(path).content.decode()
    assert PLAINLY in text
    assert f'href="/?as_of={DAY}"' in text


def test_a_figure_leads_to_what_was_believed_of_it(portfolio: Initiative, reader: Client) -> None:
    current = CurrentSnapshot.objects.get(initiative=portfolio).snapshot_id
    with time_machine.travel(NOW, tick=False):
        page = reader.get(reverse("figure", args=[f"{current}-roi_to_date"]), {"as_of": DAY.isoformat()}, follow=True)
    text = page.content.decode()
    assert page.redirect_chain != []
    assert "As believed at the end of" in text
    assert f"/initiatives/claims/?as_of={DAY}" in text
    assert page.context["page"].figure.text == "−50%"


def test_a_figure_of_the_totals_leads_there_too(portfolio: Initiative, reader: Client) -> None:
    totals = CurrentPortfolio.objects.get(workspace=portfolio.workspace).snapshot_id
    with time_machine.travel(NOW, tick=False):
        page = reader.get(reverse("figure", args=[f"p{totals}-roi_to_date"]), {"as_of": DAY.isoformat()}, follow=True)
    assert page.context["page"].figure.text == "−50%"
    assert f'href="/?as_of={DAY}"' in page.content.decode()


def test_a_figure_that_was_not_known_then_says_so(portfolio: Initiative, reader: Client) -> None:
    current = CurrentSnapshot.objects.get(initiative=portfolio).snapshot
    kpi = current.effects[0]["kpi"]
    with time_machine.travel(NOW, tick=False):
        page = reader.get(
            reverse("figure", args=[f"{current.pk}-effect.{kpi}"]), {"as_of": DAY.isoformat()}, follow=True
        )
    assert "is not known as believed on" in page.content.decode()


def test_a_day_that_is_none_is_not_talked_about(portfolio: Initiative, reader: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        assert PLAINLY not in reader.get("/alerts/", {"as_of": "soon"}).content.decode()
