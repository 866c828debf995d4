"""The risk of one initiative on its page: reasons with evidence and actions, what is over, forecasts by month."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts.access import Actor
from accounts.models import Membership, Workspace
from metrics.contexts.risk.block import risk_of
from metrics.contexts.risk.page import standing_of
from metrics.models import Outcome, RiskFit, RiskForecast, RiskOutcome
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from portfolio.services.mitigations import record_mitigation
from portfolio.services.stages import change_stage
from tests.factories import NOW, make_initiative
from web.formats import Formats

pytestmark = pytest.mark.usefixtures("_clock")
PAGE = "/initiatives/claims/"


@pytest.fixture
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def claims(workspace: Workspace) -> Initiative:
    """A pilot with two scored causes and an action that is due soon."""
    row, who = make_initiative(workspace, "claims"), Actor.system(workspace)
    change_stage(actor=who, initiative=row, now=NOW, to="pilot", effective_on=date(2026, 3, 1))
    told = {
        "on": date(2026, 5, 1),
        "scores": {"workforce": "-0.5", "integration": "1"},
        "evidence": "Review of May.",
        "evidence_by_cause": {"integration": "The interface was refused."},
    }
    record_assessment(actor=who, initiative=row, now=NOW, row=told)
    action = {"cause": "integration", "what": "Agree on an interface", "due": date(2026, 7, 1), "owner": "L. Brandt"}
    record_mitigation(actor=who, initiative=row, now=NOW, row=action)
    refresh(workspace=workspace, now=NOW)
    return row


@pytest.fixture
def reader(client: Client, owner: Membership) -> Client:
    client.force_login(owner.user)
    return client


def test_each_cause_stands_with_its_points_evidence_and_open_actions(claims: Initiative, reader: Client) -> None:
    causes = reader.get(PAGE).context["page"].figures.causes
    assert [each.cause for each in causes] == ["integration", "workforce"]
    first, second = causes
    assert (first.evidence, second.evidence) == ("The interface was refused.", "Review of May.")
    assert [(action.what, action.word) for action in first.actions] == [("Agree on an interface", "Open")]
    assert first.contribution.is_worse
    assert not second.contribution.is_worse


def test_an_initiative_that_nobody_scored_asks_for_scores(workspace: Workspace, reader: Client) -> None:
    make_initiative(workspace, "claims")
    refresh(workspace=workspace, now=NOW)
    assert "Nobody has scored the causes yet" in reader.get(PAGE).content.decode()


def test_after_production_two_chances_are_over_and_the_page_says_why(claims: Initiative, reader: Client) -> None:
    who = Actor.system(claims.workspace)
    change_stage(actor=who, initiative=claims, now=NOW, to="production", effective_on=date(2026, 6, 1))
    refresh(workspace=claims.workspace, now=NOW)
    risk = reader.get(PAGE).context["page"].figures.risk
    assert [chance.figure.is_known for chance in risk.chances[:2]] == [False, False]
    assert "can no longer fail to get there" in risk.over


def test_forecasts_stand_by_month_with_what_came_of_them(claims: Initiative, reader: Client) -> None:
    counts = dict.fromkeys(("months", "initiatives", "advanced", "abandoned", "inferred", "cases"), 0)
    fit = RiskFit.objects.create(
        workspace=claims.workspace, fitted_at=NOW, through=NOW.date(), content={}, record={}, base={}, **counts
    )
    months = [date(2025, 5, 1), date(2025, 6, 1)]
    rows = [
        RiskForecast(
            workspace=claims.workspace, initiative=claims, fit=fit, month=month, made_on=month,
            resolves_on=month.replace(year=2026), value=value, low=0.1, high=0.6, base_rate=0.3,
        )
        for month, value in zip(months, (0.4, 0.2), strict=True)
    ]  # fmt: skip
    RiskForecast.objects.bulk_create(rows)
    RiskOutcome.objects.create(
        workspace=claims.workspace, forecast=rows[0], resolved_on=date(2026, 5, 1), outcome=Outcome.HELD
    )
    course = reader.get(PAGE).context["page"].figures.course
    told = {line.month: (line.chance, line.came) for line in course.lines}
    assert told["May 2025"] == ("40%", "Not given up")
    assert told["June 2025"] == ("20%", "")


def test_a_model_that_has_not_helped_says_so_everywhere() -> None:
    stored = {"status": "base_rate_only", "contributions": [], "note": ""}
    block, page = risk_of(stored, Formats()), standing_of("base_rate_only")
    assert block.is_base_rate_only
    assert page.is_base_rate_only
    assert block.status == page.words
    assert "have not helped" in page.words


def test_an_untested_model_reads_as_a_checklist() -> None:
    block = risk_of({"status": "reference_class"}, Formats())
    assert block.is_checklist
    assert "not yet tested on your portfolio" in block.status


def test_the_share_of_own_data_stands_beside_the_points() -> None:
    part = {"cause": "workforce", "points": "2.5", "low": "0.1", "high": "4", "own_share": str(Decimal("0.25"))}
    assert risk_of({"contributions": [part]}, Formats()).contributions[0].own == "own data 25%"
