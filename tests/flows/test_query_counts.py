"""Every list takes the same number of queries for twice the rows; the numbers stand in query_counts.json."""

import json
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Actor
from accounts.choices import Role
from accounts.models import Workspace
from metrics import services
from metrics.core.risk.published import DEFAULT_CODES
from portfolio.models import EvidenceFile
from portfolio.services.prices import record_prices
from portfolio.services.proof import record_control_doses, record_destinations, record_trials
from portfolio.services.published_rates import choose_rates
from portfolio.services.rates import record_rates
from tests.calls import Api, api_of
from tests.factories import day, make_initiative, make_kpi, make_member, make_workspace
from tests.notices.figures import make_alert

KNOWN: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())
ROWS = 3


def add_rows(workspace: Workspace, api: Api, part: int) -> int:
    """ROWS more of everything that a list shows; returns the id of a KPI of the initiative `one`."""
    one = workspace.initiatives.filter(key="one").first() or make_initiative(workspace, "one")
    kpi = make_kpi(one, key=f"first-{part}")
    for number in range(part * ROWS, (part + 1) * ROWS):
        on = (day("2026-01-01") + timedelta(days=number)).isoformat()
        make_alert(
            make_initiative(workspace, f"other-{number}", unit=f"Unit {number}", programme=f"Programme {number}")
        )
        make_kpi(
            one, key=f"k{number}", targets=[{"on": day("2026-12-31"), "value": 1}], shared_with=[f"other-{number}"]
        )
        make_member(workspace, Role.MANAGER, f"person{number}@acme.example")
        api_of(workspace, Role.MANAGER, email=f"person{number}@acme.example")
        api.post("initiatives/one/stages/", {"to": "pilot", "effective_on": on})
        api.post("initiatives/one/adoption/", [{"on": on, "share": "0.5"}])
        api.post("initiatives/one/costs/", [{"on": on, "amount": "1"}])
        api.post("initiatives/one/benefits/", [{"on": on, "amount": "1", "benefit_class": "cash", "kpi": f"k{number}"}])
        api.post("initiatives/one/assessments/", {"on": on, "scores": {"workforce": "0.1"}})
        api.post("initiatives/one/events/", {"on": on})
        said = {"on": on, "rated_by": "Audit", "rating": "red", "scale": "three"}
        api.post("initiatives/one/ratings/", [said])
        api.post("initiatives/one/mitigations/", {"cause": "workforce", "what": f"Train {number}", "due": on})
        api.post(f"kpis/{kpi.pk}/readings/", [{"on": on, "value": "1"}])
        rate = {"on": day(on), "base": "EUR", "quote": "USD", "rate": 1}
        record_rates(actor=Actor.system(workspace), now=timezone.now(), rows=[rate])
        add_proof(workspace, number, day(on))
    services.refresh(workspace=workspace, now=timezone.now())
    api.post("initiatives/one/costs/", [{"on": "2026-01-01", "amount": "2"}])
    services.refresh(workspace=workspace, now=timezone.now())
    services.refresh_portfolio(workspace=workspace, now=timezone.now())
    return kpi.pk


def add_proof(workspace: Workspace, number: int, on: date) -> None:
    """One row more of what backs the KPI `first-0`, an evidence file and a price level."""
    kpi = workspace.kpis.get(key="first-0")
    of_kpi: dict[str, Any] = {"actor": Actor.system(workspace), "kpi": kpi, "now": timezone.now()}
    arms = {f"{arm}_{name}": 40 for arm in ("treated", "control") for name in ("count", "mean", "deviation")}
    record_trials(**of_kpi, rows=[{"on": on, "allocated_on": on, "randomised": "teams", **arms}])
    record_control_doses(**of_kpi, rows=[{"on": on, "series": "north", "share": 0}])
    record_destinations(**of_kpi, rows=[{"on": on, "cash_out": 0}])
    month = {"on": date(2020 + number, 1, 1), "value": 100}
    record_prices(actor=of_kpi["actor"], now=timezone.now(), rows=[month])
    codes = sorted(DEFAULT_CODES)[number % 2 :]
    choose_rates(actor=of_kpi["actor"], now=timezone.now(), codes=codes, offered=DEFAULT_CODES, reason="Why.")
    EvidenceFile.objects.create(
        workspace=workspace, initiative=kpi.initiative, name=f"{number}.pdf", size=1, sha256=str(number),
        uploaded_at=timezone.now(),
    )  # fmt: skip


def counts(api: Api, person: Client, kpi: int) -> dict[str, int]:
    """Queries per path."""
    found = {}
    for path in KNOWN:
        is_api, address = path.startswith("/api/"), path.format(kpi=kpi, today=timezone.localdate(timezone=UTC))
        client, headers = (api.client, {"authorization": f"Bearer {api.secret}"}) if is_api else (person, {})
        client.get(address, headers=headers)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address, headers=headers).status_code == 200, path
        found[path] = len(captured)
    return found


@pytest.mark.django_db
def test_every_list_takes_a_fixed_number_of_queries() -> None:
    workspace = make_workspace()
    api, person = api_of(workspace), Client()
    person.force_login(api.membership.user)
    kpi = add_rows(workspace, api, 0)
    few = counts(api, person, kpi)
    add_rows(workspace, api, 1)
    assert few == counts(api, person, kpi)
    assert few == KNOWN
