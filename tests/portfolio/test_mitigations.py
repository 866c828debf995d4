"""Actions against causes: agreed, moved, done, dropped, opened again; what they said before stays in the record."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from portfolio.choices import MitigationState
from portfolio.models import Initiative, Mitigation
from portfolio.selectors import due_dates_of
from portfolio.services.locks import lock_period
from portfolio.services.mitigations import change_mitigation, record_mitigation
from tests.calls import Api, api_of
from tests.factories import NOW, actor, make_initiative, make_member, make_workspace
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
PATH = "initiatives/claims/mitigations/"
LIST = "/initiatives/claims/mitigations/"
ROW: dict[str, Any] = {"cause": "integration", "what": "Sign the agreement", "owner": "admin", "due": "2026-07-01"}
LATER = datetime(2026, 9, 1, 12, tzinfo=NOW.tzinfo)


@pytest.fixture
def claims(workspace: Workspace) -> Initiative:
    return make_initiative(workspace)


@pytest.fixture
def admin(workspace: Workspace, claims: Initiative) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


@pytest.fixture
def api(workspace: Workspace, claims: Initiative) -> Api:
    return api_of(workspace)


def agree(initiative: Initiative, **row: Any) -> Mitigation:
    filled = {**ROW, "due": date(2026, 7, 1), **row}
    return record_mitigation(actor=actor(initiative.workspace), initiative=initiative, now=NOW, row=filled)


def change(mitigation: Mitigation, now: datetime = NOW, **changes: Any) -> Mitigation:
    who = actor(mitigation.workspace)
    return change_mitigation(actor=who, mitigation=mitigation, now=now, changes=changes)


def test_an_action_is_numbered_and_knows_its_person(claims: Initiative) -> None:
    first, second = agree(claims), agree(claims, cause="workforce", owner="Somebody else")
    assert [(row.number, row.state, row.ended_on) for row in (first, second)] == [(1, "open", None), (2, "open", None)]
    assert (str(first.owner_user), second.owner_user) == ("admin", None)
    assert first.on == NOW.date()


def test_a_moved_due_date_stays_visible(claims: Initiative) -> None:
    moved = change(change(agree(claims), due=date(2026, 8, 1)), due=date(2026, 9, 1))
    assert Mitigation.objects.live().get() == moved
    assert due_dates_of([claims]) == {(claims.pk, 1): [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]}
    assert list(Mitigation.objects.order_by("pk").values_list("supersede_reason", flat=True)) == [
        "Due date moved from 2026-07-01",
        "Due date moved from 2026-08-01",
        "",
    ]


def test_what_says_the_same_changes_nothing(claims: Initiative) -> None:
    done = change(agree(claims), state="done", note="Signed")
    assert change(done, LATER, state="done") == done
    assert Mitigation.objects.count() == 2


def test_it_ends_on_a_day_and_may_be_opened_again(claims: Initiative) -> None:
    done = change(agree(claims), LATER, state="done")
    assert (done.state, done.ended_on) == (MitigationState.DONE, LATER.date())
    again = change(done, LATER, state="open", due=date(2026, 10, 1))
    assert (again.state, again.ended_on, again.number) == ("open", None, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "dropped"}, "note"),
        ({"state": "done", "ended_on": date(2026, 6, 16)}, "ended_on"),
        ({"ended_on": date(2026, 6, 1)}, "ended_on"),
        ({"state": "luck"}, "state"),
        ({"cause": "luck"}, "cause"),
        ({"what": ""}, "what"),
        ({"due": date(9999, 1, 1)}, "due"),
        ({"number": 7}, "number"),
    ],
)
def test_an_odd_change_is_refused_by_its_field(claims: Initiative, changes: dict[str, Any], field: str) -> None:
    action = agree(claims)
    with pytest.raises(ValidationError) as refusal:
        change(action, **changes)
    assert list(refusal.value.message_dict) == [field]
    assert Mitigation.objects.get() == action


def test_two_people_do_not_overwrite_each_other(claims: Initiative) -> None:
    action = agree(claims)
    change(action, due=date(2026, 8, 1))
    with pytest.raises(ValidationError, match="Someone else changed this"):
        change(action, state="done")
    assert Mitigation.objects.live().get().due == date(2026, 8, 1)


def test_the_same_external_id_changes_the_same_action(claims: Initiative) -> None:
    first = agree(claims, external_id="JIRA-7")
    assert agree(claims, external_id="JIRA-7") == first
    assert agree(claims, external_id="JIRA-7", due=date(2026, 8, 1)).number == 1
    assert agree(claims, external_id="JIRA-8").number == 2


def test_one_of_a_closed_period_can_still_be_finished(claims: Initiative) -> None:
    action = agree(claims, on=date(2026, 3, 3))
    lock_period(actor=actor(claims.workspace, Role.FINANCE), now=NOW, through=date(2026, 3, 31))
    assert change(action, state="done").on == NOW.date()


def test_the_database_keeps_state_and_end_together(claims: Initiative) -> None:
    agree(claims)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mitigation.objects.create(
            workspace=claims.workspace, initiative=claims, number=9, cause="integration", what="x", on=NOW.date(),
            due=NOW.date(), state="done", recorded_at=NOW,
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_actions_recorded_at_once_get_numbers_of_their_own() -> None:
    claims = make_initiative(make_workspace())
    who = Actor.system(claims.workspace)

    def add(number: int) -> None:
        record_mitigation(
            actor=who, initiative=claims, now=NOW, row={**ROW, "due": date(2026, 7, 1), "what": f"{number}"}
        )
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    assert sorted(Mitigation.objects.live().values_list("number", flat=True)) == [1, 2, 3, 4]


def test_the_api_agrees_moves_finishes_and_withdraws(api: Api) -> None:
    made = api.post(PATH, ROW)
    assert (made.status_code, made.json()["state"], made.json()["due_dates"]) == (201, "open", ["2026-07-01"])
    address = f"mitigations/{made.json()['id']}/"
    moved = api.patch(address, {"due": "2026-08-01"}, made["ETag"])
    assert (moved.status_code, moved.json()["due_dates"]) == (200, ["2026-07-01", "2026-08-01"])
    assert api.get(address).status_code == 404
    address = f"mitigations/{moved.json()['id']}/"
    assert api.patch(address, {"state": "done"}, made["ETag"]).status_code == 412
    done = api.patch(address, {"state": "done", "ended_on": "2026-06-01", "note": "Signed"}, api.get(address)["ETag"])
    assert (done.json()["state"], done.json()["ended_on"], done.json()["number"]) == ("done", "2026-06-01", 1)
    assert [row["recorded_by"] for row in api.get(PATH).json()["results"]] == ["admin"]
    address = f"mitigations/{done.json()['id']}/"
    assert api.delete(f"{address}?reason=mistake", done["ETag"]).status_code == 204
    assert api.get(PATH).json()["results"] == []


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"cause": "luck"}, "cause"),
        ({"due": "soon"}, "due"),
        ({"what": " "}, "what"),
        ({"number": 3}, "number"),
        ({"on": "2099-01-01"}, "on"),
        ({"due": "9999-01-01"}, "due"),
        ({"state": "done", "ended_on": "2099-01-01"}, "ended_on"),
        ({"state": "open", "ended_on": "2026-01-01"}, "ended_on"),
        ({"note": "x" * 1001}, "note"),
    ],
)
def test_the_api_names_what_is_wrong(api: Api, row: dict[str, Any], field: str) -> None:
    answer = api.post(PATH, {**ROW, **row})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
    assert not Mitigation.objects.exists()


def test_a_change_needs_the_version_it_is_about(api: Api) -> None:
    address = f"mitigations/{api.post(PATH, ROW).json()['id']}/"
    assert api.patch(address, {"state": "done"}).status_code == 428
    assert api.delete(f"{address}?reason=x").status_code == 428


def test_strangers_and_other_methods_are_refused(api: Api) -> None:
    pk = api.post(PATH, ROW).json()["id"]
    stranger = api_of(make_workspace("other"))
    assert stranger.get(PATH).status_code == stranger.post(PATH, ROW).status_code == 404
    assert stranger.get(f"mitigations/{pk}/").status_code == 404
    assert stranger.patch(f"mitigations/{pk}/", {"state": "done"}, "*").status_code == 404
    assert api.delete(PATH).status_code == api.post(f"mitigations/{pk}/", ROW).status_code == 405


def test_the_pages_add_move_finish_and_open_again(admin: Client, claims: Initiative) -> None:
    assert admin.post(LIST, ROW).headers["Location"] == LIST
    row = Mitigation.objects.get()
    admin.post(f"{LIST}{row.pk}/", {**ROW, "due": "2026-08-01"})
    row = Mitigation.objects.live().get()
    page = admin.get(LIST).content.decode()
    assert "Due date moved once, first" in page
    assert "Overdue" in page
    admin.post(f"{LIST}{row.pk}/done/", {"ended_on": "2026-06-01", "note": "Signed: https://wiki.example/x"})
    row = Mitigation.objects.live().get()
    assert (row.state, row.ended_on) == ("done", date(2026, 6, 1))
    assert '<a href="https://wiki.example/x" rel="noopener noreferrer">' in admin.get(LIST).content.decode()
    admin.post(f"{LIST}{row.pk}/reopen/", {"due": "2026-12-01", "note": "The agreement ended"})
    assert Mitigation.objects.live().get().state == "open"
    assert admin.get(f"{LIST}{Mitigation.objects.live().get().pk}/").content.decode().count("until") >= 4


def test_dropping_asks_why(admin: Client, claims: Initiative) -> None:
    row = agree(claims)
    refused = admin.post(f"{LIST}{row.pk}/drop/", {"ended_on": "2026-06-01", "note": ""})
    assert refused.status_code == 400
    admin.post(f"{LIST}{row.pk}/drop/", {"ended_on": "2026-06-01", "note": "The system goes"})
    assert Mitigation.objects.live().get().state == "dropped"


def test_readers_see_the_list_without_buttons(workspace: Workspace, claims: Initiative) -> None:
    agree(claims)
    page = signed_in(make_member(workspace, Role.EXECUTIVE)).get(LIST).content.decode()
    assert "Sign the agreement" in page
    assert '<form method="post"' not in page.partition("<main")[2]
    assert "/drop/" not in page


def test_the_list_takes_the_same_queries_for_any_number_of_actions(admin: Client, claims: Initiative) -> None:
    agree(claims)
    admin.get(LIST)
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    for number in range(6):
        change(agree(claims, what=f"{number}"), due=date(2026, 8, 1))
    with CaptureQueriesContext(connection) as many:
        admin.get(LIST)
    assert len(few) == len(many)


def test_the_file_holds_every_action_and_runs_nothing(admin: Client, claims: Initiative) -> None:
    change(agree(claims, what="=1+1"), due=date(2026, 8, 1))
    file = admin.get(f"{LIST}actions.csv")
    [row] = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert (row["what"], row["due"], row["first_due"], row["times_moved"]) == ("'=1+1", "2026-08-01", "2026-07-01", "1")
    assert signed_in(make_member(make_workspace("other"), Role.ADMIN)).get(f"{LIST}actions.csv").status_code == 404
