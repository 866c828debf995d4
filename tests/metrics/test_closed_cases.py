"""Which initiatives count as closed cases (semantics 22)."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from accounts.models import Membership, Workspace
from metrics.inputs import end_of_day, load
from metrics.inputs.history import Closed, closed_cases
from metrics.services import refresh
from portfolio.models import Initiative
from portfolio.services.stages import change_stage
from tests.factories import make_initiative
from tests.metrics.record import NOW, measure, spend, system

LONG_AGO = datetime(2025, 3, 1, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


def move(initiative: Initiative, to: str, now: datetime = LONG_AGO) -> None:
    change_stage(actor=system(initiative), initiative=initiative, now=now, to=to, effective_on=now.date())


@pytest.fixture
def silent(workspace: Workspace) -> Initiative:
    """A pilot of which nothing was recorded for 15 months."""
    row = make_initiative(workspace, now=LONG_AGO)
    move(row, "pilot")
    return row


def closed(workspace: Workspace, day: date = TODAY) -> Closed:
    return closed_cases(workspace, day, None)


@pytest.mark.usefixtures("silent")
def test_semantics_22_twelve_silent_months_before_production_count_as_abandoned(workspace: Workspace) -> None:
    assert closed(workspace) == Closed(cases=1, inferred=1)


@pytest.mark.usefixtures("silent")
def test_eleven_silent_months_do_not_count(workspace: Workspace) -> None:
    assert closed(workspace, date(2026, 2, 1)) == Closed(0, 0)


@pytest.mark.parametrize("stage", ["production", "abandoned"])
def test_a_recorded_outcome_is_not_inferred(workspace: Workspace, stage: str) -> None:
    move(make_initiative(workspace, now=LONG_AGO), stage)
    assert closed(workspace) == Closed(1, 0)


def test_a_retired_initiative_is_no_failure(workspace: Workspace) -> None:
    move(make_initiative(workspace, now=LONG_AGO), "retired")
    assert closed(workspace) == Closed(0, 0)


def test_a_reading_breaks_the_silence(workspace: Workspace, silent: Initiative) -> None:
    measure(silent, {"2025-11-30": 10})
    assert closed(workspace) == Closed(0, 0)


def test_what_was_recorded_later_does_not_break_the_silence_of_a_past_day(
    workspace: Workspace, silent: Initiative
) -> None:
    spend(silent, "2026-04-30", 100, now=datetime(2026, 5, 2, tzinfo=UTC))
    day = date(2026, 4, 15)
    assert closed_cases(workspace, day, end_of_day(workspace, day)) == Closed(1, 1)
    assert load(workspace, [silent.pk], TODAY, cut=None).context.risk.inferred_cases == 0


@pytest.mark.usefixtures("silent")
def test_the_page_says_that_the_outcome_is_inferred(client: Client, colleague: Membership) -> None:
    initiative = Initiative.objects.get()
    refresh(workspace=colleague.workspace, now=NOW)
    client.force_login(colleague.user)
    page = client.get(f"/initiatives/{initiative.key}/").content.decode()
    assert "Closed cases of your own: 1, 1 of them counted as abandoned after 12 months without any record." in page
