"""Editions that name an initiative by a number and by changing names lead to one initiative."""

import pytest

from accounts.access import Actor
from accounts.models import Workspace
from portfolio.importing.parse.profile import profile_from
from portfolio.importing.parse.schema import Kind
from portfolio.models import Initiative, InitiativeAlias
from portfolio.services.imports import ImportReport, import_file
from portfolio.services.initiatives import archive_initiative
from tests.factories import NOW, make_workspace

pytestmark = pytest.mark.django_db
ROW_KEY = {"row_key": True}
PROFILE = profile_from(
    {
        "name": "list",
        "source": "list",
        "key": [["number"], ["name"]],
        "linked": True,
        "initiatives": [{"key": ROW_KEY, "name": "name"}],
        "events": [{"initiative": ROW_KEY, "on": {"value": "2026-01-31"}, "note": "name"}],
    }
)


def load(workspace: Workspace, text: str, kind: Kind = Kind.INITIATIVES) -> ImportReport:
    return import_file(
        actor=Actor.system(workspace),
        now=NOW,
        kind=kind,
        data=text.encode(),
        filename="list.csv",
        profile=PROFILE,
        write=True,
    )


def test_a_project_is_followed_from_its_name_to_its_number_to_a_new_name(workspace: Workspace) -> None:
    for edition in ("name\nBig bridge\n", "number,name\nN-1,Big Bridge\n", "number,name\nn-1,Crossing\n"):
        load(workspace, edition)
    one = Initiative.objects.get()
    assert (one.key, one.name) == ("big-bridge", "Crossing")
    assert set(one.aliases.values_list("key", flat=True)) == {"n-1", "crossing"}


def test_facts_of_a_later_edition_belong_to_the_initiative_of_the_first(workspace: Workspace) -> None:
    load(workspace, "name\nBig bridge\n")
    load(workspace, "number,name\nN-1,Big Bridge\n")
    load(workspace, "number,name\nN-1,Crossing\n", Kind.EVENTS)
    assert Initiative.objects.get().events.count() == 1


def test_what_a_file_calls_an_initiative_is_a_change_once(workspace: Workspace) -> None:
    load(workspace, "name\nBig bridge\n")
    first, second = (load(workspace, "number,name\nN-1,Big bridge\n") for _ in range(2))
    assert [(change.field, change.after) for change in first.changes] == [("also known as", "n-1")]
    assert (second.updated, second.unchanged) == (0, 1)


def test_a_name_that_two_rows_claim_stays_with_the_first_of_them(workspace: Workspace) -> None:
    load(workspace, "number,name\nN-1,Bridge\n")
    report = load(workspace, "number,name\nN-1,Crossing\nN-2,Bridge\n")
    assert (report.created, report.updated, report.rejected) == (1, 1, 0)
    assert InitiativeAlias.objects.get(key="bridge").initiative.key == "N-1"
    again = load(workspace, "number,name\nN-1,Crossing\nN-2,Bridge\n")
    assert (again.created, again.unchanged) == (0, 2)


def test_an_archived_initiative_is_not_written_by_another_name(workspace: Workspace) -> None:
    load(workspace, "number,name\nN-1,Bridge\n")
    archive_initiative(actor=Actor.system(workspace), initiative=Initiative.objects.get(), now=NOW)
    assert "is archived" in load(workspace, "name\nBridge\n").rejections[0].reason


def test_another_workspace_knows_none_of_the_names(workspace: Workspace) -> None:
    load(workspace, "number,name\nN-1,Bridge\n")
    other = make_workspace("other")
    load(other, "name\nBridge\n")
    assert Initiative.objects.get(workspace=other).key == "Bridge"
