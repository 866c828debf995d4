"""A finance partner reaches the recorded rows behind any figure in three clicks, by the links that the pages have."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.contexts.figure_page import FigurePage
from metrics.models import CurrentPortfolio, CurrentSnapshot
from metrics.services import refresh, refresh_portfolio
from tests.factories import NOW, make_initiative
from tests.metrics.made_up import made_up_portfolio
from tests.metrics.record import spend

CLICKS = 3
STARTS = ["/", "/initiatives/claims/", "/initiatives/claims/value/", "/initiatives/plants/", "/risk/"]
CONTENT = re.compile(r"<main.*?</main>", re.DOTALL)
RECORDS = re.compile(
    r"/initiatives/[^/]+/(costs|kpis|evidence|business-case|drivers|hurdle|assessment|stage|events|mitigations)/|/settings/"
)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def finance(workspace: Workspace) -> Client:
    """A finance partner of the made-up portfolio, all figures worked out."""
    made_up_portfolio(workspace)
    client = Client()
    client.force_login(Membership.objects.get(workspace=workspace, role=Role.FINANCE).user)
    return client


def links(client: Client, address: str) -> list[str]:
    """The addresses within this product that the page's own content links to."""
    shown = CONTENT.search(client.get(address).content.decode())
    found = re.findall(r'href="(/[^"#]*)', shown[0] if shown else "")
    return [unescape(each) for each in dict.fromkeys(found)]


def shows_rows(client: Client, address: str) -> bool:
    """Whether the page lists recorded rows: entries, readings, or one of the pages on which records stand."""
    answer = client.get(address)
    page = answer.context["page"] if address.startswith("/figures/") else None
    if isinstance(page, FigurePage):
        return bool(page.flows.lines or (page.effect and page.effect.records))
    return answer.status_code == 200 and bool(RECORDS.match(address))


def clicks_to_rows(client: Client, figure: str) -> int:
    """Clicks from a page that shows a figure to its rows, the first one opening the figure."""
    seen, front = {figure}, [figure]
    for clicks in range(1, CLICKS + 1):
        if any(shows_rows(client, address) for address in front):
            return clicks
        front = [each for address in front for each in links(client, address) if leads_on(each) and each not in seen]
        seen.update(front)
    return CLICKS + 1


def leads_on(address: str) -> bool:
    return address.startswith("/figures/") or bool(RECORDS.match(address))


@pytest.mark.parametrize("start", STARTS)
def test_every_figure_that_a_page_opens_leads_to_its_rows_in_three_clicks(finance: Client, start: str) -> None:
    figures = [each for each in links(finance, start) if each.startswith("/figures/")]
    far = {each: clicks for each in figures if (clicks := clicks_to_rows(finance, each)) > CLICKS}
    assert far == {}


def test_every_kind_of_stored_figure_leads_to_its_rows_in_three_clicks(finance: Client, workspace: Workspace) -> None:
    row = CurrentSnapshot.objects.get(initiative__key="claims").snapshot
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot
    names = [*row.figures, *(f"year.{name}" for name in row.year)]
    names += [f"risk.{name}" for name, held in row.risk.items() if isinstance(held, dict) and "reason" in held]
    names += [f"effect.{effect['kpi']}" for effect in row.effects]
    ids = [f"{row.pk}-{name}" for name in names]
    ids += [f"p{totals.pk}-{name}" for name, held in totals.figures.items() if held["value"] is not None]
    ids += [f"p{totals.pk}-year.{name}" for name, held in totals.year.items() if held["value"] is not None]
    far = {each: clicks for each in ids if (clicks := clicks_to_rows(finance, f"/figures/{each}/")) > CLICKS}
    assert far == {}


def test_every_total_is_the_sum_of_its_initiatives(finance: Client, workspace: Workspace) -> None:
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot
    names = [*totals.figures, *(f"year.{name}" for name in totals.year)]
    pages = {name: finance.get(f"/figures/p{totals.pk}-{name}/").context["page"] for name in names}
    sums = {name: page for name, page in pages.items() if page.formula.sums and page.figure.is_known}
    assert {"cost_to_date", "net", "year.net_forecast", "year.net_plan", "year.cost_plan_to_date"} <= set(sums)
    assert {name: page.members.tie.words for name, page in sums.items() if page.members.tie.is_broken} == {}
    assert {name: page.flows for name, page in sums.items() if not page.members.lines and page.figure.value} == {}


def test_every_figure_of_a_year_is_the_sum_of_its_entries(finance: Client) -> None:
    stored = CurrentSnapshot.objects.get(initiative__key="claims").snapshot
    pages = [finance.get(f"/figures/{stored.pk}-year.{name}/").context["page"] for name in stored.year]
    tied = [page for page in pages if page.flows.lines and page.formula.sums]
    assert len(tied) >= 5
    assert [page.untied for page in tied if page.untied] == []


def test_an_initiative_without_an_exchange_rate_is_no_part_of_a_total(finance: Client, workspace: Workspace) -> None:
    odd = make_initiative(workspace, "odd", name="Odd money")
    spend(odd, "2026-03-10", 100, currency="CHF")
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    page = finance.get(f"/figures/p{CurrentPortfolio.objects.get().snapshot_id}-cost_to_date/").context["page"]
    assert "Odd money" not in {line.name for line in page.members.lines}
    assert not page.untied


def test_the_page_of_a_total_takes_the_same_queries_for_more_initiatives(finance: Client, workspace: Workspace) -> None:
    few = queries(finance, workspace)
    for number in range(3):
        spend(make_initiative(workspace, f"more-{number}"), "2026-03-10", 100)
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)
    assert queries(finance, workspace) == few


def queries(client: Client, workspace: Workspace) -> int:
    """Queries that the page of a total takes."""
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot_id
    client.get(f"/figures/p{totals}-net/")
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/figures/p{totals}-net/")
    return len(captured)
