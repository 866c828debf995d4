"""API v1: initiatives and their stages."""

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import BusinessUnit, Workspace
from portfolio.models import Initiative
from tests.calls import Api, api_of
from tests.factories import make_initiative, make_workspace

PROBLEM = "application/problem+json"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def admin(workspace: Workspace) -> Api:
    return api_of(workspace)


@pytest.fixture
def stranger(db: None) -> Api:
    return api_of(make_workspace("other"))


def test_an_initiative_is_recorded_with_its_key_and_read_again(admin: Api) -> None:
    made = admin.post("initiatives/", {"key": "claims-1", "name": "Claims triage", "unit": "Motor", "tags": ["nlp"]})
    read = admin.get("initiatives/claims-1/").json()
    assert (made.status_code, made["Location"]) == (201, "/api/v1/initiatives/claims-1/")
    assert made.json() == read
    assert {name: read[name] for name in ("unit", "tags", "stage", "currency", "owner")} == {
        "unit": "Motor",
        "tags": ["nlp"],
        "stage": "idea",
        "currency": "EUR",
        "owner": "admin",
    }


def test_a_key_is_made_from_the_name_when_none_is_given(admin: Api) -> None:
    keys = [admin.post("initiatives/", {"name": "Claims triage"}).json()["key"] for _ in range(2)]
    assert keys == ["claims-triage", "claims-triage-2"]


def test_a_key_that_exists_is_refused(admin: Api) -> None:
    admin.post("initiatives/", {"key": "one", "name": "One"})
    again = admin.post("initiatives/", {"key": "one", "name": "Two"})
    assert (again.status_code, again["Content-Type"]) in {(400, PROBLEM), (409, PROBLEM)}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": ""}, "name", "blank"),
        ({"name": 7}, "name", "invalid"),
        ({"name": "x", "stage": "pilot"}, "stage", "unknown_field"),
        ({"name": "x", "workspace": 1}, "workspace", "unknown_field"),
        ({"name": "x", "inputs_version": 9}, "inputs_version", "unknown_field"),
        ({"name": "x", "key": "a b"}, "key", "invalid"),
        ({"name": "x", "currency": "euro"}, "currency", "max_length"),
        ({"name": "x", "currency": "QQQ"}, "currency", "unknown_currency"),
        ({"name": "x", "go_live": "2026-13-01"}, "go_live", "invalid"),
        ({"name": "x", "go_live": "20260101"}, "go_live", "invalid"),
        ({"name": "x", "horizon_months": "36"}, "horizon_months", "invalid"),
        ({"name": "x", "horizon_months": 0}, "horizon_months", "min_value"),
        ({"name": "x", "horizon_months": True}, "horizon_months", "invalid"),
        ({"name": "x", "tags": "nlp"}, "tags", "not_a_list"),
    ],
)
def test_a_faulty_initiative_is_refused_by_field(admin: Api, body: object, field: str, code: str) -> None:
    answer = admin.post("initiatives/", body)
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (field, code)


