"""Restatement notes where people and programs read them: pages, history and the API."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from metrics.contexts.causes import sentence_of
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import refresh
from portfolio.models import CostLine, Initiative
from portfolio.services.facts import correct
from tests.calls import Api, api_of
from tests.factories import make_initiative
from tests.metrics.record import earn, spend
from web.formats import Formats

START = datetime(2026, 6, 15, 8, tzinfo=UTC)
EN = Formats("en", "UTC")


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(at(120), tick=False):
        yield


@pytest.fixture
def restated(workspace: Workspace, colleague: Membership) -> Initiative:
    """A return of 50 % that a corrected cost took to 29 %."""
    initiative = make_initiative(workspace, name="Claims triage")
    for month in ("2026-01", "2026-02", "2026-03"):
        spend(initiative, f"{month}-10", 1000, now=START)
    earn(initiative, "2026-03-31", 4500, now=START)
    refresh(workspace=workspace, now=at(1))
    line = CostLine.objects.get(initiative=initiative, on=date(2026, 3, 10))
    changes = {"amount": Decimal(1500)}
    correct(actor=Actor.of(colleague), fact=line, now=at(5), changes=changes, reason="invoice arrived late")
    refresh(workspace=workspace, now=at(60))
    return initiative


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


@pytest.fixture
def api(workspace: Workspace) -> Api:
    return api_of(workspace, Role.ADMIN)


SENTENCE = (
    "Cost (People) of Mar 10, 2026 corrected by colleague on Jun 15, 2026, from €1,000.00 to €1,500.00:"
    " “invoice arrived late”"
)


def page_of(reader: Client, path: str) -> Any:
    response = reader.get(path)
    assert response.status_code == 200
    return response.context["page"]


def test_the_initiative_says_what_it_said_before_and_why(restated: Initiative, reader: Client) -> None:
    note = page_of(reader, "/initiatives/claims/").note
    assert note.is_restatement
    assert [reason.words for reason in note.reasons] == [SENTENCE]
    said = {each.label: (each.was.text, each.now.text) for each in note.moved}
    assert said["Net over the horizon"] == ("€1,500", "€1,000")


def test_a_restatement_stays_on_the_page_when_news_follows(restated: Initiative, reader: Client) -> None:
    spend(restated, "2026-04-10", 100, now=at(61))
    refresh(workspace=restated.workspace, now=at(62))
    note = page_of(reader, "/initiatives/claims/").note
    assert (note.is_restatement, note.is_current) == (True, False)


def test_an_initiative_without_a_change_has_no_note(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace)
    refresh(workspace=workspace, now=at(1))
    assert page_of(reader, "/initiatives/claims/").note is None


def test_the_history_lists_what_counted_newest_first(restated: Initiative, reader: Client) -> None:
    page = page_of(reader, "/initiatives/claims/history/")
    assert [row.is_current for row in page.rows] == [True, False]
    assert [row.is_first for row in page.rows] == [False, True]
    snapshots = list(Snapshot.objects.order_by("-pk").values_list("pk", flat=True))
    assert [row.figures[0][1].url for row in page.rows] == [f"/figures/{pk}-net/" for pk in snapshots]


def test_the_history_comes_in_pages(restated: Initiative, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.contexts.history.PAGE_SIZE", 5)
    for number in range(5):
        spend(restated, "2026-04-10", 100, now=at(100 + 2 * number))
        refresh(workspace=restated.workspace, now=at(101 + 2 * number))
    first, second = (page_of(reader, f"/initiatives/claims/history/?page={number}") for number in (1, 2))
    assert (len(first.rows), len(second.rows), first.pager.next) == (5, 2, "?page=2")
    assert len(page_of(reader, "/initiatives/claims/history/?page=oops").rows) == 5


def test_a_stranger_sees_no_history(restated: Initiative, client: Client, stranger: Membership) -> None:
    client.force_login(stranger.user)
    assert client.get("/initiatives/claims/history/").status_code == 404


def test_the_history_is_only_read(restated: Initiative, reader: Client) -> None:
    assert reader.post("/initiatives/claims/history/").status_code == 405


def test_a_replaced_figure_says_by_what_and_why(restated: Initiative, reader: Client) -> None:
    old, new = Snapshot.objects.order_by("pk").values_list("pk", flat=True)
    standing = page_of(reader, f"/figures/{old}-roi_to_date/").standing
    assert standing.words == "This figure was replaced on Jun 15, 2026, 9:00\u202fAM UTC by 29%."
    assert (standing.url, [reason.words for reason in standing.reasons]) == (f"/figures/{new}-roi_to_date/", [SENTENCE])


def test_a_figure_that_a_later_snapshot_left_alone_says_so(restated: Initiative, reader: Client) -> None:
    old = Snapshot.objects.earliest("pk").pk
    standing = page_of(reader, f"/figures/{old}-benefit_to_date/").standing
    assert standing.words == "This figure was replaced on Jun 15, 2026, 9:00\u202fAM UTC by one that reads the same."


def test_the_current_figure_says_what_was_said_before(restated: Initiative, reader: Client) -> None:
    current = CurrentSnapshot.objects.get().snapshot_id
    standing = page_of(reader, f"/figures/{current}-roi_to_date/").standing
    assert "said 50%." in standing.words
    assert not standing.is_replaced


def test_the_api_gives_the_restatement_with_the_return(restated: Initiative, api: Api) -> None:
    found = api.get("initiatives/claims/roi/").json()["restatement"]
    previous = Snapshot.objects.earliest("pk")
    assert (found["is_restatement"], found["previous"]["snapshot"]) == (True, str(previous.pk))
    roi = next(change for change in found["changes"] if change["figure"] == "roi_to_date")
    assert (roi["label"], roi["was"]["value"], roi["now"]["value"]) == ("ROI to date", "0.500000", "0.285714")
    assert [(row["code"], row["by"], row["words"]) for row in found["because"]] == [
        ("corrected", "colleague", SENTENCE)
    ]


def test_the_api_lists_the_snapshots_of_an_initiative(restated: Initiative, api: Api) -> None:
    rows = api.get("initiatives/claims/snapshots/").json()["results"]
    assert [row["is_current"] for row in rows] == [False, True]
    assert rows[0]["restatement"] is None
    assert rows[1]["restatement"]["previous"]["snapshot"] == rows[0]["snapshot"]
    assert rows[1]["figures"]["net"]["id"] == f"{rows[1]['snapshot']}-net"


def test_snapshots_come_in_pages(restated: Initiative, api: Api) -> None:
    first = api.get("initiatives/claims/snapshots/?page_size=1").json()
    assert len(first["results"]) == 1
    assert first["next"] is not None


def test_a_stranger_lists_no_snapshots(restated: Initiative, stranger: Membership) -> None:
    other = api_of(stranger.workspace, Role.ADMIN)
    assert other.get("initiatives/claims/snapshots/").status_code == 404


def test_snapshots_are_only_read(restated: Initiative, api: Api) -> None:
    assert api.post("initiatives/claims/snapshots/", {}).status_code == 405
    assert api.get("initiatives/claims/snapshots/?sort=net").status_code == 400


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (
            {"code": "added", "noun": "reading", "kpi": "Handle time", "count": 3, "restates": False,
             "on": "2026-01-31", "through": "2026-03-31"},
            "3 readings of Handle time, Jan 31, 2026 – Mar 31, 2026, added",
        ),
        (
            {"code": "added", "noun": "cost", "count": 1, "restates": True, "on": "2026-02-20", "label": "compute",
             "now": "500", "unit": "EUR"},
            "Cost (Compute) of Feb 20, 2026, €500.00, added late",
        ),
        (
            {"code": "changed", "noun": "kpi", "label": "baseline", "kpi": "Handle time", "count": 1, "restates": True,
             "was": "2025-10-01/2025-12-31", "now": "2025-08-01/2025-12-31", "who": 7,
             "at": "2026-11-12T09:00:00+00:00", "reason": "wrong export"},
            "Baseline of Handle time changed by A. Weber on Nov 12, 2026, from Oct 1, 2025 – Dec 31, 2025"
            " to Aug 1, 2025 – Dec 31, 2025: “wrong export”",
        ),
        ({"code": "method", "was": "2", "now": "3", "count": 1, "restates": True}, "The method changed from 2 to 3"),
        (
            {"code": "added", "noun": "setting", "label": "discount_rate", "count": 1, "restates": True,
             "on": "2026-03-01", "now": "0.12"},
            "Discount rate set to 12% from Mar 1, 2026",
        ),
        (
            {"code": "added", "noun": "closed_period", "count": 1, "restates": False, "on": "1970-01-01",
             "now": "2026-04-30"},
            "Months through Apr 30, 2026 closed",
        ),
        (
            {"code": "day", "on": "2026-06-14", "through": "2026-06-15", "count": 1, "restates": False},
            "Time passed from Jun 14, 2026 to Jun 15, 2026",
        ),
        (
            {"code": "changed", "noun": "kpi", "label": "archived_at", "kpi": "Handle time", "count": 1,
             "restates": True, "now": "2026-06-15"},
            "KPI Handle time archived",
        ),
    ],
)  # fmt: skip
def test_causes_are_plain_sentences(cause: dict[str, Any], words: str) -> None:
    assert sentence_of(cause, {7: "A. Weber"}, EN) == words
