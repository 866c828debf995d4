"""One change of many chosen initiatives: the page shows which, the button changes them, others' stay as they are."""

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import Initiative
from tests.factories import make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
PAGES = ("/many/assign/", "/many/tag/")


@pytest.fixture
def admin(workspace: Workspace) -> Client:
    return signed_in(make_member(workspace, Role.ADMIN, "admin@acme.example"))


@pytest.fixture
def three(workspace: Workspace) -> list[Initiative]:
    return [make_initiative(workspace, key, owner="Nobody") for key in ("a", "b", "c")]


def versions() -> dict[str, int]:
    """How often the inputs of each initiative changed."""
    return dict(Initiative.objects.values_list("key", "inputs_version"))


@pytest.mark.parametrize("address", PAGES)
def test_the_page_names_the_chosen_and_changes_nothing(admin: Client, three: list[Initiative], address: str) -> None:
    before = versions()
    page = admin.get(f"{address}?key=a&key=c&key=unknown&back=stage%3Dpilot")
    assert [row.key for row in page.context["rows"]] == ["a", "c"]
    assert 'href="/initiatives/?stage=pilot"' in page.content.decode()
    assert versions() == before


def test_an_owner_who_is_a_member_gets_them_with_the_account(
    admin: Client, three: list[Initiative], owner: Membership
) -> None:
    answer = admin.post("/many/assign/", {"key": ["a", "b"], "owner": owner.user.email, "back": "sort=name"})
    assert answer["Location"] == "/initiatives/?sort=name"
    found = dict(Initiative.objects.values_list("key", "owner_user"))
    assert found == {"a": owner.user.pk, "b": owner.user.pk, "c": None}


def test_a_tag_is_added_once_and_only_what_changed_counts_as_changed(admin: Client, three: list[Initiative]) -> None:
    Initiative.objects.filter(key="a").update(tags=["old", "board"])
    before = versions()
    page = admin.post("/many/tag/", {"key": ["a", "b"], "tag": "board"}, follow=True)
    assert dict(Initiative.objects.values_list("key", "tags")) == {"a": ["old", "board"], "b": ["board"], "c": []}
    assert {key for key, version in versions().items() if version > before[key]} == {"b"}
    assert "Tagged “board”: 1 initiative. 1 had it already." in page.content.decode()
    assert [row.key for row in admin.get("/initiatives/?tag=board&sort=name").context["list"].rows] == ["a", "b"]


def test_history_knows_who_assigned_what(admin: Client, three: list[Initiative]) -> None:
    admin.post("/many/assign/", {"key": ["a"], "owner": "L. Brandt"})
    event = three[0].history.order_by("-pgh_id")[0]  # type: ignore[attr-defined]
    assert (event.owner, "user" in event.pgh_context.metadata) == ("L. Brandt", True)


def test_a_manager_changes_their_own_and_is_told_of_the_others(
    owner: Membership, workspace: Workspace, three: list[Initiative]
) -> None:
    Initiative.objects.filter(key="a").update(owner_user=owner.user)
    page = signed_in(owner).get("/many/tag/?key=a&key=b").content.decode()
    assert "1 more that you chose is not yours to change" in page
    signed_in(owner).post("/many/tag/", {"key": ["a", "b"], "tag": "x"})
    assert list(Initiative.objects.filter(tags=["x"]).values_list("key", flat=True)) == ["a"]


@pytest.mark.parametrize("address", [*PAGES, "/many/ask/"])
def test_a_stranger_and_an_empty_choice_lead_back_and_change_nothing(
    stranger: Membership, three: list[Initiative], address: str
) -> None:
    before = versions()
    for query in ("", "key=a&key=b", "key=%00"):
        assert signed_in(stranger).get(f"{address}?{query}")["Location"] == "/initiatives/"
    answer = signed_in(stranger).post(address, {"key": ["a"], "tag": "x", "owner": "x", "back": "//evil.example"})
    assert answer["Location"] == "/initiatives/?//evil.example"
    assert versions() == before


@pytest.mark.parametrize(("address", "field", "most"), [("/many/assign/", "owner", 200), ("/many/tag/", "tag", 60)])
def test_a_value_that_is_missing_or_too_long_is_refused_beside_its_field(
    admin: Client, three: list[Initiative], address: str, field: str, most: int
) -> None:
    for value in ("", "x" * (most + 1)):
        page = admin.post(address, {"key": ["a"], field: value})
        assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert admin.delete(address).status_code == 405
