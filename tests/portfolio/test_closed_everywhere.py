"""Every path that writes a fact is refused in a closed period and names who closed it: a table by kind of path."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.importing.parse.profile import plain_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import CostLine, Fact, Initiative, Kpi
from portfolio.services import bulk
from portfolio.services.imports import import_file
from portfolio.services.locks import lock_period
from portfolio.services.proof import preregister
from tests.calls import Api, api_of
from tests.factories import NOW, actor, make_initiative, make_kpi
from tests.portfolio.test_pages_initiatives import signed_in

CLOSED, OPEN = "2026-03-15", "2026-05-15"
NAMED = "finance closed"

MONEY = {"on": CLOSED, "amount": "5"}
GAIN = {**MONEY, "benefit_class": "cash", "evidence": "ledger 7"}
ARMS = {f"{arm}_{part}": "4" for arm in ("treated", "control") for part in ("mean", "deviation")}
COUNTS = {"treated_count": 4, "control_count": 4}
TRIAL = {"on": CLOSED, "allocated_on": CLOSED, "randomised": "teams", **COUNTS, **ARMS}
DRIVER = {"on": CLOSED, "name": "cost", "p10": "1", "p50": "1", "p90": "2"}
RATING = {"on": CLOSED, "rated_by": "Audit", "rating": "red", "scale": "three"}
RATING = {"on": CLOSED, "rated_by": "Audit", "rating": "red", "scale": "three"}
RATE = {"on": CLOSED, "base": "EUR", "quote": "USD", "rate": "1.1"}

LISTS: Mapping[str, Any] = {
    "initiatives/one/costs/": [MONEY],
    "initiatives/one/benefits/": [GAIN],
    "initiatives/one/adoption/": [{"on": CLOSED, "share": "0.5"}],
    "initiatives/one/drivers/": [DRIVER],
    "initiatives/one/ratings/": [RATING],
    "kpis/{kpi}/readings/": [{"on": CLOSED, "value": "5"}],
    "kpis/{kpi}/trials/": [TRIAL],
    "kpis/{kpi}/control_doses/": [{"on": CLOSED, "series": "north", "share": "0"}],
    "kpis/{kpi}/destinations/": [{"on": CLOSED, "cash_out": "0.5"}],
    "prices/": [{"on": CLOSED, "value": "100"}],
    "rates/": [RATE],
}
SINGLE: Mapping[str, Any] = {
    "initiatives/one/stages/": {"to": "pilot", "effective_on": CLOSED},
    "initiatives/one/assessments/": {"on": CLOSED, "scores": {"integration": "0.5"}},
    "initiatives/one/events/": {"on": CLOSED, "kind": "incident"},
    "initiatives/one/mitigations/": {"on": CLOSED, "cause": "integration", "what": "Sign", "due": OPEN},
    "initiatives/one/hurdles/": {"on": CLOSED, "value": "0.4", "note": "risky"},
}
BY_FINANCE = {"prices", "rates", "hurdles"}
ADDRESSES = {  # where a fact of a list is read, corrected and withdrawn
    "initiatives/one/costs/": "costs",
    "initiatives/one/benefits/": "benefits",
    "initiatives/one/drivers/": "drivers",
    "initiatives/one/ratings/": "ratings",
    "kpis/{kpi}/readings/": "readings",
    "kpis/{kpi}/trials/": "trials",
    "kpis/{kpi}/control_doses/": "control_doses",
    "kpis/{kpi}/destinations/": "destinations",
    "prices/": "prices",
    "initiatives/one/mitigations/": "mitigations",
}
FILES = {
    Kind.INITIATIVES: f"key,name,stage,stage_on\none,One,pilot,{CLOSED}",
    Kind.STAGES: f"initiative,to,effective_on\none,pilot,{CLOSED}",
    Kind.READINGS: f"initiative,kpi,on,value\none,time,{CLOSED},5",
    Kind.ADOPTION: f"initiative,on,share\none,{CLOSED},0.5",
    Kind.COSTS: f"initiative,on,amount\none,{CLOSED},5",
    Kind.BENEFITS: f"initiative,on,amount,benefit_class\none,{CLOSED},5,cash",
    Kind.ASSESSMENTS: f"initiative,on,integration\none,{CLOSED},0.5",
    Kind.EVENTS: f"initiative,on,kind\none,{CLOSED},incident",
    Kind.RATINGS: f"initiative,on,rated_by,rating,scale\none,{CLOSED},Audit,red,three",
    Kind.RATES: f"on,base,quote,rate\n{CLOSED},EUR,USD,1.1",
}
LINE = {"on": CLOSED, "amount": "5", "currency": "EUR", "basis": "actual"}
PAGES: Mapping[str, Mapping[str, str]] = {
    "/initiatives/one/costs/": {**LINE, "category": "data"},
    "/initiatives/one/benefits/new/": {**LINE, "benefit_class": "cash"},
    "/initiatives/one/stage/": {"to": "pilot", "effective_on": CLOSED, "not_live_yet": "on"},
    "/initiatives/one/assessment/": {"on": CLOSED, "integration": "0.5"},
    "/initiatives/one/events/": {"on": CLOSED, "kind": "incident", "note": "Outage"},
    "/initiatives/one/ratings/": RATING,
    "/initiatives/one/kpis/": {"kpi-{kpi}-value": "5", "kpi-{kpi}-on": CLOSED, "adoption-on": ""},
    "/initiatives/one/kpis/#adoption": {"adoption-share": "50", "adoption-on": CLOSED},
    "/initiatives/one/kpis/{kpi}/readings/": {"lines": f"{CLOSED}\t5", "series": "treated"},
    "/initiatives/one/hurdle/": {"on": CLOSED, "value": "40", "note": "risky"},
    "/settings/hurdle/": {
        "on": CLOSED,
        "name": "hurdle",
        "value": "25",
        "confirmed": json.dumps({"name": "hurdle", "on": CLOSED, "value": "0.25"}),
    },
    "/settings/rates/": RATE,
}
HELD_PAGES = {
    "/initiatives/one/costs/{pk}/": "costs",
    "/initiatives/one/costs/{pk}/withdraw/": "costs",
    "/initiatives/one/benefits/{pk}/": "benefits",
    "/initiatives/one/benefits/{pk}/confirm/": "benefits",
    "/initiatives/one/benefits/{pk}/withdraw/": "benefits",
    "/initiatives/one/drivers/{pk}/withdraw/": "drivers",
    "/initiatives/one/hurdle/{pk}/withdraw/": "hurdles",
    "/initiatives/one/stage/{pk}/withdraw/": "stages",
    "/initiatives/one/assessment/{pk}/withdraw/": "assessments",
    "/initiatives/one/events/{pk}/withdraw/": "events",
    "/initiatives/one/ratings/{pk}/withdraw/": "ratings",
    "/initiatives/one/mitigations/{pk}/withdraw/": "mitigations",
    "/initiatives/one/adoption/{pk}/withdraw/": "adoption",
    "/initiatives/one/kpis/{kpi}/readings/{pk}/withdraw/": "readings",
    "/initiatives/one/kpis/{kpi}/trials/{pk}/withdraw/": "trials",
    "/initiatives/one/kpis/{kpi}/control-doses/{pk}/withdraw/": "control_doses",
    "/initiatives/one/kpis/{kpi}/destinations/{pk}/withdraw/": "destinations",
    "/settings/prices/{pk}/withdraw/": "prices",
    "/settings/rates/{pk}/withdraw/": "rates",
}


@pytest.fixture
def kpi(workspace: Workspace) -> Kpi:
    return make_kpi(make_initiative(workspace, "one"), key="time")


@pytest.fixture
def initiative(kpi: Kpi) -> Initiative:
    return kpi.initiative


def close(workspace: Workspace) -> None:
    lock_period(actor=actor(workspace, Role.FINANCE), now=NOW, through=date(2026, 4, 30))


def facts() -> int:
    """How many facts there are in all."""
    return sum(model.objects.count() for model in Fact.__subclasses__())


def role_for(path: str) -> Role:
    return Role.FINANCE if any(name in path for name in BY_FINANCE) else Role.ADMIN


def api_for(workspace: Workspace, path: str) -> Api:
    return api_of(workspace, role_for(path))


def is_refused(answer: HttpResponse) -> bool:
    """Whether the answer refuses and names who closed the period."""
    said = answer.json() if answer["Content-Type"].startswith("application/") else {}
    told = "".join(error["message"] for error in said["errors"]) if said else answer.content.decode()
    return answer.status_code == 400 and NAMED in told


@pytest.mark.parametrize(("path", "body"), [*LISTS.items(), *SINGLE.items()])
def test_the_api_records_nothing(workspace: Workspace, kpi: Kpi, path: str, body: Any) -> None:
    close(workspace)
    before = facts()
    assert is_refused(api_for(workspace, path).post(path.format(kpi=kpi.pk), body))
    assert facts() == before


@pytest.mark.parametrize(("path", "body"), [*LISTS.items(), *SINGLE.items()])
def test_the_same_is_recorded_while_the_period_is_open(workspace: Workspace, kpi: Kpi, path: str, body: Any) -> None:
    assert api_for(workspace, path).post(path.format(kpi=kpi.pk), body).status_code == 201


def test_a_long_list_is_refused_by_its_row(workspace: Workspace, kpi: Kpi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WORTH_COPYING", 2)
    close(workspace)
    rows = [{"on": f"2026-05-{day:02}", "value": "1"} for day in range(1, 29)] + LISTS["kpis/{kpi}/readings/"]
    answer = api_of(workspace).post(f"kpis/{kpi.pk}/readings/", rows)
    assert [error["field"] for error in answer.json()["errors"]] == ["[28].on"]
    assert is_refused(answer)


@pytest.fixture
def held(workspace: Workspace, kpi: Kpi) -> Mapping[str, int]:
    """One fact of each kind, recorded before the period was closed; ids by kind."""
    ids: dict[str, int] = {}
    for path, body in [*LISTS.items(), *SINGLE.items()]:
        said = api_for(workspace, path).post(path.format(kpi=kpi.pk), body).json()
        ids[path.rstrip("/").rpartition("/")[2]] = (said["results"][0] if "results" in said else said)["id"]
    close(workspace)
    return ids


@pytest.mark.parametrize("kind", ADDRESSES.values())
def test_the_api_withdraws_nothing(workspace: Workspace, held: Mapping[str, int], kind: str) -> None:
    api = api_for(workspace, kind)
    address = f"{kind}/{held[kind]}/"
    assert is_refused(api.delete(f"{address}?reason=typo", api.get(address)["ETag"]))


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("costs", {"amount": "9"}),
        ("costs", {"on": OPEN}),
        ("benefits", {"amount": "9"}),
        ("readings", {"value": "9"}),
        ("readings", {"on": OPEN}),
    ],
)
def test_the_api_corrects_nothing(
    workspace: Workspace, held: Mapping[str, int], kind: str, change: Mapping[str, str]
) -> None:
    api, address = api_of(workspace), f"{kind}/{held[kind]}/"
    assert is_refused(api.patch(address, {**change, "reason": "typo"}, api.get(address)["ETag"]))


@pytest.mark.parametrize(("kind", "path"), [("costs", "initiatives/one/costs/"), ("readings", "kpis/{kpi}/readings/")])
def test_a_fact_of_an_open_period_is_not_dated_back(workspace: Workspace, kpi: Kpi, kind: str, path: str) -> None:
    close(workspace)
    api = api_of(workspace)
    made = api.post(path.format(kpi=kpi.pk), [{**LISTS[path][0], "on": OPEN}]).json()["results"][0]["id"]
    address = f"{kind}/{made}/"
    change = {"on": CLOSED, "reason": "typo"}
    assert is_refused(api.patch(address, change, api.get(address)["ETag"]))


def test_the_api_confirms_nothing(workspace: Workspace, held: Mapping[str, int]) -> None:
    assert is_refused(api_of(workspace, Role.FINANCE).post(f"benefits/{held['benefits']}/confirm/", {}))


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("write", [True, False])
def test_a_file_is_refused_by_its_row(workspace: Workspace, initiative: Initiative, kind: Kind, write: bool) -> None:
    close(workspace)
    before = facts()
    who = actor(workspace, Role.FINANCE if kind is Kind.RATES else Role.ADMIN)
    settings: dict[str, Any] = {"filename": "list.csv", "profile": plain_profile(), "write": write}
    report = import_file(actor=who, now=NOW, kind=kind, data=FILES[kind].encode(), **settings)
    assert [(issue.line, NAMED in issue.reason) for issue in report.rejections] == [(2, True)]
    assert (report.applied, facts()) == (False, before)


def test_the_good_rows_of_a_file_may_be_loaded(workspace: Workspace, initiative: Initiative) -> None:
    close(workspace)
    data = f"{FILES[Kind.COSTS]}\none,{OPEN},7\n".encode()
    settings: dict[str, Any] = {"filename": "list.csv", "profile": plain_profile(), "write": True, "accept_valid": True}
    report = import_file(actor=actor(workspace), now=NOW, kind=Kind.COSTS, data=data, **settings)
    assert (report.created, report.rejected) == (1, 1)
    assert CostLine.objects.get().amount == 7


@pytest.mark.parametrize(("path", "sent"), PAGES.items())
def test_the_pages_record_nothing(workspace: Workspace, kpi: Kpi, path: str, sent: Mapping[str, str]) -> None:
    close(workspace)
    before = facts()
    role = Role.FINANCE if path.startswith("/settings/") or path.endswith("hurdle/") else Role.ADMIN
    body = {name.format(kpi=kpi.pk): text for name, text in sent.items()}
    assert is_refused(client_of(workspace, role).post(path.format(kpi=kpi.pk), body))
    assert facts() == before


@pytest.mark.parametrize(("path", "kind"), HELD_PAGES.items())
def test_the_pages_change_nothing(
    workspace: Workspace, kpi: Kpi, held: Mapping[str, int], path: str, kind: str
) -> None:
    role = Role.FINANCE if kind in BY_FINANCE or "confirm" in path else Role.ADMIN
    body = {**LINE, "category": "data", "benefit_class": "cash", "evidence": "ledger 7", "reason": "typo"}
    before = facts()
    assert is_refused(client_of(workspace, role).post(path.format(kpi=kpi.pk, pk=held[kind]), body))
    assert facts() == before


def client_of(workspace: Workspace, role: Role) -> Client:
    """A member with this role, signed in."""
    actor(workspace, role)
    return signed_in(workspace.memberships.get(role=role))


def test_no_design_is_frozen_in_it(workspace: Workspace, kpi: Kpi) -> None:
    close(workspace)
    with pytest.raises(ValidationError, match=NAMED):
        preregister(actor=actor(workspace), kpi=kpi, now=NOW, on=date(2026, 3, 2), recorded_at=NOW)


def test_a_driver_of_it_gives_way_to_a_newer_one(workspace: Workspace, held: Mapping[str, int]) -> None:
    newer = {**DRIVER, "on": OPEN, "p90": "3"}
    assert api_of(workspace).post("initiatives/one/drivers/", [newer]).status_code == 201


def test_rows_that_are_copied_are_refused_by_the_database(
    workspace: Workspace, initiative: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WORTH_COPYING", 1)
    close(workspace)
    row: dict[str, Any] = {"on": CLOSED, "amount": Decimal(1), "currency": "EUR", "recorded_at": NOW}
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        bulk.insert(CostLine, [CostLine(workspace=workspace, initiative=initiative, **row)])
