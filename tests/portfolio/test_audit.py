"""The audit trail: every source is in it, nothing of strangers, stable pages, the same rows in the file."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Membership, Workspace
from accounts.services.people import change_member
from metrics.core.risk.published import DEFAULT_CODES
from notices.models import Subscription
from portfolio.importing.parse.profile import plain_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import EvidenceFile, InitiativeAlias
from portfolio.services.import_jobs import import_now
from portfolio.services.proof import record_trials
from portfolio.services.published_rates import choose_rates
from portfolio.services.settings import set_dated
from portfolio.trail.kinds import KINDS
from portfolio.trail.sources import sources
from tests.calls import Api, api_of
from tests.factories import NOW, day, make_initiative, make_kpi, make_member

DAY = "2026-03-01"


@pytest.fixture
def api(workspace: Workspace) -> Api:
    return api_of(workspace)


@pytest.fixture
def finance(workspace: Workspace) -> Client:
    client = Client()
    client.force_login(make_member(workspace, Role.FINANCE).user)
    return client


def entries(api: Api, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"audit/{query}").json()["results"]
    return found


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/audit/?format=csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text)))


def test_a_new_fact_says_who_recorded_what(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    api.post("initiatives/one/costs/", [{"on": DAY, "amount": "1200.5", "currency": "EUR", "category": "people"}])
    found = entries(api, "?kind=cost")
    assert len(found) == 1
    assert (found[0]["act"], found[0]["initiative"]) == ("recorded", "one")
    assert found[0]["by"]["name"] == api.membership.user.name
    assert "€1,200.50" in found[0]["changes"][0]["after"]


def test_a_correction_is_one_row_with_before_after_and_reason(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    api.post("initiatives/one/costs/", [{"on": DAY, "amount": "1200", "currency": "EUR"}])
    pk = api.get("initiatives/one/costs/").json()["results"][0]["id"]
    done = api.patch(f"costs/{pk}/", {"amount": "1300", "reason": "Invoice came"}, "*")
    assert done.status_code == 200
    found = entries(api, "?kind=cost")
    assert [each["act"] for each in found] == ["corrected", "recorded"]
    assert found[0]["reason"] == "Invoice came"
    assert found[0]["changes"] == [{"field": "amount", "before": "€1,200.00", "after": "€1,300.00"}]


def scene(workspace: Workspace, api: Api) -> None:
    """One record of every kind."""
    one, two = make_initiative(workspace, "one"), make_initiative(workspace, "two")
    kpi = make_kpi(
        one, key="handle", targets=[{"on": day(DAY), "value": 1}], shared_with=["two"], baseline_from=day("2026-01-01"),
        baseline_to=day("2026-01-31"),
    )  # fmt: skip
    finance = api_of(workspace, Role.FINANCE)
    InitiativeAlias.objects.create(workspace=workspace, initiative=two, source="list", key="2")
    paths: dict[str, Any] = {
        f"kpis/{kpi.pk}/preregistration/": {},
        "initiatives/one/stages/": {"to": "pilot", "effective_on": "2026-02-01"},
        "initiatives/one/adoption/": [{"on": DAY, "share": "0.5"}],
        "initiatives/one/costs/": [{"on": DAY, "amount": "1", "basis": "plan"}],
        "initiatives/one/benefits/": [{"on": DAY, "amount": "1", "benefit_class": "cash", "evidence": "ledger"}],
        "initiatives/one/assessments/": {"on": DAY, "scores": {"workforce": "0.1"}},
        "initiatives/one/events/": {"on": DAY},
        "initiatives/one/ratings/": [{"on": DAY, "rated_by": "Audit", "rating": "red", "scale": "three"}],
        "initiatives/one/mitigations/": {"cause": "workforce", "what": "Train", "due": DAY},
        "initiatives/one/drivers/": [{"name": "cost", "p10": "0.9", "p50": "1", "p90": "1.4"}],
        "initiatives/one/business_cases/": {},
        f"kpis/{kpi.pk}/readings/": [{"on": "2026-01-10", "value": "1"}],
        f"kpis/{kpi.pk}/control_doses/": [{"on": DAY, "series": "north", "share": "0"}],
        f"kpis/{kpi.pk}/destinations/": [{"on": DAY, "cash_out": "0.5"}],
    }
    of_finance: dict[str, Any] = {
        "initiatives/one/hurdles/": {"on": DAY, "value": "0.3", "note": "risky"},
        f"kpis/{kpi.pk}/baseline_approval/": {},
        "prices/": [{"on": DAY, "value": "104.2"}],
        "rates/": [{"on": DAY, "base": "EUR", "quote": "USD", "rate": "1"}],
        "period_locks/": {"through": "2025-12-31"},
    }
    answers = [*(api.post(*each) for each in paths.items()), *(finance.post(*each) for each in of_finance.items())]
    assert [answer.content for answer in answers if answer.status_code >= 300] == []
    system = Actor.system(workspace)
    choose_rates(
        actor=system, now=NOW, codes=sorted(DEFAULT_CODES)[1:], offered=DEFAULT_CODES, reason="Closer to our work"
    )
    set_dated(actor=system, now=NOW, name="hurdle", value=Decimal("0.25"), on=day(DAY))
    arms = {f"{arm}_{name}": 40 for arm in ("treated", "control") for name in ("count", "mean", "deviation")}
    record_trials(
        actor=system, kpi=kpi, now=NOW, rows=[{"on": day(DAY), "allocated_on": day(DAY), "randomised": "teams", **arms}]
    )
    EvidenceFile.objects.create(
        workspace=workspace, initiative=one, name="invoice.pdf", size=1, sha256="1", uploaded_at=NOW
    )
    Subscription.objects.create(workspace=workspace, user=api.membership.user, next_digest_at=NOW, created_at=NOW)


def test_every_kind_of_record_is_in_the_list(workspace: Workspace, api: Api) -> None:
    scene(workspace, api)
    kinds = {each["kind"] for each in entries(api, "?page_size=200")}
    assert {kind.code for kind in KINDS.values()} - kinds == set()


def test_every_model_of_a_source_has_a_name() -> None:
    assert {str(source.model._meta.model_name) for source in sources()} == set(KINDS)


def test_nothing_of_a_stranger_is_ever_listed(workspace: Workspace, api: Api, stranger: Membership) -> None:
    scene(workspace, api)
    other = api_of(stranger.workspace)
    assert {each["kind"] for each in entries(other, "?page_size=200")} <= {"workspace", "role"}
    assert entries(other, "?initiative=one") == []
    assert other.get(f"audit/?person={api.membership.user.pk}").status_code == 400
    person = Client()
    person.force_login(stranger.user)
    page = person.get("/audit/?initiative=one").content.decode()
    assert "No entry matches" in page
    assert "Handle time" not in page


def test_a_withdrawal_and_its_reason_are_found(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    api.post("initiatives/one/costs/", [{"on": DAY, "amount": "1"}, {"on": DAY, "amount": "2"}])
    pk = api.get("initiatives/one/costs/").json()["results"][0]["id"]
    api.delete(f"costs/{pk}/?reason=Booked+100%25+twice", "*")
    found = entries(api, "?reason=100%25 TWICE")
    assert [(each["act"], each["reason"], each["changes"][0]["after"]) for each in found] == [
        ("withdrawn", "Booked 100% twice", "")
    ]
    assert entries(api, "?reason=1005") == []


def test_a_changed_record_says_each_field(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    api.patch("initiatives/one/", {"name": "Claims triage", "go_live": DAY}, "*")
    changed = entries(api, "?kind=initiative&initiative=one")[0]
    assert (changed["act"], changed["origin"], changed["by"]["id"]) == ("changed", "API", api.membership.user.pk)
    assert {(each["field"], each["before"], each["after"]) for each in changed["changes"]} == {
        ("name", "One", "Claims triage"),
        ("go live", "", "Mar 1, 2026"),
    }


def test_a_changed_role_says_whose(workspace: Workspace, api: Api) -> None:
    member = make_member(workspace, Role.MANAGER, "kim@acme.example")
    change_member(actor=Actor.of(api.membership), membership=member, role=Role.FINANCE, unit=None, now=NOW)
    changed = entries(api, "?kind=role")[0]
    assert changed["record"] == "kim"
    assert changed["changes"] == [{"field": "role", "before": "manager", "after": "finance"}]


def test_an_import_is_named_by_its_file(workspace: Workspace, api: Api) -> None:
    make_initiative(workspace, "one")
    import_now(
        actor=Actor.of(api.membership), now=NOW, kind=Kind.COSTS, filename="ledger.csv",
        data=b"initiative,on,amount,currency\none,2026-03-01,5,EUR\n", profile=plain_profile(), write=True,
    )  # fmt: skip
    import_now(
        actor=Actor.of(api.membership), now=NOW, kind=Kind.INITIATIVES, filename="list.csv", data=b"key,name\nx,X\n",
        profile=plain_profile(), write=True,
    )  # fmt: skip
    assert entries(api, "?kind=cost")[0]["origin"] == "import of ledger.csv"
    new = entries(api, "?kind=initiative&initiative=x")[0]
    assert (new["origin"], new["by"]["id"]) == ("import", api.membership.user.pk)


def test_pages_are_stable_while_others_write(workspace: Workspace, api: Api) -> None:
    scene(workspace, api)
    whole = entries(api, "?page_size=200")
    page = api.get("audit/?page_size=7").json()
    found, first = page["results"], page["results"]
    while page["next"]:
        api.post("initiatives/one/costs/", [{"on": DAY, "amount": str(len(found))}])
        page = api.get(page["next"].split("/api/v1/")[1]).json()
        found = [*found, *page["results"]]
        back = page
    assert found == whole
    while len(found) > 2 * len(first):
        back = api.get(back["previous"].split("/api/v1/")[1]).json()
        found = found[: -len(back["results"])]
    assert back["results"] == whole[7:14] or back["results"] == first


def test_the_file_holds_what_the_list_holds(workspace: Workspace, api: Api, finance: Client) -> None:
    scene(workspace, api)
    for query in ("", "&kind=cost", "&initiative=two", f"&person={api.membership.user.pk}", "&reason=closer"):
        listed = [
            (each["by"]["name"], each["origin"], change["field"], change["before"], change["after"], each["reason"])
            for each in entries(api, f"?page_size=200{query}")
            for change in each["changes"]
        ]
        columns = ("who", "from", "field", "before", "after", "reason")
        assert [tuple(line[name] for name in columns) for line in lines(finance, query)] == listed
        assert listed


def test_no_text_of_a_person_is_a_formula_in_the_file(workspace: Workspace, api: Api, finance: Client) -> None:
    make_initiative(workspace, "one", name="=HYPERLINK(1)")
    found = lines(finance, "&initiative=one")
    assert {line["initiative_name"] for line in found} == {"'=HYPERLINK(1)"}


def test_days_are_those_of_the_reader(workspace: Workspace, api: Api, finance: Client) -> None:
    make_initiative(workspace, "one", now=NOW)
    today = timezone.localdate()
    assert lines(finance, f"&kind=initiative&from={today}&to={today}")
    assert lines(finance, f"&kind=initiative&from={today + timedelta(days=1)}") == []
    assert lines(finance, f"&kind=initiative&to={today - timedelta(days=1)}") == []


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "person=0", "person=x", "from=2026-13-01", "from=2026-02-02&to=2026-01-01", "cursor=zzz", "x=1"],
)
def test_a_filter_that_is_not_understood_is_named_and_left_out(
    workspace: Workspace, finance: Client, query: str
) -> None:
    make_initiative(workspace, "one")
    answer = finance.get(f"/audit/?{query}")
    assert answer.status_code == 200
    assert "was not understood and is left out" in answer.content.decode()
    assert "One" in answer.content.decode()


def test_each_row_leads_to_the_portfolio_of_its_day(workspace: Workspace, finance: Client) -> None:
    make_initiative(workspace, "one")
    page = finance.get("/audit/").content.decode()
    assert f'href="/?as_of={timezone.localdate()}"' in page


def test_a_long_text_is_shortened_on_the_page_and_whole_in_the_file(
    workspace: Workspace, api: Api, finance: Client
) -> None:
    text = "word " * 100 + "end"
    make_initiative(workspace, "one", summary=text)
    assert text not in finance.get("/audit/?kind=initiative").content.decode()
    assert any(text in line["after"] for line in lines(finance, "&kind=initiative"))


def test_answers_are_those_of_the_document(client: Client, workspace: Workspace, api: Api) -> None:
    scene(workspace, api)
    document = client.get("/api/v1/openapi.json").json()
    content = document["paths"]["/api/v1/audit/"]["get"]["responses"]["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    answer = api.get("audit/?page_size=200").json()
    assert [error.message for error in Draft202012Validator(schema).iter_errors(answer)] == []


def test_links_stand_where_the_role_opens_the_page(workspace: Workspace, finance: Client, owner: Membership) -> None:
    manager = Client()
    manager.force_login(owner.user)
    assert 'href="/audit/"' in finance.get("/settings/").content.decode()
    assert 'href="/audit/"' not in manager.get("/settings/").content.decode()