def test_a_change_needs_the_version_that_was_read(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    tag = admin.get("initiatives/one/")["ETag"]
    without = admin.patch("initiatives/one/", {"name": "New"})
    changed = admin.patch("initiatives/one/", {"name": "New"}, tag)
    stale = admin.patch("initiatives/one/", {"name": "Newer"}, tag)
    assert [answer.status_code for answer in (without, changed, stale)] == [428, 200, 412]
    assert admin.get("initiatives/one/").json()["name"] == "New"


def test_a_change_moves_the_version_that_figures_are_held_against(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    before = Initiative.objects.get(key="one").inputs_version
    admin.patch("initiatives/one/", {"name": "New"}, "*")
    assert Initiative.objects.get(key="one").inputs_version == before + 1


def test_the_key_never_changes(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    answer = admin.patch("initiatives/one/", {"key": "two"}, "*")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "key")


def test_an_unchanged_initiative_is_not_sent_again(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    tag = admin.get("initiatives/one/")["ETag"]
    assert admin.get("initiatives/one/", **{"if-none-match": tag}).status_code == 304


def test_an_archived_initiative_is_gone_from_the_api(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    assert admin.delete("initiatives/one/", "*").status_code == 204
    assert admin.get("initiatives/one/").status_code == 404
    assert admin.get("initiatives/").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["a", "b", "c"]),
        ("?stage=pilot", ["b"]),
        ("?unit=Motor", ["a"]),
        ("?programme=Service", ["c"]),
        ("?tag=nlp", ["a", "c"]),
        ("?owner=RUTH", ["b"]),
        ("?tag=nlp&unit=Motor", ["a"]),
        ("?unit=none", []),
    ],
)
def test_filters_narrow_the_list(admin: Api, workspace: Workspace, query: str, keys: list[str]) -> None:
    make_initiative(workspace, "a", unit="Motor", tags=["nlp"])
    make_initiative(workspace, "b", owner="Ruth")
    make_initiative(workspace, "c", programme="Service", tags=["nlp", "pilot"])
    admin.post("initiatives/b/stages/", {"to": "pilot", "effective_on": "2026-06-01"})
    assert [row["key"] for row in admin.get(f"initiatives/{query}").json()["results"]] == keys


@pytest.mark.parametrize("query", ["?colour=red", "?stage=flying", "?stage=pilot&stage=idea", "?tag=%00", "?cursor=x"])
def test_an_odd_parameter_is_refused(admin: Api, query: str) -> None:
    answer = admin.get(f"initiatives/{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_pages_follow_one_another_both_ways(admin: Api, workspace: Workspace) -> None:
    for number in range(5):
        make_initiative(workspace, f"k{number}", name="Same name")
    first = admin.get("initiatives/?page_size=2").json()
    second = admin.client.get(first["next"], headers={"authorization": f"Bearer {admin.secret}"}).json()
    third = admin.client.get(second["next"], headers={"authorization": f"Bearer {admin.secret}"}).json()
    back = admin.client.get(third["previous"], headers={"authorization": f"Bearer {admin.secret}"}).json()
    keys = [[row["key"] for row in page["results"]] for page in (first, second, third, back)]
    assert keys == [["k0", "k1"], ["k2", "k3"], ["k4"], ["k2", "k3"]]
    assert (first["previous"], third["next"]) == (None, None)


def test_a_row_added_while_paging_doubles_and_skips_none(admin: Api, workspace: Workspace) -> None:
    for letter in "bdf":
        make_initiative(workspace, letter)
    first = admin.get("initiatives/?page_size=2").json()
    make_initiative(workspace, "a")
    rest = admin.client.get(first["next"], headers={"authorization": f"Bearer {admin.secret}"}).json()
    assert [row["key"] for row in first["results"] + rest["results"]] == ["b", "d", "f"]


def test_a_page_holds_at_most_200_rows(admin: Api, workspace: Workspace) -> None:
    from_factory = make_initiative(workspace, "k")
    Initiative.objects.bulk_create(
        Initiative(workspace=workspace, key=f"k{number}", name="K", currency="EUR", created_at=from_factory.created_at)
        for number in range(205)
    )
    assert len(admin.get("initiatives/?page_size=100000000").json()["results"]) == 200


@pytest.mark.parametrize("size", ["0", "-1", "ten", "1e3", "٣", "1_0"])
def test_an_odd_page_size_is_refused(admin: Api, size: str) -> None:
    assert admin.get(f"initiatives/?page_size={size}").status_code == 400


def test_the_list_takes_as_many_queries_for_more_rows(
    admin: Api, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        make_initiative(workspace, f"k{number}", unit=f"Unit {number}", programme="P")
    admin.get("initiatives/")
    with django_assert_num_queries(2):
        admin.get("initiatives/")


def test_a_foreign_initiative_is_answered_like_an_unknown_one(stranger: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    for path in ("", "stages/", "kpis/", "costs/", "benefits/", "adoption/", "assessments/", "events/", "ratings/"):
        foreign = stranger.get(f"initiatives/one/{path}")
        unknown = stranger.get(f"initiatives/none/{path}")
        assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
        assert (foreign.status_code, foreign["Content-Type"]) == (404, PROBLEM)


def test_a_stranger_changes_nothing(stranger: Api, workspace: Workspace) -> None:
    row = make_initiative(workspace, "one")
    answers = [
        stranger.patch("initiatives/one/", {"name": "Mine"}, "*"),
        stranger.delete("initiatives/one/", "*"),
        stranger.post("initiatives/one/stages/", {"to": "pilot", "effective_on": "2026-06-01"}),
        stranger.post("initiatives/one/costs/", [{"on": "2026-06-01", "amount": "1"}]),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    row.refresh_from_db()
    assert (row.name, row.archived_at, row.costs.count()) == ("One", None, 0)


def test_a_unit_of_another_workspace_is_not_reached_by_its_name(admin: Api, stranger: Api) -> None:
    foreign = BusinessUnit.objects.create(workspace=stranger.membership.workspace, name="Motor")
    admin.post("initiatives/", {"key": "one", "name": "One", "unit": "Motor"})
    assert Initiative.objects.get(key="one").unit_id != foreign.pk


def test_stages_are_recorded_in_order_and_back(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "one")
    for to, day in (("pilot", "2026-03-01"), ("rollout", "2026-04-01"), ("pilot", "2026-05-01")):
        made = admin.post("initiatives/one/stages/", {"to": to, "effective_on": day, "note": "Decided"})
        assert made.status_code == 201
    shown = admin.get("initiatives/one/stages/").json()["results"]
    assert [(row["to"], row["effective_on"]) for row in shown] == [
        ("pilot", "2026-03-01"),
        ("rollout", "2026-04-01"),
        ("pilot", "2026-05-01"),
    ]
    assert admin.get("initiatives/one/").json()["stage"] == "pilot"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"to": "flying", "effective_on": "2026-06-01"}, "to"),
        ({"to": "pilot"}, "effective_on"),
        ({"to": "pilot", "effective_on": "2099-01-01"}, "effective_on"),
    ],
)
def test_a_faulty_stage_change_is_refused(admin: Api, workspace: Workspace, body: object, field: str) -> None:
    make_initiative(workspace, "one")
    answer = admin.post("initiatives/one/stages/", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_manager_writes_own_initiatives_and_reads_others(admin: Api, workspace: Workspace) -> None:
    manager = api_of(workspace, Role.MANAGER)
    manager.post("initiatives/", {"key": "mine", "name": "Mine"})
    make_initiative(workspace, "theirs", owner="Somebody else")
    assert manager.patch("initiatives/mine/", {"summary": "x"}, "*").status_code == 200
    assert manager.get("initiatives/theirs/").status_code == 200
    assert manager.patch("initiatives/theirs/", {"summary": "x"}, "*").status_code == 403


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(admin: Api, method: str) -> None:
    answer = admin.call(method, "initiatives/")
    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
    assert "GET" in answer["Allow"]
