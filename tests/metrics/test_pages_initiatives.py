"""The list of initiatives, and one initiative."""

import csv
import io
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Workspace
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.initiatives import update_initiative
from tests.factories import NOW, actor, make_initiative
from tests.metrics.made_up import made_up_portfolio

LIST_QUERIES = 12
PAGES = ("/initiatives/", "/initiatives/claims/", "/initiatives/claims/refresh/")
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


def names(response: object) -> list[str]:
    """The initiatives of a list page, in its order."""
    return [row.name for row in response.context["list"].rows]  # type: ignore[attr-defined]


def file_rows(response: object) -> list[dict[str, str]]:
    """The rows of a streamed file."""
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_most_doubtful_stand_first_and_the_unknown_after_the_known(portfolio: Workspace, reader: Client) -> None:
    assert names(reader.get("/initiatives/")) == ["Predictive maintenance", "Claims", "Meeting notes"]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("q=predict", ["Predictive maintenance"]),
        ("owner=brandt", ["Claims"]),
        ("stage=pilot", ["Predictive maintenance"]),
        ("status=uncertain", ["Claims"]),
        ("signal=OVERSPEND", ["Predictive maintenance"]),
        ("sort=-name", ["Predictive maintenance", "Meeting notes", "Claims"]),
    ],
)
def test_the_url_holds_filters_and_order(portfolio: Workspace, reader: Client, query: str, left: list[str]) -> None:
    assert names(reader.get(f"/initiatives/?{query}")) == left


def test_a_unit_counts_with_its_sub_units(portfolio: Workspace, reader: Client) -> None:
    plants = portfolio.units.get(name="Plants")
    operations = portfolio.units.get(name="Operations")
    plants.parent = operations
    plants.save()
    assert set(names(reader.get(f"/initiatives/?unit={operations.pk}"))) == {"Claims", "Predictive maintenance"}


def test_a_part_of_the_url_that_is_not_understood_is_named_and_left_out(portfolio: Workspace, reader: Client) -> None:
    response = reader.get("/initiatives/?stage=nowhere&unit=x&sort=luck&page=0&colour=red&status=uncertain")
    assert names(response) == ["Claims"]
    assert all(word in response.context["list"].ignored for word in ("nowhere", "unit", "luck", "page", "colour"))


def test_no_match_says_which_filters_are_set(portfolio: Workspace, reader: Client) -> None:
    assert "name has “nothing”" in reader.get("/initiatives/?q=nothing").content.decode()


def test_a_page_beyond_the_last_shows_the_last(portfolio: Workspace, reader: Client) -> None:
    assert len(names(reader.get("/initiatives/?page=999"))) == 3


def test_the_file_holds_what_the_page_shows(portfolio: Workspace, reader: Client) -> None:
    rows = file_rows(reader.get("/initiatives/?status=unlikely&format=csv"))
    assert [(row["key"], row["roi_forecast"], row["stage"]) for row in rows] == [("plants", "-0.950000", "pilot")]


def test_no_cell_of_the_file_is_a_formula(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "trap", name='=HYPERLINK("https://elsewhere.example")')
    assert [row["name"][:11] for row in file_rows(reader.get("/initiatives/?format=csv"))] == ["'=HYPERLINK"]


def test_the_list_takes_the_same_queries_for_more_rows(
    portfolio: Workspace, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/initiatives/")
    for number in range(10):
        make_initiative(portfolio, f"more-{number}")
    refresh(workspace=portfolio, now=NOW)
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/initiatives/")


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_stranger_finds_nothing(portfolio: Workspace, client: Client, stranger: Membership, path: str) -> None:
    client.force_login(stranger.user)
    assert client.get(path).status_code == 404


def test_a_stranger_sees_none_in_the_list(portfolio: Workspace, client: Client, stranger: Membership) -> None:
    client.force_login(stranger.user)
    assert names(client.get("/initiatives/")) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_only_read(portfolio: Workspace, reader: Client, path: str) -> None:
    assert reader.post(path).status_code == 405


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_sent_to_sign_in(portfolio: Workspace, client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login/")


def test_money_that_came_back_is_said_first(portfolio: Workspace, reader: Client) -> None:
    assert "€1.17 back" in reader.get("/initiatives/claims/").content.decode()


def test_missing_figures_say_why_and_never_show_zero(portfolio: Workspace, reader: Client) -> None:
    page = reader.get("/initiatives/idea/").context["page"]
    assert {each.figure.text for each in page.figures.horizon if each.label == "Net present value"} == {
        "No cost is recorded."
    }


def test_what_is_missing_for_a_first_return_is_a_checklist(portfolio: Workspace, reader: Client) -> None:
    tasks = reader.get("/initiatives/plants/").context["page"].figures.checklist.tasks
    assert [(task.label, task.word) for task in tasks][2:4] == [
        ("Measure the baseline", "To do"),
        ("Set a target", "To do"),
    ]


def test_a_task_that_needs_a_kpi_first_cannot_start(portfolio: Workspace, reader: Client) -> None:
    tasks = reader.get("/initiatives/idea/").context["page"].figures.checklist.tasks
    assert {task.label for task in tasks if task.word == "Cannot start yet"} == {
        "Measure the baseline",
        "Set a target",
        "Record a reading",
    }


def test_an_initiative_with_a_proven_return_has_no_checklist(portfolio: Workspace, reader: Client) -> None:
    assert reader.get("/initiatives/claims/").context["page"].figures.checklist.tasks == ()


def test_a_change_after_the_figures_says_that_a_refresh_waits(portfolio: Workspace, reader: Client) -> None:
    row = Initiative.objects.get(key="claims")
    update_initiative(actor=actor(portfolio), initiative=row, now=NOW, changes={"horizon_months": 24})
    assert "1 change since; a refresh is under way." in reader.get("/initiatives/claims/").content.decode()


def test_waiting_for_a_refresh_is_answered_with_nothing_until_it_is_done(portfolio: Workspace, reader: Client) -> None:
    row = Initiative.objects.get(key="claims")
    update_initiative(actor=actor(portfolio), initiative=row, now=NOW, changes={"horizon_months": 24})
    before = reader.get("/initiatives/claims/refresh/").status_code
    refresh(workspace=portfolio, now=NOW)
    assert (before, b"data-reload" in reader.get("/initiatives/claims/refresh/").content) == (204, True)


def test_figures_that_were_never_worked_out_are_said_to_come(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "fresh")
    assert "Figures are being worked out." in reader.get("/initiatives/fresh/").content.decode()
