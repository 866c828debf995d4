"""From an empty installation to a first return, through the pages, as docs/guide/first-five-minutes.md promises."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Workspace
from metrics.models import CurrentSnapshot
from metrics.services import refresh
from portfolio.models import BenefitLine, Kpi
from tests.factories import NOW, make_member
from tests.portfolio.test_pages_initiatives import signed_in
from tests.portfolio.test_pages_readings import KPI
from tests.portfolio.test_pages_settings import FIRST

INITIATIVE = {
    "name": "Claims triage",
    "stage": "production",
    "stage_on": "2026-01-01",
    "go_live": "2026-01-01",
    "currency": "EUR",
    "horizon_months": "24",
}
WORTH = {
    "benefit_class": "cash",
    "value_amount": "100",
    "value_currency": "EUR",
    "baseline_from": "2025-09-01",
    "baseline_to": "2025-12-31",
}
READINGS = """2025-09-30 50
2025-10-31 52
2025-11-30 51
2025-12-31 49
2026-01-31 41
2026-02-28 40
2026-03-31 39
2026-04-30 40
2026-05-31 40"""
COST = {"on": "2026-01-15", "amount": "2000", "currency": "EUR", "category": "people", "basis": "actual"}
BENEFIT = {"on": "2026-05-31", "amount": "3000", "currency": "EUR", "benefit_class": "cash", "basis": "actual"}


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_an_empty_installation_comes_to_a_first_return_by_its_pages(client: Client) -> None:
    client.post("/setup/", {**FIRST, "fiscal_year_start": "1", "discount_rate": "8"})
    client.post("/initiatives/new/", INITIATIVE)
    client.post("/initiatives/claims-triage/kpis/new/", {**KPI, **WORTH})
    kpi = Kpi.objects.get()
    client.post(f"/initiatives/claims-triage/kpis/{kpi.pk}/readings/", {"lines": READINGS, "series": "treated"})
    client.post("/initiatives/claims-triage/costs/", COST)
    assert _figures()["cost_to_date"]["value"] == "2000.00"
    assert _figures()["benefit_indicative"]["value"] == "5250.00"
    assert _figures()["roi_to_date"]["value"] == "-1.000000"

    client.post("/initiatives/claims-triage/benefits/new/", BENEFIT)
    finance = signed_in(make_member(Workspace.objects.get(), Role.FINANCE))
    line = BenefitLine.objects.get()
    finance.post(f"/initiatives/claims-triage/benefits/{line.pk}/confirm/", {"evidence": "Ledger 4711"})
    assert _figures()["roi_to_date"]["value"] == "0.500000"


def _figures() -> dict[str, dict[str, str]]:
    refresh(workspace=Workspace.objects.get(), now=timezone.now())
    figures: dict[str, dict[str, str]] = CurrentSnapshot.objects.get().snapshot.figures
    return figures
