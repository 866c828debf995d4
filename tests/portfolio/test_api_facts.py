"""API v1: KPIs and facts; corrections supersede; Idempotency-Key."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.models import BenefitLine, CostLine, Initiative, Reading
from portfolio.models.kpis import KpiShare
from tests.calls import Api, api_of
from tests.factories import make_initiative, make_kpi, make_workspace

COST = {"on": "2026-03-01", "amount": "1200.50", "category": "compute"}
BENEFIT = {"on": "2026-03-01", "amount": "300", "benefit_class": "cash", "evidence": "invoice 7"}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def one(workspace: Workspace) -> Initiative:
    return make_initiative(workspace, "one")


@pytest.fixture
def admin(workspace: Workspace, one: Initiative) -> Api:
    return api_of(workspace)


def recorded(api: Api, path: str, row: dict[str, object]) -> dict[str, object]:
    found: dict[str, object] = api.post(path, [row]).json()["results"][0]
    return found


def test_costs_are_recorded_and_listed_with_amounts_as_texts(admin: Api) -> None:
    made = admin.post("initiatives/one/costs/", [COST, {**COST, "on": "2026-01-01", "amount": 7, "basis": "plan"}])
    shown = admin.get("initiatives/one/costs/").json()["results"]
    assert (made.status_code, made.json()["created"]) == (201, 2)
    assert [(row["on"], row["amount"], row["currency"], row["basis"]) for row in shown] == [
        ("2026-01-01", "7", "EUR", "plan"),
        ("2026-03-01", "1200.5", "EUR", "actual"),
    ]


def test_an_amount_as_a_json_number_is_kept_to_the_last_digit(admin: Api) -> None:
    admin.post("initiatives/one/costs/", '[{"on": "2026-03-01", "amount": 12345678901234.0123456789}]')
    assert CostLine.objects.get().amount == Decimal("12345678901234.0123456789")


def test_the_same_external_id_with_the_same_content_changes_nothing(admin: Api) -> None:
    row = {**COST, "external_id": "inv-1", "source": "erp"}
    answers = [admin.post("initiatives/one/costs/", [row]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[1].json()["unchanged"] == 1
    assert CostLine.objects.count() == 1


def test_the_same_external_id_with_other_content_supersedes(admin: Api) -> None:
    row = {**COST, "external_id": "inv-1"}
    admin.post("initiatives/one/costs/", [row])
    again = admin.post("initiatives/one/costs/", [{**row, "amount": "9"}]).json()
    assert (again["updated"], [line["amount"] for line in again["results"]]) == (1, ["9"])
    assert (CostLine.objects.count(), CostLine.objects.live().count()) == (2, 1)


def test_without_an_external_id_every_post_is_a_new_fact(admin: Api) -> None:
    for _ in range(2):
        admin.post("initiatives/one/costs/", [COST])
    assert CostLine.objects.live().count() == 2


def test_a_list_with_a_faulty_row_is_refused_whole_and_names_it_by_index(admin: Api) -> None:
    answer = admin.post("initiatives/one/costs/", [COST, {**COST, "amount": "1,200"}, {**COST, "category": "fun"}])
    assert [(fault["field"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("[1].amount", "invalid"),
        ("[2].category", "invalid_choice"),
    ]
    assert CostLine.objects.count() == 0


def test_a_row_that_only_the_record_refuses_is_named_by_index_too(admin: Api) -> None:
    answer = admin.post("initiatives/one/costs/", [COST, {**COST, "on": "2999-01-01"}])
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "[1].on")
    assert CostLine.objects.count() == 0


@pytest.mark.parametrize("body", [{}, COST, [], "x", None, 7, [[]], [7], [None]])
def test_only_a_list_of_rows_is_a_list(admin: Api, body: object) -> None:
    assert admin.post("initiatives/one/costs/", body).status_code == 400


def test_a_list_holds_at_most_10000_rows(admin: Api) -> None:
    assert admin.post("initiatives/one/costs/", [COST] * 10_001).status_code == 400


@pytest.mark.parametrize(
    "amount",
    ["NaN", "Infinity", "1e5", "1_000", "١٢٣", "１２３", " 1", "1 ", "", "--1", "+1", ".5", "5.", "0x1", True, None, [],
     {}, "1" * 15, "0.12345678901", "9" * 400],
)  # fmt: skip
def test_an_odd_amount_is_refused(admin: Api, amount: object) -> None:
    answer = admin.post("initiatives/one/costs/", [{**COST, "amount": amount}])
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "[0].amount")


def test_a_correction_supersedes_and_needs_a_reason_and_the_version(admin: Api) -> None:
    row = recorded(admin, "initiatives/one/costs/", COST)
    path = f"costs/{row['id']}/"
    tag = admin.get(path)["ETag"]
    assert admin.patch(path, {"amount": "5", "reason": "typo"}).status_code == 428
    assert admin.patch(path, {"amount": "5", "reason": "typo"}, '"other"').status_code == 412
    assert admin.patch(path, {"amount": "5"}, tag).json()["errors"][0]["field"] == "reason"
    changed = admin.patch(path, {"amount": "5", "reason": "typo"}, tag)
    old = CostLine.objects.get(pk=row["id"])
    assert (changed.status_code, changed.json()["amount"]) == (200, "5")
    assert (old.amount, old.supersede_reason, old.superseded_at is None) == (Decimal("1200.5"), "typo", False)
    assert admin.get(path).status_code == 404


def test_a_withdrawn_fact_needs_a_reason_and_stays_in_the_record(admin: Api) -> None:
    row = recorded(admin, "initiatives/one/costs/", COST)
    path = f"costs/{row['id']}/"
    assert admin.delete(path, "*").status_code == 400
    assert admin.delete(f"{path}?reason=billed+twice", "*").status_code == 204
    assert (CostLine.objects.count(), CostLine.objects.live().count()) == (1, 0)


@pytest.mark.parametrize("field", ["id", "recorded_at", "initiative", "workspace", "superseded_at", "external_id"])
def test_what_is_not_to_be_written_is_refused(admin: Api, field: str) -> None:
    row = recorded(admin, "initiatives/one/costs/", COST)
    answer = admin.patch(f"costs/{row['id']}/", {field: "1", "reason": "x"}, "*")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_kpi_is_recorded_changed_and_archived(admin: Api, workspace: Workspace) -> None:
    make_initiative(workspace, "two")
    body = {
        "name": "Handle time",
        "direction": "down",
        "key": "aht",
        "baseline_from": "2025-01-01",
        "baseline_to": "2025-06-30",
        "value_per_unit": {"amount": "12.5", "low": "10", "high": "15", "currency": "EUR"},
        "benefit_class": "capacity",
        "targets": [{"on": "2026-12-31", "value": "4.5"}],
        "shared_with": ["two"],
    }
    made = admin.post("initiatives/one/kpis/", body)
    path = f"kpis/{made.json()['id']}/"
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/{path}")
    assert {name: made.json()[name] for name in body} == body
    changed = admin.patch(path, {"targets": [], "value_per_unit": None}, made["ETag"]).json()
    assert (changed["targets"], changed["value_per_unit"], changed["shared_with"]) == ([], None, ["two"])
    assert admin.delete(path, "*").status_code == 204
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"direction": "sideways"}, "direction"),
        ({"baseline_from": "2026-02-01", "baseline_to": "2026-01-01"}, "baseline_to"),
        ({"shared_with": ["none"]}, "shared_with"),
        ({"volume": "none"}, "volume"),
        ({"targets": [{"on": "2026-01-01"}]}, "targets[0].value"),
        ({"value_per_unit": {"amount": "1"}}, "value_per_unit.currency"),
        ({"realisation_share": "2"}, "realisation_share"),
        ({"realisation_share": None}, "realisation_share"),
        ({"primary": "yes"}, "primary"),
    ],
)
def test_a_faulty_kpi_is_refused(admin: Api, change: dict[str, object], field: str) -> None:
    answer = admin.post("initiatives/one/kpis/", {"name": "K", "direction": "up", **change})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_second_reading_for_the_day_supersedes_the_first(admin: Api, one: Initiative) -> None:
    path = f"kpis/{make_kpi(one).pk}/readings/"
    admin.post(path, [{"on": "2026-03-01", "value": "5"}])
    again = admin.post(
        path, [{"on": "2026-03-01", "value": "6"}, {"on": "2026-03-01", "value": "9", "series": "north"}]
    )
    assert (again.json()["created"], again.json()["updated"]) == (1, 1)
    assert sorted(row["value"] for row in admin.get(path).json()["results"]) == ["6", "9"]


def test_a_reading_may_be_a_ratio(admin: Api, one: Initiative) -> None:
    path = f"kpis/{make_kpi(one).pk}/readings/"
    row = recorded(admin, path, {"on": "2026-03-01", "numerator": "1", "denominator": "8"})
    assert row["value"] == "0.125"
    assert admin.post(path, [{"on": "2026-03-01"}]).status_code == 400


def test_a_reading_is_corrected_and_withdrawn(admin: Api, one: Initiative) -> None:
    row = recorded(admin, f"kpis/{make_kpi(one).pk}/readings/", {"on": "2026-03-01", "value": "5"})
    changed = admin.patch(f"readings/{row['id']}/", {"value": "7", "reason": "misread"}, "*").json()
    assert admin.delete(f"readings/{changed['id']}/?reason=gone", "*").status_code == 204
    assert (Reading.objects.count(), Reading.objects.live().count()) == (2, 0)


def test_adoption_is_a_share_or_people(admin: Api) -> None:
    rows = [{"on": "2026-03-01", "share": "0.5"}, {"on": "2026-04-01", "active": 30, "eligible": 40}]
    admin.post("initiatives/one/adoption/", rows)
    assert [row["share"] for row in admin.get("initiatives/one/adoption/").json()["results"]] == ["0.5", "0.75"]
    assert admin.post("initiatives/one/adoption/", [{"on": "2026-05-01", "share": "2"}]).status_code == 400


def test_an_unconfirmed_benefit_has_grade_e_and_finance_makes_it_l(admin: Api, workspace: Workspace) -> None:
    row = recorded(admin, "initiatives/one/benefits/", BENEFIT)
    finance = api_of(workspace, Role.FINANCE)
    refused = admin.post(f"benefits/{row['id']}/confirm/", {})
    confirmed = finance.post(f"benefits/{row['id']}/confirm/", {"evidence": "ledger 4711"})
    assert (row["grade"], row["confirmed"], refused.status_code) == ("E", False, 403)
    assert (confirmed.status_code, confirmed.json()["grade"], confirmed.json()["evidence"]) == (200, "L", "ledger 4711")
    again = finance.post(f"benefits/{confirmed.json()['id']}/confirm/", {})
    assert again.status_code == 400


def test_only_finance_sends_confirmed_benefits(admin: Api, workspace: Workspace) -> None:
    body = [{**BENEFIT, "confirmed": True}]
    assert admin.post("initiatives/one/benefits/", body).status_code == 403
    narrow = api_of(workspace, Role.FINANCE, ["read", "write"])
    assert narrow.post("initiatives/one/benefits/", body).status_code == 403
    assert api_of(workspace, Role.FINANCE).post("initiatives/one/benefits/", body).json()["results"][0]["grade"] == "L"
    assert BenefitLine.objects.count() == 1


def test_confirming_needs_evidence(workspace: Workspace, one: Initiative) -> None:
    finance = api_of(workspace, Role.FINANCE)
    row = recorded(finance, "initiatives/one/benefits/", {**BENEFIT, "evidence": ""})
    assert finance.post(f"benefits/{row['id']}/confirm/", {}).json()["errors"][0]["field"] == "evidence"


def test_only_finance_corrects_and_withdraws_what_it_confirmed(admin: Api, workspace: Workspace) -> None:
    row = recorded(api_of(workspace, Role.FINANCE), "initiatives/one/benefits/", {**BENEFIT, "confirmed": True})
    path = f"benefits/{row['id']}/"
    assert admin.patch(path, {"amount": "9", "reason": "x"}, "*").status_code == 403
    assert admin.delete(f"{path}?reason=x", "*").status_code == 403


def test_a_benefit_may_be_about_a_kpi_that_its_initiative_has_or_shares(admin: Api, one: Initiative) -> None:
    """Else its money would be counted beside the effect on the KPI, which the KPI's owner claims."""
    make_kpi(one, key="aht")
    shared = make_kpi(make_initiative(one.workspace, "two"), key="shared")
    KpiShare.objects.create(workspace=one.workspace, kpi=shared, initiative=one)
    make_kpi(make_initiative(make_workspace("other"), "theirs"), key="foreign")
    make_kpi(make_initiative(one.workspace, "three"), key="neighbour")
    for key in ("aht", "shared"):
        assert recorded(admin, "initiatives/one/benefits/", {**BENEFIT, "kpi": key})["kpi"] == key
    for key in ("foreign", "neighbour"):
        answer = admin.post("initiatives/one/benefits/", [{**BENEFIT, "kpi": key}])
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "[0].kpi")


