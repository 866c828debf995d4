"""The risk page and the page of one cause: what they say, to whom, and at what cost."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.services import refresh, refresh_portfolio
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment, record_event
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.stages import change_stage
from tests.factories import NOW, make_initiative, make_member

pytestmark = pytest.mark.usefixtures("_clock")
QUERIES = 15


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


@pytest.fixture
def portfolio(workspace: Workspace) -> Workspace:
    """Two pilots with benefit ahead, one of them scored twice, and an idea of which nothing is known."""
    large = pilot(workspace, "large", 50_000, unit="Plants")
    pilot(workspace, "small", 4_000, unit="Shops")
    make_initiative(workspace, "bare", name="Bare idea")
    score(large, date(2026, 4, 1), integration="0", workforce="0.5", data_governance="-1")
    score(large, date(2026, 5, 1), integration="1", workforce="0")
    work_out(workspace)
    return workspace


def pilot(workspace: Workspace, key: str, monthly: int, **data: str) -> Initiative:
    row, who = make_initiative(workspace, key, **data), Actor.system(workspace)
    change_stage(actor=who, initiative=row, now=NOW, to="pilot", effective_on=date(2026, 3, 1))
    ahead = [{"on": date(2026, month, 1), "amount": Decimal(monthly), "basis": "forecast"} for month in range(8, 13)]
    record_benefits(actor=who, initiative=row, now=NOW, rows=[{**line, "benefit_class": "cash"} for line in ahead])
    record_costs(actor=who, initiative=row, now=NOW, rows=[{**line, "category": "people"} for line in ahead])
    return row


def score(row: Initiative, on: date, **scores: str) -> None:
    told = {"on": on, "scores": scores, "evidence": "Seen in the test of May."}
    record_assessment(actor=Actor.system(row.workspace), initiative=row, now=NOW, row=told)


def work_out(workspace: Workspace) -> None:
    refresh(workspace=workspace, now=NOW)
    refresh_portfolio(workspace=workspace, now=NOW)


def names(client: Client, query: str = "") -> list[str]:
    return [row.name for row in client.get(f"/risk/{query}").context["page"].heat.rows]


def cells(client: Client, place: int = 0) -> dict[str, tuple[str, str]]:
    """Scores and changes of a row by cause, those that nobody looked at left out."""
    heat = client.get("/risk/").context["page"].heat
    pairs = zip(heat.columns, heat.rows[place].cells, strict=True)
    return {short: (cell.score, cell.change) for short, cell in pairs if cell.score}


def test_the_verdict_says_how_many_are_likely_to_be_given_up_and_what_hangs_on_them(
    portfolio: Workspace, reader: Client
) -> None:
    page = reader.get("/risk/").context["page"]
    words = "".join(part.text for part in page.sentence)
    assert words.startswith("3 of 3 initiatives before production are likelier than not to be given up; €")


def test_those_with_most_at_risk_stand_first_and_the_unknown_last(portfolio: Workspace, reader: Client) -> None:
    assert names(reader) == ["Large", "Small", "Bare idea"]


def test_a_cell_shows_the_latest_score_and_how_it_changed(portfolio: Workspace, reader: Client) -> None:
    assert cells(reader) == {
        "Integration": ("+1", "▲"),
        "Workforce and change": ("0", "▼"),
        "Data governance": ("−1", ""),
    }


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?stage=idea", ["Bare idea"]),
        ("?cause=integration", ["Large"]),
        ("?cause=workforce", []),
        ("?unit=x&stage=never&cause=luck&page=0&colour=red", ["Large", "Small", "Bare idea"]),
    ],
)
def test_the_url_holds_the_filters(portfolio: Workspace, reader: Client, query: str, left: list[str]) -> None:
    assert names(reader, query) == left


def test_a_unit_narrows_the_heat_map(portfolio: Workspace, reader: Client) -> None:
    assert names(reader, f"?unit={portfolio.units.get(name='Shops').pk}") == ["Small"]


def test_the_causes_add_up_to_the_value_at_risk(portfolio: Workspace, reader: Client) -> None:
    risk = portfolio_totals(portfolio)
    assert sum(Decimal(each["value"]) for each in risk["causes"]) == Decimal(risk["value"])
    assert "Not in it: 1 initiative (Bare idea)" in reader.get("/risk/").context["page"].by_cause.without


def portfolio_totals(workspace: Workspace) -> dict[str, list[dict[str, str]]]:
    totals: dict[str, list[dict[str, str]]] = refresh_portfolio(workspace=workspace, now=NOW).risk
    return totals


def test_the_chart_weighs_only_what_has_a_benefit(portfolio: Workspace, reader: Client) -> None:
    chart = reader.get("/risk/").context["page"].chart
    assert [row["title"] for row in chart.data["rows"]] == ["Large", "Small"]


def test_incidents_in_the_rollout_show_as_worse_people_factors(portfolio: Workspace, reader: Client) -> None:
    row = portfolio.initiatives.get(key="large")
    told = {"on": date(2026, 6, 1), "kind": "incident", "note": "Complaints about tone"}
    record_event(actor=Actor.system(portfolio), initiative=row, now=NOW, row=told)
    work_out(portfolio)
    assert cells(reader)["Human factors"] == ("+0.25", "▲")
    assert "1 incident in the rollout" in reader.get("/initiatives/large/risk/human_factors/").content.decode()


def test_a_cause_page_gives_evidence_points_and_every_assessment(portfolio: Workspace, reader: Client) -> None:
    page = reader.get("/initiatives/large/risk/integration/").context["page"]
    assert (page.reasons.score, page.reasons.evidence) == ("+1", "Seen in the test of May.")
    assert page.reasons.contribution.is_worse
    assert [finding.score for finding in page.findings] == ["+1", "0"]


def test_a_cause_that_nobody_scored_says_so(portfolio: Workspace, reader: Client) -> None:
    assert "Nobody has looked at it yet" in reader.get("/initiatives/small/risk/integration/").content.decode()


@pytest.mark.parametrize("path", ["/initiatives/large/risk/luck/", "/initiatives/none/risk/integration/"])
def test_what_is_not_there_is_not_found(portfolio: Workspace, reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_everybody_who_belongs_to_it_may_read(portfolio: Workspace, client: Client, role: Role) -> None:
    member = Membership.objects.filter(workspace=portfolio, role=role).first() or make_member(portfolio, role)
    client.force_login(member.user)
    assert client.get("/risk/").status_code == 200
    may_act = bool(client.get("/initiatives/large/risk/integration/").context["page"].act_url)
    assert may_act == (role in {Role.ADMIN, Role.INTEGRATOR})


def test_a_stranger_sees_and_finds_nothing(portfolio: Workspace, client: Client, stranger: Membership) -> None:
    client.force_login(stranger.user)
    assert names(client) == []
    assert client.get("/initiatives/large/risk/integration/").status_code == 404


@pytest.mark.parametrize("path", ["/risk/", "/initiatives/large/risk/integration/"])
def test_pages_are_only_read_and_need_a_sign_in(
    portfolio: Workspace, client: Client, reader: Client, path: str
) -> None:
    assert reader.post(path).status_code == 405
    assert Client().get(path)["Location"].startswith("/login/")


def test_an_empty_workspace_is_told_where_risks_come_from(reader: Client) -> None:
    assert "Risks are scored from the first initiative on" in reader.get("/risk/").content.decode()


def test_figures_that_are_not_there_yet_are_being_worked_out(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "fresh")
    assert "Figures are being worked out" in reader.get("/risk/").content.decode()


def test_a_portfolio_without_benefits_and_scores_still_makes_sense(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "bare")
    work_out(workspace)
    page = reader.get("/risk/").content.decode()
    assert "what hangs on them is not known" in page
    assert "Value at risk is not known" in page
    assert "Risks are scored from the first assessment on" in page


def test_a_portfolio_in_production_has_nothing_at_risk_before_it(workspace: Workspace, reader: Client) -> None:
    row = make_initiative(workspace, "live")
    change_stage(actor=Actor.system(workspace), initiative=row, now=NOW, to="production", effective_on=date(2026, 3, 1))
    work_out(workspace)
    assert "None is before production" in reader.get("/risk/").content.decode()
    assert names(reader, "?stage=production") == ["Live"]


def test_a_past_day_shows_what_was_believed_then(portfolio: Workspace, client: Client, owner: Membership) -> None:
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        row = portfolio.initiatives.get(key="large")
        told = {"on": date(2026, 7, 1), "scores": {"integration": "-1"}}
        record_assessment(actor=Actor.system(portfolio), initiative=row, now=NOW + timedelta(days=40), row=told)
        client.force_login(owner.user)
        heat = client.get(f"/risk/?as_of={NOW.date()}").context["page"].heat
    assert [cell.score for cell in heat.rows[0].cells if cell.score] == ["+1", "0", "−1"]


def test_the_page_takes_the_same_queries_for_more_rows(
    portfolio: Workspace, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(QUERIES):
        reader.get("/risk/")
    for number in range(8):
        score(pilot(portfolio, f"more-{number}", 1_000), date(2026, 4, 1), integration="0.5")
    work_out(portfolio)
    with django_assert_num_queries(QUERIES):
        reader.get("/risk/")
