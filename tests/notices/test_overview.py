"""The overview."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Workspace
from metrics.models import CurrentPortfolio, PortfolioSnapshot
from metrics.services import refresh, refresh_portfolio
from notices.contexts import overview, subject
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from portfolio.services.initiatives import archive_initiative
from portfolio.services.money import record_benefits
from tests.factories import NOW, actor, make_initiative
from tests.metrics.made_up import made_up_portfolio
from web.formats import Formats

OVERVIEW_QUERIES = 19
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def portfolio(workspace: Workspace) -> Workspace:
    made_up_portfolio(workspace)
    return workspace


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def test_an_empty_workspace_offers_three_ways_to_begin(workspace: Workspace, reader: Client) -> None:
    text = reader.get("/").content.decode()
    assert [way for way in ("/initiatives/new/", "/import/", "/setup/") if way not in text] == []


def test_the_verdict_counts_proven_money_only(portfolio: Workspace, reader: Client) -> None:
    sentence = reader.get("/").context["overview"].headline.content.sentence
    assert "".join(part.text for part in sentence).startswith(
        "The portfolio has not paid back yet: €0.67 back for each €1 spent so far."
    )


def test_what_loses_money_waits_for_a_decision_with_its_money(portfolio: Workspace, reader: Client) -> None:
    decisions = reader.get("/").context["overview"].decisions.content
    assert [(item.title, item.stake) for item in decisions.items] == [
        ("Stop or re-scope Predictive maintenance", "Frees up to €180K by December 2026")
    ]


def test_initiatives_without_a_forecast_are_counted_and_named(portfolio: Workspace, reader: Client) -> None:
    coverage = reader.get("/").context["overview"].coverage.content
    assert coverage.words.startswith("2 of 3 initiatives")
    assert [name for name, _, _ in coverage.without] == ["Meeting notes"]


def broken(*_: object) -> None:
    raise ValueError("no such month")


BLOCKS = {
    "headline": "headline_of",
    "tiles": "tiles_of",
    "decisions": "decisions_of",
    "months": "months_block",
    "gaps": "gaps_block",
    "causes": "causes_block",
    "listing": "rows_of",
    "evidence": "evidence_block",
    "together": "together_block",
    "coverage": "coverage_words",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_one_block_that_fails_leaves_the_others(
    portfolio: Workspace, reader: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    row, scores = Initiative.objects.get(key="plants"), {"integration": "0.8"}
    record_assessment(actor=actor(portfolio), initiative=row, now=NOW, row={"on": NOW.date(), "scores": scores})
    monkeypatch.setattr(overview, BLOCKS[name], broken)
    page = reader.get("/")
    blocks = {each: getattr(page.context["overview"], each) for each in BLOCKS}
    assert [each for each, block in blocks.items() if block.has_failed] == [name]
    assert [each for each, block in blocks.items() if block.content is None] == [name]
    text = page.content.decode()
    assert text.count("This block could not be worked out") == 1
    assert '<a href="">Try again</a>' in text


def test_a_block_that_fails_shows_the_last_good_figures_and_from_when_they_are(
    portfolio: Workspace, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_initiative(portfolio, "newcomer")
    later = NOW + timedelta(hours=3)
    refresh(workspace=portfolio, now=later)
    refresh_portfolio(workspace=portfolio, now=later)
    newest = CurrentPortfolio.objects.get(workspace=portfolio).snapshot_id
    months_block = overview.months_block

    def broken_for_the_newest(totals: PortfolioSnapshot, formats: Formats) -> object:
        if totals.pk == newest:
            raise ValueError("no such month")
        return months_block(totals, formats)

    monkeypatch.setattr(overview, "months_block", broken_for_the_newest)
    page = reader.get("/")
    block = page.context["overview"].months
    assert (block.has_failed, block.content is not None) == (True, True)
    assert f"Last good figures from {block.last_good}" in page.content.decode()
    assert block.last_good == Formats(locale="en", time_zone="UTC").moment(NOW)


def test_rows_that_cannot_be_read_leave_the_figures(
    portfolio: Workspace, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a block reads for itself fails with it and not with the page."""
    monkeypatch.setattr(subject, "furthest", broken)
    shown = reader.get("/").context["overview"]
    assert (shown.gaps.has_failed, shown.causes.has_failed, shown.months.has_failed) == (True, True, False)


