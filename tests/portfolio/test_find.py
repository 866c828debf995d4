"""Find: pages, initiatives and actions by words; only what the person may open; a fixed number of queries."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import BusinessUnit, Membership, Workspace
from portfolio.access import may_write, writable_initiatives
from portfolio.contexts.finding import DEEDS
from portfolio.services.initiatives import archive_initiative
from tests.factories import NOW, Actor, actor, make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db


def found(client: Client, words: str) -> list[str]:
    """What the page lists for the words, in its order, each as "kind: label"."""
    page = client.get("/find", {"q": words})
    assert page.status_code == 200
    lines = re.findall(r'<li><a href="[^"]*">([^<]*)</a>.*?<small>(\w+)</small></li>', page.content.decode())
    return [f"{kind}: {label}" for label, kind in lines]


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN))


@pytest.fixture
def executive(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.EXECUTIVE))


@pytest.mark.parametrize("words", ["ct-7", "triage", "CLAIMS tri", "Nadia", "fraud", "Motor", "motor claims nadia"])
def test_an_initiative_is_found_by_key_name_owner_tag_and_unit(
    workspace: Workspace, executive: Client, words: str
) -> None:
    make_initiative(workspace, "ct-7", name="Claims triage", owner="Nadia Roth", unit="Motor", tags=["fraud"])
    make_initiative(workspace, "other", name="Voice intake")
    assert found(executive, words) == ["Initiative: Claims triage"]


def test_an_owner_with_an_account_is_found_by_name(workspace: Workspace, executive: Client, owner: Membership) -> None:
    owner.user.name = "Nadia Roth"
    owner.user.save()
    make_initiative(workspace, "claims", owner="owner@acme.example")
    assert found(executive, "roth") == ["Initiative: Claims"]


def test_the_whole_key_comes_first_then_names_that_begin_so(workspace: Workspace, executive: Client) -> None:
    for key, name in (("a1", "The mail desk"), ("b1", "Mail sorting"), ("mail", "Zebra"), ("c1", "Desk for mail")):
        make_initiative(workspace, key, name=name)
    names = [line.removeprefix("Initiative: ") for line in found(executive, "mail") if "Page" not in line]
    assert names == ["Zebra", "Mail sorting", "Desk for mail", "The mail desk"]


def test_a_whole_key_is_found_among_many_names_that_begin_so(workspace: Workspace, executive: Client) -> None:
    make_initiative(workspace, "MAIL", name="Zebra")
    for number in range(7):
        make_initiative(workspace, f"m{number}", name=f"Mail {number}")
    assert found(executive, "mail")[0] == "Initiative: Zebra"


def test_names_come_before_units_and_tags(workspace: Workspace, executive: Client) -> None:
    make_initiative(workspace, "a", name="Alpha", unit="Claims")
    make_initiative(workspace, "z", name="Zeta of claims")
    assert found(executive, "claims") == ["Initiative: Zeta of claims", "Initiative: Alpha"]


def test_a_stranger_never_finds_it(workspace: Workspace, stranger: Membership) -> None:
    make_initiative(workspace, "claims", name="Claims triage", owner="Nadia", unit="Motor", tags=["fraud"])
    client = signed_in(stranger)
    for words in ("claims", "Nadia", "Motor", "fraud", "add reading to claims", "costs"):
        assert "Claims" not in " ".join(found(client, words))


def test_units_of_another_workspace_find_nothing_here(
    workspace: Workspace, executive: Client, stranger: Membership
) -> None:
    make_initiative(stranger.workspace, "theirs", unit="Motor")
    make_initiative(workspace, "claims")
    assert found(executive, "motor") == []


def test_an_archived_initiative_is_not_found(workspace: Workspace, admin: Client) -> None:
    archive_initiative(actor=Actor.system(workspace), initiative=make_initiative(workspace), now=NOW)
    assert found(admin, "claims") == []


def test_nobody_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/find?q=x").headers["Location"].startswith("/login/")


def test_it_is_read_only(admin: Client) -> None:
    assert admin.post("/find", {"q": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("add reading to claims triage", "Add a reading to Claims triage"),
        ("score the causes of claims", "Score the causes of Claims triage"),
        ("enter costs of Claims", "Enter costs of Claims triage"),
        ("claims cost", "Enter costs of Claims triage"),
        ("benefit claims", "Add a benefit to Claims triage"),
        ("stage claims", "Change the stage of Claims triage"),
    ],
)
def test_what_is_to_be_recorded_comes_first(workspace: Workspace, admin: Client, words: str, expected: str) -> None:
    make_initiative(workspace, "ct", name="Claims triage")
    make_initiative(workspace, "other", name="Voice intake")
    assert found(admin, words)[0] == f"Action: {expected}"


def test_a_deed_alone_offers_pages_first_and_then_own_initiatives(workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, "mine", owner="owner@acme.example")
    make_initiative(workspace, "theirs")
    assert found(signed_in(owner), "causes") == [
        "Page: The scale of the eight causes",
        "Page: Risk",
        "Action: Score the causes of Mine",
    ]


def test_an_executive_is_offered_nothing_to_record(workspace: Workspace, executive: Client) -> None:
    make_initiative(workspace, "claims")
    assert found(executive, "claims") == ["Initiative: Claims"]
    assert found(executive, "add reading to claims") == []


def test_finance_enters_money_and_no_readings(workspace: Workspace, colleague: Membership) -> None:
    make_initiative(workspace, "claims")
    lines = found(signed_in(colleague), "claims")
    assert "Action: Enter costs of Claims" in lines
    assert "Action: Add a reading to Claims" not in lines


def test_a_manager_is_offered_only_what_is_theirs(workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, "mine", name="Mail mine", owner="owner@acme.example")
    make_initiative(workspace, "theirs", name="Mail theirs")
    assert found(signed_in(owner), "mail reading") == ["Action: Add a reading to Mail mine"]


@pytest.mark.parametrize("role", list(Role))
def test_the_list_that_one_may_write_agrees_with_the_single_row(workspace: Workspace, role: Role) -> None:
    unit = BusinessUnit.objects.create(workspace=workspace, name="Plants")
    make_member(workspace, role, "person@acme.example", unit=unit)
    person = actor(workspace, role)
    owned = make_initiative(workspace, "owned", owner="person@acme.example")
    rows = [owned, make_initiative(workspace, "unit", unit="Plants"), make_initiative(workspace, "others")]
    rows.append(make_initiative(workspace, "sponsored", sponsor="person@acme.example"))
    for permission in {deed.permission for deed in DEEDS}:
        expected = {row.key for row in rows if may_write(person, row, permission)}
        assert {row.key for row in writable_initiatives(person, permission)} == expected


@pytest.mark.parametrize(
    ("role", "words", "expected"),
    [
        (Role.EXECUTIVE, "risk", ["Page: Risk"]),
        (Role.EXECUTIVE, "imp", []),
        (Role.MANAGER, "import", ["Page: Import"]),
        (Role.EXECUTIVE, "people", []),
        (Role.ADMIN, "invite", ["Page: People"]),
        (Role.EXECUTIVE, "shortcuts", ["Page: Keyboard", "Page: Your preferences"]),
        (Role.FINANCE, "exchange", ["Page: Exchange rates"]),
        (Role.ADMIN, "exchange", []),
    ],
)
def test_pages_are_found_by_role(workspace: Workspace, role: Role, words: str, expected: list[str]) -> None:
    assert sorted(found(signed_in(make_member(workspace, role)), words)) == expected


@pytest.mark.parametrize("role", list(Role))
def test_everything_found_opens(workspace: Workspace, role: Role) -> None:
    make_initiative(workspace, "claims", owner=f"{role}@acme.example")
    client = signed_in(make_member(workspace, role))
    for words in ("claims", "evidence claims", "plan claims", "edit claims", "rates", "closed", "how"):
        page = client.get("/find", {"q": words}).content.decode()
        for url in re.findall(r'<li><a href="(/[^"]*)">[^<]*</a>.*?<small>\w+</small></li>', page):
            assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("words", ["", "   ", "\0", "\u3000"])
def test_no_words_find_nothing_and_say_what_can_be_found(workspace: Workspace, admin: Client, words: str) -> None:
    make_initiative(workspace)
    page = admin.get("/find", {"q": words}).content.decode()
    assert "by key, name, owner, unit or tag" in page
    assert found(admin, words) == []


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; drop table x", "{", ",", "<script>", "a\0b", "😀", "[[", '"'])
def test_odd_characters_are_plain_characters(workspace: Workspace, admin: Client, words: str) -> None:
    make_initiative(workspace, "claims", tags=["one", "two"])
    assert found(admin, words) == []
    assert "<script>" not in admin.get("/find", {"q": words}).content.decode()


def test_odd_characters_are_found_where_they_stand(workspace: Workspace, executive: Client) -> None:
    make_initiative(workspace, "claims", name="50%_off Über-Prüfung")
    assert found(executive, "%_ über-prüf") == ["Initiative: 50%_off Über-Prüfung"]


def test_a_long_query_is_cut(workspace: Workspace, executive: Client) -> None:
    make_initiative(workspace, "claims")
    assert found(executive, "x" * 5000) == []
    assert found(executive, "claims " * 500) == ["Initiative: Claims"]


def test_eight_lines_at_the_most(workspace: Workspace, admin: Client) -> None:
    for number in range(12):
        make_initiative(workspace, f"mail-{number}")
    lines = found(admin, "mail")
    assert len(lines) == len(set(lines)) == 8


@pytest.mark.parametrize("words", ["mail", "add reading to mail", "costs", "nothing like it", "a b c d e f"])
def test_the_number_of_queries_does_not_grow(workspace: Workspace, admin: Client, words: str) -> None:
    make_initiative(workspace, "mail", unit="A", owner="admin@acme.example")
    few = _queries(admin, words)
    for number in range(9):
        make_initiative(workspace, f"mail-{number}", unit=f"Unit {number}", owner="admin@acme.example")
    assert _queries(admin, words) == few <= 9


def test_a_script_gets_the_bare_options(workspace: Workspace, admin: Client) -> None:
    make_initiative(workspace, "claims")
    answer = admin.get("/find", {"q": "claims"}, headers={"x-fragment": "1"})
    assert "X-Fragment" in answer.headers["Vary"]
    assert answer.content.decode().startswith('<a role="option" id="found-1" href="/initiatives/claims/"')
    assert "<html" not in answer.content.decode()


def test_the_box_stands_on_every_page_of_members(admin: Client) -> None:
    assert 'action="/find"' in admin.get("/alerts/").content.decode()
    assert admin.get("/find").content.decode().count('action="/find"') == 1
    assert 'action="/find"' not in Client().get("/login/").content.decode()


def _queries(client: Client, words: str) -> int:
    headers = {"x-fragment": "1"}
    client.get("/find", {"q": words}, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        client.get("/find", {"q": words}, headers=headers)
    return len(captured)