def test_a_benefit_cannot_be_corrected_to_a_kpi_of_another_initiative(admin: Api, one: Initiative) -> None:
    make_kpi(make_initiative(one.workspace, "three"), key="neighbour")
    line = recorded(admin, "initiatives/one/benefits/", BENEFIT)
    answer = admin.patch(f"benefits/{line['id']}/", {"kpi": "neighbour", "reason": "wrong KPI"}, "*")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "kpi")


def test_assessments_and_events_are_recorded(admin: Api) -> None:
    scores = {"integration": "0.5", "workforce": -1}
    made = admin.post("initiatives/one/assessments/", {"on": "2026-03-01", "scores": scores, "evidence": "review"})
    event = admin.post("initiatives/one/events/", {"on": "2026-03-02", "kind": "rollback", "note": "Router"})
    assert (made.status_code, made.json()["scores"]) == (201, {"integration": "0.5", "workforce": "-1"})
    assert (event.status_code, event.json()["kind"]) == (201, "rollback")
    assert len(admin.get("initiatives/one/assessments/").json()["results"]) == 1
    assert len(admin.get("initiatives/one/events/").json()["results"]) == 1


@pytest.mark.parametrize("scores", [{}, {"luck": "1"}, {"integration": "1.5"}, {"integration": "bad"}, [], "x", None])
def test_odd_scores_are_refused(admin: Api, scores: object) -> None:
    answer = admin.post("initiatives/one/assessments/", {"on": "2026-03-01", "scores": scores})
    assert answer.status_code == 400


