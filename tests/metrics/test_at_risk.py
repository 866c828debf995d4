"""Value at risk as it is stored: of each initiative, in the totals, and what moved since a month before."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.models import CurrentPortfolio, CurrentSnapshot, PortfolioSnapshot
from metrics.services import refresh, refresh_portfolio
from metrics.services.reperform import reperform_totals
from portfolio.services.assessments import record_assessment
from portfolio.services.money import record_benefits
from portfolio.services.stages import change_stage
from tests.factories import NOW, make_initiative

LATER = NOW + timedelta(days=35)


@pytest.fixture
def pilot(workspace: Workspace) -> Workspace:
    """A pilot with planned benefit ahead and a severe cause."""
    row, who = make_initiative(workspace, "claims"), Actor.system(workspace)
    change_stage(actor=who, initiative=row, now=NOW, to="pilot", effective_on=date(2026, 3, 1))
    plan = [{"on": date(2026, month, 1), "amount": Decimal(10_000), "basis": "forecast", "benefit_class": "cash"}
            for month in range(9, 13)]  # fmt: skip
    record_benefits(actor=who, initiative=row, now=NOW, rows=plan)
    score(workspace, integration="1")
    make_initiative(workspace, "bare")
    work_out(workspace)
    return workspace


def score(workspace: Workspace, now: datetime = NOW, **scores: str) -> None:
    row = workspace.initiatives.get(key="claims")
    scored = {"on": date(2026, 6, 1), "scores": scores}
    record_assessment(actor=Actor.system(workspace), initiative=row, now=now, row=scored)


def work_out(workspace: Workspace, now: datetime = NOW) -> PortfolioSnapshot:
    refresh(workspace=workspace, now=now)
    return refresh_portfolio(workspace=workspace, now=now)


def test_chance_times_benefit_is_a_figure_and_sorts_lists(pilot: Workspace) -> None:
    pointer = CurrentSnapshot.objects.select_related("snapshot").get(initiative__key="claims")
    risk = pointer.snapshot.risk
    chance, benefit = (Decimal(risk[name]["value"]) for name in ("never_in_production", "benefit_ahead"))
    assert Decimal(risk["value_at_risk"]["value"]) == round(chance * benefit, 2)
    assert pointer.value_at_risk == pointer.snapshot.value_at_risk == round(chance * benefit, 2)
    assert (pointer.raised_causes, pointer.benefit_ahead) == (["integration"], benefit)


def test_what_has_no_forecast_has_a_reason_and_is_named_in_the_totals(pilot: Workspace) -> None:
    bare = CurrentSnapshot.objects.select_related("snapshot").get(initiative__key="bare")
    assert bare.value_at_risk is None
    assert bare.snapshot.risk["value_at_risk"]["reason"] == "NO_FORECAST"
    assert PortfolioSnapshot.objects.latest("pk").risk["without"] == [[bare.initiative_id, "NO_FORECAST"]]


def test_after_production_nothing_is_at_risk(pilot: Workspace) -> None:
    row = pilot.initiatives.get(key="claims")
    change_stage(actor=Actor.system(pilot), initiative=row, now=NOW, to="production", effective_on=date(2026, 6, 14))
    totals = work_out(pilot)
    assert CurrentSnapshot.objects.get(initiative=row).value_at_risk is None
    assert (totals.risk["initiatives"], totals.risk["value"]) == (1, "0.00")


def test_totals_can_be_worked_out_again(pilot: Workspace) -> None:
    assert reperform_totals(PortfolioSnapshot.objects.latest("pk")).differences == ()


def test_a_chance_that_moved_by_five_points_in_a_month_is_named(pilot: Workspace) -> None:
    row = pilot.initiatives.get(key="claims")
    before = CurrentSnapshot.objects.get(initiative=row).snapshot_id
    score(pilot, LATER, integration="1", workforce="1", data_governance="1")
    work_out(pilot, LATER)
    now = CurrentSnapshot.objects.get(initiative=row).snapshot_id
    moved = CurrentPortfolio.objects.get(workspace=pilot).moved
    assert (moved["since"], moved["count"]) == ("2026-06-15", 1)
    assert moved["moved"] == [[row.pk, before, now]]


def test_the_risk_page_tells_what_moved_by_how_much_and_why(
    pilot: Workspace, client: Client, colleague: Membership
) -> None:
    score(pilot, LATER, integration="1", workforce="1", data_governance="1")
    work_out(pilot, LATER)
    client.force_login(colleague.user)
    with time_machine.travel(LATER, tick=False):
        page = client.get("/risk/")
    (step,) = page.context["page"].moved.steps
    text = page.content.decode()
    assert "1 initiative moved by 5 points or more" in text
    assert step.tone == "crit"
    assert any(reason.startswith("Assessment of risk") for reason in step.reasons)
    assert f"{step.was} → " in text


def test_what_reached_production_since_is_named(pilot: Workspace) -> None:
    row = pilot.initiatives.get(key="claims")
    change_stage(actor=Actor.system(pilot), initiative=row, now=LATER, to="production", effective_on=date(2026, 7, 1))
    work_out(pilot, LATER)
    assert CurrentPortfolio.objects.get(workspace=pilot).moved["settled"] == [[row.pk, "production"]]


def test_nothing_is_said_of_a_month_that_has_not_passed(pilot: Workspace) -> None:
    assert CurrentPortfolio.objects.get(workspace=pilot).moved == {}
