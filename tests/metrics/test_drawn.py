"""The charts of an initiative: what they say where nothing is ahead, planned or known."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from accounts.models import Workspace
from metrics.contexts.drawn import added_of, bridge_of
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import refresh
from portfolio.models import Initiative
from tests.factories import make_initiative
from tests.metrics.record import NOW, earn, spend
from web.formats import Formats

FORMATS = Formats("en-GB")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    """100 spent."""
    row = make_initiative(workspace, "claims", planned_go_live=date(2026, 2, 1), horizon_months=24)
    spend(row, "2026-01-10", 100)
    return row


def worked_out(row: Initiative) -> Snapshot:
    refresh(workspace=row.workspace, now=NOW)
    return CurrentSnapshot.objects.get(initiative=row).snapshot


def steps(snapshot: Snapshot) -> list[tuple[str, float]]:
    chart = bridge_of(snapshot, FORMATS)
    assert chart is not None
    return [(row["title"], row["amount"]) for row in chart.data["rows"]]


def test_without_a_plan_the_bridge_begins_with_what_is_realised(initiative: Initiative) -> None:
    earn(initiative, "2026-09-10", 150, proven=False, basis="forecast")
    found = worked_out(initiative)
    labels = [label for label, _ in steps(found)]
    assert labels == ["Realised so far", "Still to come", "Forecast"]


def test_steps_from_plan_to_forecast_add_up_exactly(initiative: Initiative) -> None:
    spend(initiative, "2026-02-10", 80, basis="plan")
    earn(initiative, "2026-03-10", 200, proven=False, basis="plan")
    earn(initiative, "2026-09-10", 150, proven=False, basis="forecast")
    found = dict(steps(worked_out(initiative)))
    between = sum(
        amount
        for label, amount in found.items()
        if label not in {"Plan", "Forecast", "Still to come", "Realised so far"}
    )
    assert round(found["Plan"] + between - found["Forecast"], 6) == 0
    assert round(found["Forecast"] + found["Still to come"] - found["Realised so far"], 6) == 0


def test_where_nothing_is_ahead_the_bridge_ends_with_what_is_realised(initiative: Initiative) -> None:
    spend(initiative, "2026-02-10", 80, basis="plan")
    earn(initiative, "2026-03-10", 120)
    labels = [label for label, _ in steps(worked_out(initiative))]
    assert "Still to come" not in labels or labels[-1] == "Realised so far"


def test_a_payback_that_cannot_be_told_says_what_is_known(initiative: Initiative) -> None:
    chart = added_of(worked_out(initiative), (), FORMATS)
    assert chart is not None
    assert chart.title == "−€100 net to date; when it pays back is not known yet"
    assert ("ln pl", "Plan") not in chart.key


def test_the_range_of_what_is_added_up_ends_with_that_of_net(initiative: Initiative) -> None:
    earn(initiative, "2026-09-10", 150, proven=False, basis="forecast")
    found = worked_out(initiative)
    chart = added_of(found, (), FORMATS)
    assert chart is not None
    last = [row for row in chart.data["rows"] if row["low"] is not None][-1]
    assert (last["low"], last["high"]) == tuple(float(found.figures["net"][end]) for end in ("low", "high"))
