"""API v1 under hostile input: problem documents, never a 5xx, nothing written."""

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.models import Initiative
from tests.calls import Api, api_of
from tests.factories import make_initiative, make_kpi, make_workspace

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "errors"}
BAD_BODIES = {
    "empty": "",
    "no JSON": "{",
    "deep": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "deep and closed": "[" * 900 + "]" * 900,
    "NaN": '{"name": NaN}',
    "Infinity": '[{"on": "2026-01-01", "amount": Infinity}]',
    "float overflow": '[{"on": "2026-01-01", "amount": 1e999}]',
    "huge exponent": '[{"on": "2026-01-01", "amount": 1E+1000000}]',
    "tiny exponent": '[{"on": "2026-01-01", "amount": 1E-1000000}]',
    "huge number": '{"horizon_months": ' + "9" * 5000 + "}",
    "NUL": '{"name": "a\\u0000b", "on": "2026-01-01"}',
    "NUL in a name": '{"a\\u0000b": 1}',
    "raw NUL": '{"name": "a\0b"}',
    "surrogate": '{"name": "\\ud800", "on": "2026-01-01"}',
    "half pair in a list": '["\\udfff"]',
    "not UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "twice": '{"name": "a", "name": "b"}',
    "a text": '"text"',
    "a number": "12",
    "null": "null",
    "nested where a text belongs": '{"name": {"$ne": 1}, "on": {"a": [1]}}',
    "rows of nonsense": json.dumps([{"on": {}, "amount": []}, 7, None, "x", []]),
    "long name": json.dumps({"name": "x" * 100_000}),
    "year 0": '[{"on": "0000-01-01", "amount": "1"}]',
    "year 9999": '[{"on": "9999-12-31", "amount": "1", "basis": "plan"}]',
    "year 1": '[{"on": "0001-01-01", "amount": "1"}]',
}
PATHS = (
    "initiatives/",
    "initiatives/one/stages/",
    "initiatives/one/kpis/",
    "initiatives/one/adoption/",
    "initiatives/one/costs/",
    "initiatives/one/benefits/",
    "initiatives/one/assessments/",
    "initiatives/one/events/",
    "initiatives/one/ratings/",
    "initiatives/one/mitigations/",
    "kpis/{kpi}/readings/",
    "rates/",
)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def admin(workspace: Workspace) -> Iterator[Api]:
    make_initiative(workspace, "one")
    return api_of(workspace)


@pytest.mark.parametrize("name", sorted(BAD_BODIES))
def test_a_bad_body_is_a_problem_everywhere(admin: Api, workspace: Workspace, name: str) -> None:
    kpi = make_kpi(workspace.initiatives.get()).pk
    for path in PATHS:
        answer = admin.post(path.format(kpi=kpi), BAD_BODIES[name])
        assert (path, answer.status_code, answer["Content-Type"]) == (path, 400, PROBLEM)
        assert set(answer.json()) == MEMBERS
    assert Initiative.objects.count() == 1


@pytest.mark.parametrize("name", sorted(set(BAD_BODIES) - {"empty"}))
def test_a_bad_change_is_no_5xx(admin: Api, workspace: Workspace, name: str) -> None:
    kpi = make_kpi(workspace.initiatives.get()).pk
    cost = admin.post("initiatives/one/costs/", [{"on": "2026-01-01", "amount": "1"}]).json()["results"][0]["id"]
    row = {"cause": "integration", "what": "Sign", "due": "2026-07-01"}
    action = admin.post("initiatives/one/mitigations/", row).json()["id"]
    for path in ("initiatives/one/", f"kpis/{kpi}/", f"costs/{cost}/", f"mitigations/{action}/"):
        answer = admin.call("PATCH", path, BAD_BODIES[name], **{"if-match": "*"})
        assert (path, answer.status_code, answer["Content-Type"]) == (path, 400, PROBLEM)


@pytest.mark.parametrize(
    "path",
    [
        "nothing/",
        "initiatives",
        "initiatives/one",
        "initiatives/one/nothing/",
        "kpis/0/",
        "kpis/-1/",
        "kpis/99999999999999999999999/",
        "costs/9223372036854775808/",
        "initiatives/%00/",
        "initiatives/%ED%A0%80/",
        "initiatives/..%2F..%2Fetc/",
        "initiatives/'%20OR%201=1/",
        "initiatives/" + "x" * 3000 + "/",
        "../../login/",
    ],
)
def test_an_unknown_path_is_a_problem(admin: Api, path: str) -> None:
    answer = admin.get(path)
    assert (answer.status_code, answer["Content-Type"]) in {(404, PROBLEM), (400, PROBLEM)}
    assert set(answer.json()) == MEMBERS


