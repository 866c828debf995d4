"""Withdrawing what proves an effect, drivers, hurdles and price levels over the API; what a lost design costs."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from metrics.core.attribution.effects import Design
from metrics.core.attribution.gates import is_preregistered
from metrics.inputs import load
from portfolio.models import Initiative, Kpi, Preregistration
from portfolio.services.adoption import record_adoption
from portfolio.services.drivers import record_drivers, set_hurdle
from portfolio.services.prices import record_prices
from portfolio.services.proof import preregister
from tests.calls import api_of
from tests.factories import NOW, actor, make_initiative, make_kpi, make_workspace
from tests.portfolio.test_pages_strangers import facts_of_proof

DAY = date(2026, 5, 4)
LATER = datetime(2026, 6, 20, tzinfo=UTC)
OF_PROOF = {
    "preregistrations": "preregistration",
    "trials": "trial",
    "control_doses": "control_dose",
    "destinations": "destination",
}
KINDS = [*OF_PROOF, "drivers", "hurdles", "prices"]


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace, "one")


@pytest.fixture
def kpi(initiative: Initiative) -> Kpi:
    return make_kpi(initiative, design="series")


@pytest.fixture
def paths(initiative: Initiative, kpi: Kpi) -> Mapping[str, str]:
    """One fact of each kind, by its address."""
    finance = actor(initiative.workspace, Role.FINANCE)
    now: dict[str, Any] = {"actor": finance, "initiative": initiative, "now": NOW}
    points = {"name": "cost", "p10": Decimal(1), "p50": Decimal(1), "p90": Decimal(2)}
    proof = facts_of_proof(kpi)
    ids = {kind: proof[name] for kind, name in OF_PROOF.items()} | {
        "drivers": record_drivers(**now, rows=[points]).created[0].pk,
        "hurdles": set_hurdle(**now, value=Decimal("0.4"), on=DAY, note="risky").pk,
        "prices": record_prices(actor=finance, now=NOW, rows=[{"on": DAY, "value": Decimal(9)}]).created[0].pk,
    }
    return {kind: f"{kind}/{pk}/" for kind, pk in ids.items()}


def role_for(kind: str) -> Role:
    return Role.FINANCE if kind in {"drivers", "hurdles", "prices"} else Role.ADMIN


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_withdrawn_with_a_reason_and_stays_in_the_record(
    workspace: Workspace, initiative: Initiative, paths: Mapping[str, str], kind: str
) -> None:
    api = api_of(workspace, role_for(kind))
    read = api.get(paths[kind])
    assert read.status_code == 200
    assert api.delete(f"{paths[kind]}?reason=%20", read["ETag"]).status_code == 400
    assert api.delete(f"{paths[kind]}?reason=typo").status_code == 428
    before = initiative.inputs_version
    assert api.delete(f"{paths[kind]}?reason=typo", read["ETag"]).status_code == 204
    assert api.get(paths[kind]).status_code == 404
    initiative.refresh_from_db()
    assert initiative.inputs_version > before or kind == "prices"


@pytest.mark.parametrize("kind", KINDS)
def test_others_are_refused(workspace: Workspace, paths: Mapping[str, str], kind: str) -> None:
    stranger, executive = api_of(make_workspace("other")), api_of(workspace, Role.EXECUTIVE)
    etag = executive.get(paths[kind])["ETag"]
    assert stranger.delete(f"{paths[kind]}?reason=x", etag).status_code == 404
    assert executive.delete(f"{paths[kind]}?reason=x", etag).status_code == 403
    assert executive.call("PATCH", paths[kind], {}).status_code == 405


@pytest.mark.parametrize("kind", ["hurdles", "prices"])
def test_what_finance_sets_only_finance_withdraws(workspace: Workspace, paths: Mapping[str, str], kind: str) -> None:
    api = api_of(workspace)
    assert api.delete(f"{paths[kind]}?reason=x", api.get(paths[kind])["ETag"]).status_code == 403


def test_a_reason_that_is_too_long_is_refused_and_not_cut(workspace: Workspace, paths: Mapping[str, str]) -> None:
    api = api_of(workspace)
    etag = api.get(paths["trials"])["ETag"]
    answer = api.delete(f"{paths['trials']}?reason={'x' * 401}", etag)
    assert (answer.status_code, "at most 400" in answer.json()["errors"][0]["message"]) == (400, True)


@pytest.fixture
def in_use(kpi: Kpi) -> Preregistration:
    """A design that was frozen in March; the initiative is in use since May."""
    who = actor(kpi.workspace)
    early = datetime(2026, 3, 2, tzinfo=UTC)
    frozen = preregister(actor=who, kpi=kpi, now=NOW, on=date(2026, 3, 2), recorded_at=early)
    record_adoption(actor=who, initiative=kpi.initiative, now=NOW, rows=[{"on": DAY, "share": Decimal("0.5")}])
    return frozen


def counts(kpi: Kpi) -> bool:
    """Whether the KPI's design counts as preregistered."""
    found = load(kpi.workspace, [kpi.initiative_id], LATER.date(), cut=None).initiatives[kpi.initiative_id].kpis[0]
    return is_preregistered(found, found.doses[0], Design.SERIES)


@pytest.fixture
def page(client: Client, workspace: Workspace) -> Callable[..., Any]:
    user = actor(workspace).user
    assert user
    client.force_login(user)
    return client.post


def test_a_design_withdrawn_after_the_first_use_costs_a_grade_and_says_so(
    client: Client, page: Callable[..., Any], kpi: Kpi, in_use: Preregistration
) -> None:
    assert counts(kpi)
    path = f"/initiatives/one/kpis/{kpi.pk}/preregistration/{in_use.pk}/withdraw/"
    assert "the grade of this KPI is one step lower" in client.get(path).content.decode()
    answer = page(path, {"reason": "wrong controls"}, follow=True).content.decode()
    assert "the grade of this KPI is one step lower" in answer
    assert "No longer holds (admin): wrong controls" in answer
    assert not counts(kpi)


def test_a_design_withdrawn_before_the_first_use_costs_nothing(
    client: Client, page: Callable[..., Any], kpi: Kpi
) -> None:
    frozen = preregister(actor=actor(kpi.workspace), kpi=kpi, now=NOW)
    path = f"/initiatives/one/kpis/{kpi.pk}/preregistration/{frozen.pk}/withdraw/"
    assert "one step lower" not in client.get(path).content.decode()
    page(path, {"reason": "wrong controls"})
    preregister(actor=actor(kpi.workspace), kpi=kpi, now=LATER)
    assert Preregistration.objects.live().count() == 1


def test_a_fact_of_another_kpi_is_not_found(page: Callable[..., Any], kpi: Kpi, in_use: Preregistration) -> None:
    other = make_kpi(kpi.initiative, key="other", name="Other")
    path = f"/initiatives/one/kpis/{other.pk}/preregistration/{in_use.pk}/withdraw/"
    assert page(path, {"reason": "x"}).status_code == 404
