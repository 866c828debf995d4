"""The list of initiatives of a past day, and what is known now about that time."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Membership, Workspace
from metrics import services
from metrics.models import METHOD_VERSION, Kind, PastTotals, PortfolioSnapshot, Snapshot
from metrics.services import past_totals
from portfolio.models import Initiative, WorkState
from portfolio.services.initiatives import archive_initiative
from portfolio.services.stages import change_stage
from tests.factories import make_initiative
from tests.metrics.record import earn, spend, system

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 10, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = date(2026, 3, 31)
LIST = f"/initiatives/?as_of={DAY}"
pytestmark = pytest.mark.usefixtures("_clock")


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def portfolio(workspace: Workspace) -> Workspace:
    """In March `bad` lost and `good` paid; since then `bad` has paid, and `late` is new."""
    good, bad = make_initiative(workspace, "good", now=MARCH), make_initiative(workspace, "bad", now=MARCH)
    for row, won in ((good, 300), (bad, 50)):
        change_stage(actor=system(row), initiative=row, now=MARCH, to="pilot", effective_on=date(2026, 1, 5))
        spend(row, "2026-01-05", 100, now=MARCH)
        earn(row, "2026-02-28", won, now=MARCH)
    change_stage(actor=system(bad), initiative=bad, now=MAY, to="production", effective_on=date(2026, 5, 1))
    earn(bad, "2026-03-30", 900, now=MAY)
    spend(make_initiative(workspace, "late", now=MAY), "2026-05-05", 100, now=MAY)
    services.refresh(workspace=workspace, now=NOW)
    services.refresh_portfolio(workspace=workspace, now=NOW)
    return workspace


@pytest.fixture
def large(portfolio: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same where one initiative is the most that totals are worked out of at once."""
    monkeypatch.setattr(past_totals, "MOST_AT_ONCE", 1)
    return portfolio


@pytest.fixture
def reader(client: Client, colleague: Membership) -> Client:
    client.force_login(colleague.user)
    return client


def keys(client: Client, query: str = "") -> list[str]:
    return [row.key for row in client.get(f"{LIST}{query}").context["list"].rows]


def finish() -> None:
    for row in PastTotals.objects.all():
        services.work_out_past_totals(work_id=row.pk, now=NOW)


def store_as_an_earlier_release(workspace: Workspace) -> None:
    """Nothing but figures and totals of the day by the method before, without stage and sums to sort by."""
    totals = services.portfolio_as_of(workspace=workspace, as_of=DAY, now=NOW)
    rows = list(Snapshot.objects.filter(pk__in=totals.members))
    for row in rows:
        row.pk, row.method_version, row.stage, row.stage_since = None, "2", "", None
        row.year_net = row.year_plan_net = row.roi_forecast = row.abandoned_12m = None
        row.save()
    totals.pk, totals.method_version, totals.members = None, "2", [row.pk for row in rows]
    totals.save()
    for stored in (PortfolioSnapshot, Snapshot):
        stored.objects.filter(kind=Kind.AS_OF, method_version=METHOD_VERSION).delete()


@pytest.mark.parametrize(("query", "left"), [("", ["bad", "good"]), ("&stage=pilot&sort=-roi", ["good", "bad"])])
def test_figures_stored_by_an_earlier_release_are_worked_out_anew(
    portfolio: Workspace, reader: Client, query: str, left: list[str]
) -> None:
    store_as_an_earlier_release(portfolio)
    assert keys(reader, query) == left


def test_a_large_portfolios_list_of_an_earlier_release_waits_for_its_totals(large: Workspace, reader: Client) -> None:
    store_as_an_earlier_release(large)
    page = reader.get(LIST).context["list"]
    assert ([row.stage for row in page.rows], bool(page.past.waits)) == (["Pilot", "Pilot"], True)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", ["bad", "good"]),
        ("&sort=-roi", ["good", "bad"]),
        ("&sort=-name", ["good", "bad"]),
        ("&status=unlikely", ["bad"]),
        ("&stage=pilot", ["bad", "good"]),
        ("&stage=production", []),
        ("&q=goo", ["good"]),
    ],
)
def test_a_list_of_a_past_day_is_filtered_and_sorted_by_the_figures_of_that_day(
    portfolio: Workspace, reader: Client, query: str, left: list[str]
) -> None:
    assert keys(reader, query) == left


def test_a_list_of_a_past_day_says_so_and_its_links_keep_the_day(portfolio: Workspace, reader: Client) -> None:
    page = reader.get(f"{LIST}&q=o").content.decode()
    assert "As believed at the end of" in page
    for link in (f"/initiatives/good/?as_of={DAY}", '/initiatives/?q=o"', f"as_of={DAY}&amp;format=csv"):
        assert link in page, link