def test_rates_are_finances_to_record(admin: Api, workspace: Workspace) -> None:
    body = [{"on": "2026-03-02", "base": "EUR", "quote": "USD", "rate": "1.0825"}]
    assert admin.post("rates/", body).status_code == 403
    assert api_of(workspace, Role.FINANCE).post("rates/", body).status_code == 201
    assert admin.get("rates/").json()["results"][0]["rate"] == "1.0825"
    assert api_of(make_workspace("other")).get("rates/").json()["results"] == []


@pytest.mark.parametrize("change", [{"rate": "0"}, {"rate": "-1"}, {"quote": "EUR"}, {"base": "XX"}])
def test_an_odd_rate_is_refused(workspace: Workspace, change: dict[str, str]) -> None:
    row = {"on": "2026-03-02", "base": "EUR", "quote": "USD", "rate": "1.0825", **change}
    assert api_of(workspace, Role.FINANCE).post("rates/", [row]).status_code == 400


def test_a_foreign_fact_is_answered_like_an_unknown_one(admin: Api, workspace: Workspace, one: Initiative) -> None:
    stranger = api_of(make_workspace("other"))
    cost = recorded(admin, "initiatives/one/costs/", COST)["id"]
    benefit = recorded(admin, "initiatives/one/benefits/", BENEFIT)["id"]
    kpi = make_kpi(one).pk
    reading = recorded(admin, f"kpis/{kpi}/readings/", {"on": "2026-03-01", "value": "5"})["id"]
    for path in (f"costs/{cost}/", f"benefits/{benefit}/", f"kpis/{kpi}/", f"readings/{reading}/"):
        unknown = f"{path.split('/')[0]}/999999999/"
        for method, body in (("GET", None), ("PATCH", {"reason": "x"}), ("DELETE", {"reason": "x"})):
            there, nowhere = (stranger.call(method, where, body, **{"if-match": "*"}) for where in (path, unknown))
            assert (there.status_code, there.content) == (404, nowhere.content)
    assert stranger.post(f"benefits/{benefit}/confirm/", {}).status_code == 404
    assert stranger.post(f"kpis/{kpi}/readings/", [{"on": "2026-03-01", "value": "5"}]).status_code == 404
    assert CostLine.objects.live().count() == BenefitLine.objects.live().count() == 1


