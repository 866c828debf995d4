"""The list of initiatives: its filters, orders, columns and file, all from the URL."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db.models import F
from django.test import Client

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.contexts.columns import FIRST_CHOICE, NAMES, ORDERS
from metrics.contexts.filters import Filters, is_by_pointer
from metrics.contexts.lists import source_of
from metrics.models import CurrentSnapshot
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from portfolio.services.initiatives import update_initiative
from tests.factories import NOW, make_initiative
from tests.metrics.made_up import made_up_portfolio

ALL = ["Predictive maintenance", "Claims", "Meeting notes"]
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def portfolio(workspace: Workspace) -> Workspace:
    made_up_portfolio(workspace)
    who = Actor.system(workspace)
    plants = workspace.initiatives.get(key="plants")
    record_assessment(actor=who, initiative=plants, now=NOW, row={"on": NOW.date(), "scores": {"integration": "0.8"}})
    refresh(workspace=workspace, now=NOW)
    return workspace


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def shown(client: Client, query: str) -> Any:
    """The list that an address shows."""
    answer = client.get(f"/initiatives/?{query}")
    assert answer.status_code == 200
    return answer.context["list"]


def names(client: Client, query: str) -> list[str]:
    """The initiatives of an address, in its order."""
    return [row.name for row in shown(client, query).rows]


def file_of(client: Client, query: str) -> list[dict[str, str]]:
    """The rows of the file of an address."""
    answer: Any = client.get(f"/initiatives/?{query}&format=csv")
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("cause=integration", ["Predictive maintenance"]),
        ("cause=workforce", []),
        ("signal=any", ["Predictive maintenance"]),
        ("status=unlikely&cause=integration&owner=silva", ["Predictive maintenance"]),
        ("age=30", []),
    ],
)
def test_filters_leave_what_their_words_say(portfolio: Workspace, reader: Client, query: str, left: list[str]) -> None:
    assert names(reader, query) == left


def test_what_was_not_touched_for_long_is_found_by_the_age_of_its_data(portfolio: Workspace, reader: Client) -> None:
    CurrentSnapshot.objects.filter(initiative__key="claims").update(last_activity=NOW.date() - timedelta(days=61))
    assert names(reader, "age=60") == ["Claims"]
    assert names(reader, "age=90") == []
    assert [row.recorded for row in shown(reader, "q=claims").rows] == ["61 days ago"]


def test_the_age_is_counted_from_the_last_record_of_any_kind(portfolio: Workspace, reader: Client) -> None:
    later = datetime(2026, 6, 20, 12, tzinfo=UTC)
    idea = portfolio.initiatives.get(key="idea")
    scored = {"on": later.date(), "scores": {"workforce": "0.1"}}
    record_assessment(actor=Actor.system(portfolio), initiative=idea, now=later, row=scored)
    refresh(workspace=portfolio, now=later)
    days = dict(CurrentSnapshot.objects.values_list("initiative__key", "last_activity"))
    assert (days["idea"], days["claims"]) == (later.date(), NOW.date())


def test_the_active_filters_are_told_in_words_with_one_way_to_clear_them(portfolio: Workspace, reader: Client) -> None:
    page = reader.get("/initiatives/?cause=integration&age=30&signal=any&columns=roi,stage&sort=name").content.decode()
    assert "Integration is a concern, there is a signal, nothing was recorded for more than 30 days" in page
    assert 'href="/initiatives/?sort=name&amp;columns=roi,stage">Clear</a>' in page


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{name}" for name in ORDERS)])
def test_every_order_shows_every_initiative_once(portfolio: Workspace, reader: Client, sort: str) -> None:
    assert sorted(names(reader, f"sort={sort}")) == sorted(ALL)
    assert [row["name"] for row in file_of(reader, f"sort={sort}")] == names(reader, f"sort={sort}")


def test_every_shown_column_but_the_picture_sorts(portfolio: Workspace, reader: Client) -> None:
    headings = shown(reader, f"columns={','.join(NAMES)}").headings
    assert set(headings) == {"name", *NAMES} - {"range"}


def test_columns_are_chosen_in_the_url_as_a_list_or_one_by_one(portfolio: Workspace, reader: Client) -> None:
    assert shown(reader, "columns=roi,stage").filters.columns == ("roi", "stage")
    assert shown(reader, "columns=stage&columns=roi").filters.columns == ("roi", "stage")
    assert shown(reader, "columns=").filters.columns == FIRST_CHOICE
    page = reader.get("/initiatives/?columns=owner").content.decode()
    assert ("Owner</a></th>" in page, "Clears the hurdle?</a>" in page) == (True, False)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("cause=bad+luck", "cause “bad luck”"),
        ("age=31", "age “31”"),
        ("columns=roi,horoscope", "column “horoscope”"),
        ("unit=²", "unit “²”"),
        (f"page={'9' * 5000}", "page “9"),
        ("status=%00", ""),
    ],
)
def test_what_is_not_understood_is_named_and_left_out(
    portfolio: Workspace, reader: Client, query: str, said: str
) -> None:
    found = shown(reader, query)
    assert (len(found.rows), said in found.ignored) == (3, True)


def test_a_name_that_the_database_cannot_hold_finds_nothing_and_breaks_nothing(
    portfolio: Workspace, reader: Client
) -> None:
    assert names(reader, "q=%00claims&owner=%00") == ["Claims"]


def test_the_file_holds_the_columns_of_the_page_and_the_exact_ends_of_ranges(
    portfolio: Workspace, reader: Client
) -> None:
    row = file_of(reader, "q=claims&columns=roi,net")[0]
    assert list(row) == [
        "key", "name", "unit", "owner",
        "roi_forecast", "roi_forecast_low", "roi_forecast_high", "roi_forecast_level", "roi_forecast_reason",
        "year_net_forecast", "year_net_forecast_low", "year_net_forecast_high", "year_net_forecast_level",
        "year_net_forecast_reason", "currency", "workspace_currency", "as_of",
    ]  # fmt: skip
    stored = CurrentSnapshot.objects.select_related("snapshot").get(initiative__key="claims").snapshot
    assert [row["roi_forecast_low"], row["roi_forecast_high"]] == [
        stored.figures["roi_forecast"][end] for end in ("low", "high")
    ]
    assert Decimal(row["year_net_forecast"]) == stored.year_net


def test_the_file_holds_the_whole_result_and_not_only_the_page(
    portfolio: Workspace, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.contexts.lists.PAGE_SIZE", 1)
    assert len(names(reader, "sort=name")) == 1
    assert [row["name"] for row in file_of(reader, "sort=name&page=2")] == sorted(ALL)


def test_a_missing_figure_stands_in_the_file_with_its_reason(portfolio: Workspace, reader: Client) -> None:
    row = file_of(reader, f"q=meeting&columns={','.join(NAMES)}")[0]
    assert (row["roi_forecast"], row["roi_forecast_reason"]) == ("", "NO_COST")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_people_is_a_formula_in_the_file(workspace: Workspace, reader: Client, start: str) -> None:
    row = make_initiative(workspace, "trap", name=f"x{start}1", owner=f"{start}cmd|1")
    Initiative.objects.filter(pk=row.pk).update(name=f"{start}1+1", owner=f"{start}cmd|1")
    found = file_of(reader, "")[0]
    assert (found["name"][0], found["owner"][0]) == ("'", "'")


def test_freshness_says_the_day_of_the_oldest_figures(portfolio: Workspace, reader: Client) -> None:
    assert shown(reader, "").freshness.startswith("Figures as of Jun 15, 2026, checked ")


def test_figures_that_never_were_say_so(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "fresh")
    assert shown(reader, "").freshness == "No figures yet"


def test_an_edit_shows_that_a_refresh_waits(portfolio: Workspace, reader: Client) -> None:
    row = portfolio.initiatives.get(key="claims")
    update_initiative(actor=Actor.system(portfolio), initiative=row, now=NOW, changes={"horizon_months": 24})
    assert "A refresh waits." in reader.get("/initiatives/?q=claims").content.decode()


@pytest.mark.parametrize("sort", [sign + name for name in ORDERS for sign in ("", "-")])
def test_stretches_make_up_the_whole_list_and_those_without_figures_stand_last(
    portfolio: Workspace, owner: Membership, sort: str
) -> None:
    for number in range(3):
        make_initiative(portfolio, f"unknown-{number}")
    Initiative.objects.filter(key="idea").update(archived_at=NOW)
    source = source_of(Actor.of(owner), Filters(sort=sort), [], lambda: NOW, None)
    pieces = [entry.initiative.key for first in range(0, 8, 2) for entry in source.stretch(first, 2)]
    whole = [entry.initiative.key for entry in source.every()]
    assert pieces == whole
    assert sorted(whole) == ["claims", "plants", "unknown-0", "unknown-1", "unknown-2"]
    if is_by_pointer(sort):
        assert whole[2:] == ["unknown-0", "unknown-1", "unknown-2"]


def test_a_change_of_settings_marks_the_rows_that_wait_for_it(portfolio: Workspace, reader: Client) -> None:
    assert not any(row.is_behind for row in shown(reader, "").rows)
    Workspace.objects.filter(pk=portfolio.pk).update(settings_version=F("settings_version") + 1)
    assert all(row.is_behind for row in shown(reader, "").rows)