@pytest.mark.parametrize(
    "query",
    [
        "cursor=%00",
        "cursor=" + "A" * 5000,
        "cursor=W10=",
        "cursor=WzEsMiwzXQ==",
        "cursor=W2ZhbHNlLCJ4IiwgMWU5OTld",
        "cursor=W2ZhbHNlLCAieFx1MDAwMCIsIDFd",
        "cursor=W2ZhbHNlLCAieCIsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OV0=",
        "cursor=W2ZhbHNlLCB7fSwgMV0=",
        "page_size=99999999999999999999999999",
        "page_size=-5",
        "page_size=NaN",
        "offset=100000000000000000000",
        "unit=%00",
        "tag=%ED%A0%80",
        "format=xml",
        "owner=%FF",
    ],
)
def test_an_odd_query_is_no_5xx(admin: Api, query: str) -> None:
    for path in ("initiatives/", "initiatives/one/costs/", "rates/"):
        answer = admin.get(f"{path}?{query}")
        assert answer.status_code in {200, 400}
        assert answer["Content-Type"] == ("application/json" if answer.status_code == 200 else PROBLEM)


def test_a_cursor_of_dates_takes_no_other_text(admin: Api) -> None:
    answer = admin.get("initiatives/one/costs/?cursor=W2ZhbHNlLCAibm90IGEgZGF0ZSIsIDFd")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_415(admin: Api, kind: str) -> None:
    headers = {"authorization": f"Bearer {admin.secret}"}
    answer = admin.client.generic("POST", "/api/v1/initiatives/", "name=x", content_type=kind, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)


def test_a_body_over_the_limit_is_413(admin: Api) -> None:
    answer = admin.post("initiatives/", '{"name": "' + "x" * (10 * 1024 * 1024) + '"}')
    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)


def test_a_host_that_is_not_ours_is_a_problem(admin: Api) -> None:
    answer = Client(SERVER_NAME="evil.example").get("/api/v1/me/")
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_an_unforeseen_error_is_a_problem_without_its_cause(admin: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("portfolio.api.initiatives.create_initiative", fail)
    answer = admin.post("initiatives/", {"name": "x"})
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert "secret detail" not in answer.content.decode()


def test_a_database_that_refuses_work_is_503(admin: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr("portfolio.api.initiatives.create_initiative", fail)
    answer = admin.post("initiatives/", {"name": "x"})
    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2201-01-01", "9999-12-31"])
def test_a_day_that_no_calendar_of_a_company_holds_is_refused_everywhere(
    admin: Api, workspace: Workspace, day: str
) -> None:
    kpi = make_kpi(workspace.initiatives.get()).pk
    money = {"on": day, "amount": "1", "basis": "plan"}
    calls = [
        ("POST", "initiatives/", {"name": "x", "go_live": day}),
        ("POST", "initiatives/", {"name": "x", "planned_go_live": day}),
        ("PATCH", "initiatives/one/", {"go_live": day}),
        ("POST", "initiatives/one/stages/", {"to": "pilot", "effective_on": day}),
        ("POST", "initiatives/one/costs/", [money]),
        ("POST", "initiatives/one/benefits/", [{**money, "benefit_class": "cash"}]),
        ("POST", "initiatives/one/kpis/", {"name": "x", "direction": "up", "baseline_from": day}),
        ("POST", "initiatives/one/kpis/", {"name": "x", "direction": "up", "redefined_on": day}),
        ("PATCH", f"kpis/{kpi}/", {"targets": [{"on": day, "value": "1"}]}),
        ("POST", f"kpis/{kpi}/readings/", [{"on": day, "value": "1"}]),
    ]
    for method, path, body in calls:
        answer = admin.call(method, path, body, **{"if-match": "*"})
        assert (path, answer.status_code) == (path, 400), answer.content
    assert admin.get("initiatives/one/roi/").status_code == 200


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "costs",
    [
        [{"on": "2200-12-31", "amount": "1", "basis": "forecast"}],
        [{"on": "1970-01-01", "amount": "1"}, {"on": "2200-01-01", "amount": "1", "basis": "plan"}],
        [{"on": "2026-01-01", "amount": "99999999999999.9999999999"}] * 50,
        [{"on": "2026-01-01", "amount": "-99999999999999"}, {"on": "2026-03-01", "amount": "0.0000000001"}],
    ],
)
def test_figures_of_extreme_records_are_answered(admin: Api, workspace: Workspace, costs: list[object]) -> None:
    line = {"on": "2026-05-01", "amount": "1", "benefit_class": "cash", "confirmed": True, "evidence": "ledger"}
    admin.post("initiatives/one/costs/", costs)
    api_of(workspace, Role.FINANCE).post("initiatives/one/benefits/", [line])
    for path in ("initiatives/one/roi/", "initiatives/one/risk/", "portfolio/", "portfolio/?as_of=1970-01-01"):
        assert admin.get(path).status_code == 200
