"""A switch of published rates moves the figures from then on; those of past days stay and the history says why."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import Workspace
from metrics.core.risk.published import COMPARABLE_CODES, DEFAULT_CODES
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import figures_as_of, sweep
from metrics.services.reperform import reperform
from portfolio.models import Initiative
from portfolio.services.published_rates import choose_rates
from portfolio.services.stages import change_stage
from tests.factories import NOW, actor, make_initiative, make_member
from tests.portfolio.test_pages_initiatives import signed_in

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=2)
REASON = "Its open proofs of concept count as failed."


@pytest.fixture
def pilot(workspace: Workspace) -> Initiative:
    """A pilot whose figures were worked out today; tomorrow IDC's row is switched off."""
    row = make_initiative(workspace)
    change_stage(actor=actor(workspace), initiative=row, now=NOW, to="pilot", effective_on=NOW.date())
    sweep(now=NOW)
    choose_rates(
        actor=actor(workspace),
        now=TOMORROW,
        codes=DEFAULT_CODES - {"idc_lenovo_2025_pocs"},
        offered=COMPARABLE_CODES,
        reason=REASON,
    )
    sweep(now=TOMORROW)
    return row


def never(snapshot: Snapshot) -> float:
    return float(snapshot.risk["never_in_production"]["value"])


def current(row: Initiative) -> Snapshot:
    return CurrentSnapshot.objects.get(initiative=row).snapshot


def test_the_figure_of_yesterday_stays(workspace: Workspace, pilot: Initiative) -> None:
    then = figures_as_of(workspace=workspace, initiative_id=pilot.pk, as_of=NOW.date(), now=LATER)
    assert never(current(pilot)) < never(then)
    assert round(float(then.risk["base_rate"]["value"]), 3) == 0.648


def test_the_base_rate_is_that_of_the_rows_that_count(pilot: Initiative) -> None:
    assert round(float(current(pilot).risk["base_rate"]["value"]), 3) == 0.601


def test_what_was_worked_out_before_and_after_comes_out_again(pilot: Initiative) -> None:
    assert [reperform(snapshot).differences for snapshot in Snapshot.objects.filter(initiative=pilot)] == [(), ()]


def test_the_history_names_the_choice(workspace: Workspace, pilot: Initiative) -> None:
    reader: Client = signed_in(make_member(workspace, Role.EXECUTIVE))
    page = reader.get(f"/initiatives/{pilot.key}/history/").content.decode()
    assert f"Published rates that count chosen anew by admin on Jun 16, 2026: “{REASON}”" in page


def test_another_choice_is_news_and_no_restatement(workspace: Workspace, pilot: Initiative) -> None:
    codes = DEFAULT_CODES - {"rand_2024_cited"}
    choose_rates(actor=actor(workspace), now=LATER, codes=codes, offered=COMPARABLE_CODES, reason="Cited only.")
    sweep(now=LATER)
    told = current(pilot).causes
    choices = [cause for cause in told["because"] if cause.get("noun") == "published_choice"]
    assert [cause["reason"] for cause in choices] == ["Cited only."]
    assert not told["restates"]