def test_totals_that_lag_say_by_how_much(portfolio: Workspace, reader: Client) -> None:
    make_initiative(portfolio, "newcomer")
    refresh(workspace=portfolio, now=NOW)
    assert "totals lag by 1 change" in reader.get("/").content.decode()


def test_the_chart_and_its_table_say_the_same(portfolio: Workspace, reader: Client) -> None:
    chart = reader.get("/").context["overview"].months.content
    assert [row["title"] for row in chart.data["rows"]] == [cells[0].text for cells in chart.rows]


def test_an_archived_initiative_is_in_no_list(portfolio: Workspace, reader: Client) -> None:
    archive_initiative(actor=actor(portfolio), initiative=Initiative.objects.get(key="claims"), now=NOW)
    rows = reader.get("/").context["overview"].listing.content.rows
    assert "Claims" not in [row.name for row in rows]


def test_a_stranger_sees_their_own_workspace(portfolio: Workspace, client: Client, stranger: Membership) -> None:
    client.force_login(stranger.user)
    assert "Predictive maintenance" not in client.get("/").content.decode()


def test_nobody_is_sent_to_sign_in(portfolio: Workspace, client: Client) -> None:
    assert client.get("/")["Location"].startswith("/login/")


def test_the_overview_is_only_read(reader: Client) -> None:
    assert reader.post("/").status_code == 405


def test_the_overview_takes_the_same_queries_for_more_rows(
    portfolio: Workspace, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        make_initiative(portfolio, f"more-{number}")
    refresh(workspace=portfolio, now=NOW)
    refresh_portfolio(workspace=portfolio, now=NOW)
    with django_assert_num_queries(OVERVIEW_QUERIES):
        reader.get("/")


def test_the_shortfall_is_told_by_the_worst_scored_cause(portfolio: Workspace, reader: Client) -> None:
    row = Initiative.objects.get(key="plants")
    scores = {"integration": "0.8", "workforce": "0.2"}
    record_assessment(actor=actor(portfolio), initiative=row, now=NOW, row={"on": NOW.date(), "scores": scores})
    causes = reader.get("/").context["overview"].causes.content
    assert [(bar.label, bar.names) for bar in causes.bars] == [
        ("Integration", "Predictive maintenance"),
        ("No cause scored", "Claims"),
    ]


def test_claimed_money_stands_beside_proven_money_and_is_never_added_to_it(
    portfolio: Workspace, reader: Client
) -> None:
    row = Initiative.objects.get(key="claims")
    claim = {"on": NOW.date(), "amount": 5000, "benefit_class": "revenue", "evidence": "a survey"}
    record_benefits(actor=actor(portfolio), initiative=row, now=NOW, rows=[claim])
    refresh(workspace=portfolio, now=NOW)
    refresh_portfolio(workspace=portfolio, now=NOW)
    shown = reader.get("/").context["overview"].evidence.content
    money = {label: (figure.text, grades) for label, figure, grades in shown.figures}
    assert money["Proven"] == ("€840K", "ledger €840K")
    assert money["Claimed"] == ("€5K", "grade E €5K")
    assert [row[:4] for row in shown.classes.rows if row[0] == "Revenue"] == [("Revenue", "–", "–", "€5K")]


def test_the_outlook_is_shown_at_three_correlations(portfolio: Workspace, reader: Client) -> None:
    page = reader.get("/")
    rows = page.context["overview"].together.content
    assert [(row.correlation, row.is_headline) for row in rows] == [("0", False), ("0.2", True), ("0.5", False)]
    assert "How much do they move together?" in page.content.decode()