def test_lists_of_facts_take_as_many_queries_for_more_rows(
    admin: Api, one: Initiative, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kpis = [make_kpi(one, key=f"k{number}", targets=[{"on": "2026-12-31", "value": 1}]) for number in range(3)]
    admin.post("initiatives/one/costs/", [COST] * 3)
    admin.post("initiatives/one/benefits/", [{**BENEFIT, "kpi": kpi.key} for kpi in kpis])
    for path, queries in (("costs/", 3), ("benefits/", 3), ("kpis/", 5)):
        with django_assert_num_queries(queries):
            admin.get(f"initiatives/one/{path}")


def test_a_repeat_with_the_same_key_is_answered_from_what_was_kept(admin: Api) -> None:
    first, second = (admin.post("initiatives/one/costs/", [COST], **{"idempotency-key": "k1"}) for _ in range(2))
    assert (second.status_code, second.json(), second["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert CostLine.objects.count() == 1


def test_another_body_with_the_same_key_is_refused(admin: Api) -> None:
    admin.post("initiatives/one/costs/", [COST], **{"idempotency-key": "k1"})
    other = admin.post("initiatives/one/costs/", [{**COST, "amount": "9"}], **{"idempotency-key": "k1"})
    elsewhere = admin.post("initiatives/one/events/", {"on": "2026-03-02"}, **{"idempotency-key": "k1"})
    assert (other.status_code, elsewhere.status_code, CostLine.objects.count()) == (422, 422, 1)


def test_a_refused_call_keeps_no_answer(admin: Api) -> None:
    admin.post("initiatives/one/costs/", [{**COST, "amount": "x"}], **{"idempotency-key": "k1"})
    assert admin.post("initiatives/one/costs/", [COST], **{"idempotency-key": "k1"}).status_code == 201


def test_a_key_belongs_to_its_token(admin: Api, workspace: Workspace) -> None:
    for api in (admin, api_of(workspace, Role.INTEGRATOR)):
        assert api.post("initiatives/one/costs/", [COST], **{"idempotency-key": "k1"}).status_code == 201
    assert CostLine.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_an_odd_key_is_refused(admin: Api, key: str) -> None:
    assert admin.post("initiatives/one/costs/", [COST], **{"idempotency-key": key}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_twenty_calls_at_once_with_one_key_one_has_an_effect() -> None:
    workspace = make_workspace()
    make_initiative(workspace, "one")
    api = api_of(workspace)

    def call(_: int) -> int:
        try:
            return (
                Api(api.secret, api.membership)
                .post("initiatives/one/costs/", [COST], **{"idempotency-key": "k1"})
                .status_code
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(call, range(20)))
    assert answers <= {201, 409}
    assert CostLine.objects.count() == 1
