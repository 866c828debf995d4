"""Saved views: a name for a list's address, one's own or shared."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, SavedView, Workspace
from accounts.services.saved_views import MOST_VIEWS, save_view
from tests.factories import actor, make_member

NEW = "/me/views/new/"
NARROW = "stage=pilot&columns=roi,stage"


@pytest.fixture
def manager(workspace: Workspace) -> Membership:
    return make_member(workspace, Role.MANAGER)


@pytest.fixture
def mine(client: Client, manager: Membership) -> Client:
    client.force_login(manager.user)
    return client


def other(member: Membership) -> Client:
    """Another person's browser."""
    client = Client()
    client.force_login(member.user)
    return client


def saved(client: Client, name: str = "Pilots", query: str = NARROW, **words: str) -> Any:
    """The answer to saving a view."""
    return client.post(NEW, {"page": "initiatives", "query": query, "name": name, **words})


def bar(client: Client, query: str = "") -> list[tuple[str, str, bool]]:
    """Name, note and whether it is the one shown, of each view above the list."""
    views = client.get(f"/initiatives/?{query}").context["list"].saved.views
    return [(view.name, view.note, view.is_current) for view in views]


def test_a_saved_view_leads_back_to_what_was_shown(mine: Client) -> None:
    assert saved(mine)["Location"] == f"/initiatives/?{NARROW}"
    assert bar(mine, NARROW) == [("Pilots", "", True)]
    assert bar(mine) == [("Pilots", "", False)]


def test_what_has_no_name_yet_can_be_saved_above_the_list(mine: Client) -> None:
    assert "Save this view" in mine.get(f"/initiatives/?{NARROW}").content.decode()
    saved(mine)
    assert "Save this view" not in mine.get(f"/initiatives/?{NARROW}").content.decode()
    assert "Save this view" not in mine.get("/initiatives/").content.decode()


def test_neither_the_page_of_a_long_list_nor_the_file_is_kept(mine: Client) -> None:
    assert saved(mine, query="?stage=pilot&page=3&format=csv")["Location"] == "/initiatives/?stage=pilot"


def test_a_colleague_does_not_see_ones_own_views(workspace: Workspace, mine: Client) -> None:
    saved(mine)
    colleague = other(make_member(workspace, Role.ADMIN))
    pk = SavedView.objects.get().pk
    assert bar(colleague) == []
    for path in (f"/me/views/{pk}/", f"/me/views/{pk}/delete/"):
        assert (colleague.get(path).status_code, colleague.post(path).status_code) == (404, 404)


@pytest.mark.parametrize("role", list(Role))
def test_administrators_and_finance_share_with_the_workspace(workspace: Workspace, mine: Client, role: Role) -> None:
    member = Membership.objects.filter(workspace=workspace, role=role).first() or make_member(workspace, role)
    saved(other(member), is_shared="on")
    may_share = role in {Role.ADMIN, Role.FINANCE}
    assert SavedView.objects.get().is_shared is may_share
    if may_share:
        assert bar(mine) == [("Pilots", f"shared by {member.user}", False)]


def test_a_stranger_sees_no_view_of_another_workspace(workspace: Workspace, stranger: Membership) -> None:
    saved(other(make_member(workspace, Role.ADMIN)), is_shared="on")
    pk = SavedView.objects.get().pk
    assert bar(other(stranger)) == []
    assert [other(stranger).post(f"/me/views/{pk}/{end}").status_code for end in ("", "delete/")] == [404, 404]


def test_a_shared_view_is_changed_by_its_person_and_administrators_only(workspace: Workspace, mine: Client) -> None:
    finance, admin = (other(make_member(workspace, role)) for role in (Role.FINANCE, Role.ADMIN))
    saved(finance, is_shared="on")
    path = f"/me/views/{SavedView.objects.get().pk}/"
    assert [mine.get(path).status_code, mine.post(f"{path}delete/").status_code] == [403, 403]
    assert finance.post(path, {"name": "Ours", "is_shared": "on"})["Location"] == "/me/views/"
    assert admin.post(f"{path}delete/")["Location"] == "/me/views/"
    assert not SavedView.objects.exists()


def test_renaming_keeps_the_address_and_unsharing_hides_it(workspace: Workspace, mine: Client) -> None:
    admin = other(make_member(workspace, Role.ADMIN))
    saved(admin, is_shared="on")
    admin.post(f"/me/views/{SavedView.objects.get().pk}/", {"name": "  My   pilots "})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.is_shared) == ("My pilots", NARROW, False)
    assert bar(mine) == []


def test_deleting_asks_first(mine: Client) -> None:
    saved(mine)
    path = f"/me/views/{SavedView.objects.get().pk}/delete/"
    assert "Delete Pilots?" in mine.get(path).content.decode()
    assert SavedView.objects.exists()
    mine.post(path)
    assert bar(mine) == []


@pytest.mark.parametrize(
    "words",
    [{"name": ""}, {"name": "   "}, {"name": "pilots"}, {"name": "x", "page": "settings"}, {"name": "x" * 81}],
)
def test_what_cannot_be_saved_is_said_beside_the_form(mine: Client, words: dict[str, str]) -> None:
    saved(mine)
    answer = mine.post(NEW, {"page": "initiatives", "query": NARROW, **words})
    assert (answer.status_code, SavedView.objects.count()) == (400, 1)
    assert "Error: " in answer.content.decode()


def test_two_people_may_use_the_same_name(workspace: Workspace, mine: Client) -> None:
    saved(mine)
    saved(other(make_member(workspace, Role.FINANCE)))
    assert SavedView.objects.count() == 2


def test_there_is_an_end_to_how_many_one_person_saves(workspace: Workspace, mine: Client, manager: Membership) -> None:
    who = actor(workspace, Role.MANAGER)
    for number in range(MOST_VIEWS):
        save_view(actor=who, page="initiatives", name=str(number), query="", is_shared=False, now=timezone.now())
    assert saved(mine).status_code == 400


def test_a_view_can_name_a_filter_that_means_nothing_any_more(mine: Client) -> None:
    saved(mine, query="unit=99999")
    assert "unit “99999”" in mine.get("/initiatives/?unit=99999").content.decode()


@pytest.mark.parametrize("path", ["/me/views/", NEW, "/me/views/1/", "/me/views/1/delete/"])
def test_nobody_is_sent_to_sign_in(workspace: Workspace, client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login/")


def test_the_page_of_views_lists_own_and_shared_ones(workspace: Workspace, mine: Client) -> None:
    saved(mine)
    saved(other(make_member(workspace, Role.FINANCE)), "Ours", is_shared="on")
    page = mine.get("/me/views/").content.decode()
    assert page.count("Rename<") == 1
    assert "Ours" in page
    assert mine.post("/me/views/").status_code == 405
