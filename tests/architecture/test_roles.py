"""The role table against real answers: every role x every operation, on own rows and on those of others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.choices import NEEDED_SCOPE, ROLE_TABLE, Permission, Reach, Role, Scope
from accounts.models import Workspace
from portfolio.models import BenefitLine, CostLine, Kpi, Mitigation, Reading
from tests.calls import Api, api_of
from tests.factories import make_initiative, make_kpi, make_workspace

DAY = "2026-03-01"
COST = {"on": DAY, "amount": "1"}
BENEFIT = {"on": DAY, "amount": "1", "benefit_class": "cash", "evidence": "ledger"}
DRIVER = {"name": "cost", "p10": "0.9", "p50": "1", "p90": "1.4"}
ACTION = {"cause": "integration", "what": "Sign the agreement", "due": DAY}
CHANGE = {"amount": "2", "reason": "typo"}


@dataclass(frozen=True)
class Operation:
    """One call; its path may name the rows of `scene`."""

    permission: Permission
    method: str
    path: str
    body: Any = None
    is_of_workspace: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


RATING = {"on": DAY, "rated_by": "Audit", "rating": "red", "scale": "three"}
READ = [
    Operation(Permission.READ, "GET", path)
    for path in (
        "initiatives/", "initiatives/one/", "initiatives/one/stages/", "initiatives/one/kpis/", "kpis/{kpi}/",
        "kpis/{kpi}/readings/", "readings/{reading}/", "initiatives/one/adoption/", "initiatives/one/costs/",
        "costs/{cost}/", "initiatives/one/benefits/", "benefits/{benefit}/", "initiatives/one/assessments/",
        "initiatives/one/events/", "initiatives/one/mitigations/", "mitigations/{action}/",
        "initiatives/one/roi/", "initiatives/one/risk/", "portfolio/", "rates/", "me/",
        "imports/", "initiatives/one/business_cases/", "initiatives/one/drivers/", "initiatives/one/hurdles/",
        "kpis/{kpi}/preregistration/", "kpis/{kpi}/baseline_approval/", "kpis/{kpi}/trials/",
        "kpis/{kpi}/control_doses/", "kpis/{kpi}/destinations/", "period_locks/", "prices/",
        "initiatives/one/ratings/", "published_rates/",
    )
]  # fmt: skip
READ.append(Operation(Permission.READ_AUDIT, "GET", "audit/"))
WRITE = [
    Operation(Permission.WRITE_RECORDS, "PATCH", "initiatives/one/", {"summary": "x"}),
    Operation(Permission.WRITE_RECORDS, "POST", "initiatives/one/stages/", {"to": "pilot", "effective_on": DAY}),
    Operation(Permission.WRITE_RECORDS, "POST", "initiatives/one/kpis/", {"name": "K", "direction": "up"}),
    Operation(Permission.WRITE_RECORDS, "PATCH", "kpis/{kpi}/", {"unit": "h"}),
    Operation(Permission.WRITE_RECORDS, "POST", "kpis/{kpi}/readings/", [{"on": DAY, "value": "2"}]),
    Operation(Permission.WRITE_RECORDS, "PATCH", "readings/{reading}/", {"value": "2", "reason": "typo"}),
    Operation(Permission.WRITE_RECORDS, "DELETE", "readings/{reading}/?reason=x"),
    Operation(Permission.WRITE_RECORDS, "DELETE", "kpis/{kpi}/"),
    Operation(Permission.WRITE_RECORDS, "POST", "initiatives/one/adoption/", [{"on": DAY, "share": "0.5"}]),
    Operation(
        Permission.WRITE_RECORDS, "POST", "initiatives/one/assessments/", {"on": DAY, "scores": {"workforce": "0"}}
    ),
    Operation(Permission.WRITE_RECORDS, "POST", "initiatives/one/events/", {"on": DAY}),
    Operation(Permission.WRITE_RECORDS, "POST", "initiatives/one/ratings/", [RATING]),
    Operation(Permission.WRITE_RECORDS, "POST", "initiatives/one/mitigations/", ACTION),
    Operation(Permission.WRITE_RECORDS, "PATCH", "mitigations/{action}/", {"state": "done"}),
    Operation(Permission.WRITE_RECORDS, "DELETE", "mitigations/{action}/?reason=x"),
    Operation(Permission.WRITE_RECORDS, "DELETE", "initiatives/one/"),
    Operation(Permission.WRITE_MONEY, "POST", "initiatives/one/costs/", [COST]),
    Operation(Permission.WRITE_MONEY, "PATCH", "costs/{cost}/", CHANGE),
    Operation(Permission.WRITE_MONEY, "DELETE", "costs/{cost}/?reason=x"),
    Operation(Permission.WRITE_MONEY, "POST", "initiatives/one/benefits/", [BENEFIT]),
    Operation(Permission.WRITE_MONEY, "PATCH", "benefits/{benefit}/", CHANGE),
    Operation(Permission.WRITE_MONEY, "DELETE", "benefits/{benefit}/?reason=x"),
    Operation(Permission.WRITE_MONEY, "POST", "initiatives/one/drivers/", [DRIVER]),
    Operation(Permission.WRITE_MONEY, "POST", "initiatives/one/business_cases/", {}),
    Operation(Permission.WRITE_RECORDS, "POST", "kpis/{kpi}/preregistration/", {}),
    Operation(Permission.WRITE_RECORDS, "POST", "kpis/{kpi}/destinations/", [{"on": DAY, "cash_out": "0.5"}]),
    Operation(
        Permission.WRITE_RECORDS, "POST", "kpis/{kpi}/control_doses/", [{"on": DAY, "series": "c", "share": "0"}]
    ),
    Operation(Permission.CONFIRM, "POST", "initiatives/one/hurdles/", {"on": DAY, "value": "0.3", "note": "risky"}),
    Operation(Permission.CONFIRM, "POST", "prices/", [{"on": DAY, "value": "104.2"}], True),
    Operation(Permission.CONFIRM, "POST", "period_locks/", {"through": "2025-12-31"}, True),
    Operation(Permission.CONFIRM, "POST", "benefits/{benefit}/confirm/", {}),
    Operation(Permission.CONFIRM, "POST", "rates/", [{"on": DAY, "base": "EUR", "quote": "USD", "rate": "1"}], True),
    Operation(
        Permission.ADMINISTER,
        "POST",
        "published_rates/",
        {"codes": ["rand_2024_cited", "sp_global_2025_pocs"], "reason": "Why."},
        True,
    ),
]
PAGES: dict[str, Permission] = {
    "/audit/": Permission.READ_AUDIT,
    "/settings/people/": Permission.ADMINISTER,
    "/settings/integrations/": Permission.OWN_TOKENS,
}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def scene(workspace: Workspace, owner: str) -> Callable[[str], str]:
    """An initiative with a KPI, a reading, a cost and a benefit; returns what fills their ids into a path."""
    one = make_initiative(workspace, "one", owner=owner)
    kpi = make_kpi(one)
    machine = api_of(workspace, Role.ADMIN)
    machine.post(f"kpis/{kpi.pk}/readings/", [{"on": "2026-02-01", "value": "1"}])
    machine.post("initiatives/one/costs/", [COST])
    machine.post("initiatives/one/costs/", [{**COST, "basis": "plan"}])
    machine.post("initiatives/one/benefits/", [BENEFIT])
    machine.post("initiatives/one/mitigations/", ACTION)
    ids = {
        "kpi": Kpi.objects.get().pk,
        "reading": Reading.objects.get().pk,
        "cost": CostLine.objects.get(basis="actual").pk,
        "benefit": BenefitLine.objects.get().pk,
        "action": Mitigation.objects.get().pk,
    }
    return lambda path: path.format(**ids)


def allowed(api: Api, operation: Operation, fill: Callable[[str], str]) -> bool:
    """Whether the call goes through; what it did is undone."""
    with transaction.atomic():
        answer = api.call(operation.method, fill(operation.path), operation.body, **{"if-match": "*"})
        transaction.set_rollback(True)
    assert answer.status_code in {200, 201, 204, 403}, f"{operation}: {answer.status_code} {answer.content!r}"
    return answer.status_code != 403


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "of others"])
@pytest.mark.parametrize("role", list(Role))
def test_answers_are_those_of_the_role_table(workspace: Workspace, role: Role, is_own: bool) -> None:
    api = api_of(workspace, role)
    fill = scene(workspace, api.membership.user.email if is_own else "Somebody else")
    differences = []
    for operation in [*READ, *WRITE]:
        given = ROLE_TABLE[operation.permission].get(role)
        expected = given is Reach.ALL or (given is Reach.OWN and is_own and not operation.is_of_workspace)
        if allowed(api, operation, fill) is not expected:
            differences.append(str(operation))
    assert differences == []


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_does_nothing_beyond_its_scopes(workspace: Workspace, scope: Scope) -> None:
    fill = scene(workspace, "Somebody else")
    differences = []
    for operation in [*READ, *WRITE]:
        role = next(role for role, given in ROLE_TABLE[operation.permission].items() if given is Reach.ALL)
        expected = NEEDED_SCOPE[operation.permission] is scope
        if allowed(api_of(workspace, role, [scope]), operation, fill) is not expected:
            differences.append(str(operation))
    assert differences == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", sorted(PAGES))
def test_pages_for_some_roles_are_refused_to_others(workspace: Workspace, role: Role, path: str) -> None:
    client = Client()
    client.force_login(api_of(workspace, role).membership.user)
    expected = 200 if role in ROLE_TABLE[PAGES[path]] else 403
    assert client.get(path).status_code == expected
