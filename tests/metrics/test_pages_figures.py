"""The page of a figure, and of the methods."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, Workspace
from metrics.contexts.formulas import formula_of
from metrics.contexts.methods import METHODS
from metrics.contexts.ties import tie_of
from metrics.models import CurrentPortfolio, CurrentSnapshot, Snapshot
from tests.factories import NOW
from tests.metrics.made_up import made_up_portfolio
from web.formats import Formats

pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def snapshot(workspace: Workspace) -> int:
    """The current figures of the paying initiative."""
    made_up_portfolio(workspace)
    return CurrentSnapshot.objects.get(initiative__key="claims").snapshot_id


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def test_every_stored_figure_names_its_formula(snapshot: int) -> None:
    stored = Snapshot.objects.get(pk=snapshot)
    names = [*stored.figures, *(f"year.{name}" for name in stored.year)]
    names += [f"risk.{name}" for name, figure in stored.risk.items() if isinstance(figure, dict)]
    assert [name for name in names if formula_of(name) is None] == []


def test_a_sum_ties_with_its_months(snapshot: int, reader: Client) -> None:
    page = reader.get(f"/figures/{snapshot}-cost_to_date/").context["page"]
    assert (page.figure.text, page.months_sum, page.tie.words) == (
        "€720,000.00",
        "€720,000.00",
        "The sum of the months is the figure.",
    )


def altered(stored: Snapshot, name: str, value: str | None = None, **fields: Any) -> int:
    """A snapshot like another in which something was stored wrongly."""
    figures = {**stored.figures, name: {**stored.figures[name], "value": value}} if value else stored.figures
    stored.pk, stored.figures = None, figures
    for field, held in fields.items():
        setattr(stored, field, held)
    stored._state.adding = True
    stored.save()
    assert stored.pk is not None
    return stored.pk


@pytest.mark.parametrize(("value", "side"), [("720012.50", "more"), ("719987.50", "less")])
def test_a_figure_that_does_not_tie_says_so_and_by_how_much(
    snapshot: int, reader: Client, value: str, side: str
) -> None:
    wrong = altered(Snapshot.objects.get(pk=snapshot), "cost_to_date", value)
    shown = reader.get(f"/figures/{wrong}-cost_to_date/").content.decode()
    for parts in ("months", "entries"):
        assert f"The figure does not tie: it is €12.50 {side} than the sum of its {parts}." in shown
    assert "Do not rely on it" in shown


def test_a_figure_that_has_lost_its_entries_does_not_tie(snapshot: int, reader: Client) -> None:
    stored = Snapshot.objects.get(pk=snapshot)
    wrong = altered(stored, "cost_to_date", returns={**stored.returns, "flows": []})
    page = reader.get(f"/figures/{wrong}-cost_to_date/").context["page"]
    assert page.untied == ("The figure does not tie: it is €720,000.00 more than the sum of its entries.",)


def test_every_figure_ties(snapshot: int, reader: Client, workspace: Workspace) -> None:
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot
    ids = [f"{row.snapshot_id}-{name}" for row in CurrentSnapshot.objects.all() for name in row.snapshot.figures]
    ids += [f"p{totals.pk}-{name}" for name in totals.figures]
    pages = {each: reader.get(f"/figures/{each}/").context["page"] for each in ids}
    assert {each: page.untied for each, page in pages.items() if page.untied} == {}


@pytest.mark.parametrize(
    ("currency", "figure", "total", "rounded", "broken"),
    [
        pytest.param("JPY", "1235", "1234.6", 0, False, id="yen have no cents"),
        pytest.param("EUR", "10.01", "10.00", 0, True, id="one cent is no rounding of one figure"),
        pytest.param("EUR", "10.01", "10.00", 1, False, id="it may be one of a figure and a month"),
        pytest.param("EUR", "10.03", "10.00", 1, True, id="three cents are not"),
    ],
)
def test_what_rounding_may_leave_open(currency: str, figure: str, total: str, rounded: int, broken: bool) -> None:
    tie = tie_of(Decimal(figure), Decimal(total), "months", currency, Formats(), rounded=rounded)
    assert tie.is_broken is broken


def test_a_figure_leads_to_the_figures_it_is_made_of(snapshot: int, reader: Client) -> None:
    page = reader.get(f"/figures/{snapshot}-roi_to_date/").context["page"]
    assert [term.figure.url for term in page.terms] == [
        f"/figures/{snapshot}-benefit_to_date/",
        f"/figures/{snapshot}-cost_to_date/",
    ]


@pytest.mark.parametrize("name", ["year.net_forecast", "risk.never_in_production", "npv", "hurdle"])
def test_every_kind_of_figure_has_a_page(snapshot: int, reader: Client, name: str) -> None:
    assert reader.get(f"/figures/{snapshot}-{name}/").status_code == 200


def test_every_stored_figure_has_a_formula(snapshot: int, reader: Client) -> None:
    stored = CurrentSnapshot.objects.get(initiative__key="claims").snapshot
    names = [*stored.figures, *(f"year.{name}" for name in stored.year)]
    assert [name for name in names if reader.get(f"/figures/{snapshot}-{name}/").status_code != 200] == []


def test_figures_of_the_whole_portfolio_have_pages(snapshot: int, reader: Client, workspace: Workspace) -> None:
    totals = CurrentPortfolio.objects.get(workspace=workspace).snapshot
    names = [*totals.figures, *(f"year.{name}" for name in totals.year)]
    assert [name for name in names if reader.get(f"/figures/p{totals.pk}-{name}/").status_code != 200] == []


@pytest.mark.parametrize("figure", ["1", "x-npv", "{}-nothing", "{}-months", "999999999999999999999-npv", "p99999-npv"])
def test_what_is_no_figure_is_not_found(snapshot: int, reader: Client, figure: str) -> None:
    assert reader.get(f"/figures/{figure.format(snapshot)}/").status_code == 404


def test_a_stranger_finds_no_figure(snapshot: int, client: Client, stranger: Membership) -> None:
    client.force_login(stranger.user)
    assert client.get(f"/figures/{snapshot}-npv/").status_code == 404


@pytest.mark.parametrize("path", ["/method/", "/method/risk/", "/figures/1-npv/"])
def test_pages_are_only_read(reader: Client, path: str) -> None:
    assert reader.post(path).status_code == 405


def test_the_methods_are_told_with_their_sources(reader: Client) -> None:
    text = reader.get("/method/risk/").content.decode()
    assert "<h1>Failure risk</h1>" in text
    assert "Gartner" in text


def test_every_document_is_in_the_contents_and_opens(reader: Client) -> None:
    contents = reader.get("/method/").content.decode()
    for path in METHODS.glob("*.md"):
        assert f'href="/method/{path.stem}/"' in contents
        assert reader.get(f"/method/{path.stem}/").status_code == 200


@pytest.mark.parametrize("name", ["unknown", "README", "risk.md"])
def test_a_method_that_is_not_there_is_not_found(reader: Client, name: str) -> None:
    assert reader.get(f"/method/{name}/").status_code == 404


def test_every_figure_opens_its_method(snapshot: int, reader: Client, workspace: Workspace) -> None:
    stored = CurrentSnapshot.objects.get(initiative__key="claims").snapshot
    for name in [*stored.figures, *(f"year.{name}" for name in stored.year), "risk.misses_roi"]:
        shown = reader.get(f"/figures/{snapshot}-{name}/").content.decode()
        address = shown.split('">How is this worked out?')[0].split('href="')[-1]
        assert reader.get(address).status_code == 200, name