def test_the_file_of_a_past_day_holds_what_the_page_shows(portfolio: Workspace, reader: Client) -> None:
    response = reader.get(f"{LIST}&format=csv&sort=-roi&columns=stage,to_date")
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["key"], row["stage"], row["net_to_date"], row["as_of"]) for row in rows] == [
        ("good", "pilot", "200.00", str(DAY)),
        ("bad", "pilot", "-50.00", str(DAY)),
    ]


def test_what_was_archived_since_stands_in_the_past_without_a_link(portfolio: Workspace, reader: Client) -> None:
    row = Initiative.objects.get(key="good")
    archive_initiative(actor=system(row), initiative=row, now=NOW)
    rows = reader.get(LIST).context["list"].rows
    assert [(row.key, row.url) for row in rows if row.key == "good"] == [("good", "")]
    assert "archived since" in reader.get(LIST).content.decode()


@pytest.mark.parametrize("path", ["/initiatives/", "/"])
@pytest.mark.parametrize("day", ["2099-01-01", "yesterday", "0001-01-01"])
def test_a_day_that_cannot_be_shown_is_refused_in_words(
    portfolio: Workspace, reader: Client, path: str, day: str
) -> None:
    answer = reader.get(path, {"as_of": day})
    assert "These are the figures of now." in answer.content.decode()
    assert "As believed at the end of" not in answer.content.decode()


def test_a_day_before_everything_has_no_initiative(portfolio: Workspace, reader: Client) -> None:
    page = reader.get("/initiatives/?as_of=2025-01-01").content.decode()
    assert "No initiative was known then" in page


def test_a_large_list_stands_by_name_until_the_totals_of_the_day_are_there(large: Workspace, reader: Client) -> None:
    answer = reader.get(f"{LIST}&status=unlikely&sort=-roi")
    page = answer.content.decode()
    assert [row.key for row in answer.context["list"].rows] == ["bad", "good"]
    assert "you can leave this page" in page
    assert "the filters by stage, status, cause and signal do not apply" in page
    assert f'data-poll="/figures/past/as_of/{DAY}/"' in page
    assert "Export CSV" not in page
    finish()
    assert keys(reader, "&status=unlikely") == ["bad"]


def test_no_more_than_the_rows_of_the_page_are_worked_out_in_a_request(
    large: Workspace, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metrics.contexts.lists.PAGE_SIZE", 1)
    reader.get(LIST)
    assert Snapshot.objects.filter(kind="as_of").count() == 1


def test_a_file_of_a_past_day_that_is_not_there_yet_is_a_page_that_says_so(large: Workspace, reader: Client) -> None:
    answer = reader.get(f"{LIST}&format=csv")
    assert (answer.status_code, answer["Content-Type"]) == (202, "text/html; charset=utf-8")


def test_the_page_hears_when_the_totals_are_there(large: Workspace, reader: Client) -> None:
    path = f"/figures/past/as_of/{DAY}/"
    assert reader.get(path).status_code == 404
    reader.get(LIST)
    assert reader.get(path).status_code == 204
    finish()
    assert "data-reload" in reader.get(path).content.decode()
    PastTotals.objects.update(state=WorkState.FAILED)
    assert "could not be worked out" in reader.get(path).content.decode()


@pytest.mark.parametrize("path", ["as_of/yesterday", "as_of/2026-03-31", "nothing/2026-03-31"])
def test_a_stranger_hears_nothing(large: Workspace, client: Client, stranger: Membership, path: str) -> None:
    services.totals_on(workspace=large, as_of=DAY, now=NOW)
    client.force_login(stranger.user)
    assert client.get(f"/figures/past/{path}/").status_code == 404
    assert client.post(f"/figures/past/{path}/").status_code == 405


@pytest.mark.parametrize("path", ["/initiatives/bad/", "/initiatives/bad/value/"])
def test_what_was_believed_stands_beside_what_is_known_now(portfolio: Workspace, reader: Client, path: str) -> None:
    believed = reader.get(f"{path}?as_of={DAY}").content.decode()
    assert f"{path}?as_of={DAY}&amp;restated=true" in believed
    restated = reader.get(f"{path}?as_of={DAY}&restated=true").content.decode()
    assert "What is known now about the time up to" in restated
    assert "Return to date: believed then −50%, known now 850%." in restated


def test_restated_totals_are_a_kind_of_their_own(large: Workspace) -> None:
    for kind in (Kind.AS_OF, Kind.RESTATED):
        services.totals_on(workspace=large, kind=kind, as_of=DAY, now=NOW)
    assert PastTotals.objects.count() == 2
