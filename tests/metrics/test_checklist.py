"""The list of what to do reminds of causes that nobody has looked at lately."""

from typing import Any

import pytest

from metrics.contexts.checklist import checklist_of
from metrics.models import Snapshot

FIGURE = {"value": "1", "reason": None}
WORKED_OUT = dict.fromkeys(("roi_forecast", "benefit_to_date", "benefit_claimed", "cost_to_date"), FIGURE)
NOTHING = {name: {"value": None, "reason": "NO_COST"} for name in WORKED_OUT}


def old(scored_on: str) -> dict[str, Any]:
    return {"code": "ASSESSMENT_OLD", "since": "2026-06-01", "cure": "", "detail": {"scored_on": scored_on}}


@pytest.mark.parametrize(
    ("scored_on", "label"),
    [("2025-11-01", "Look at the causes of failure again"), ("", "Score the causes of failure")],
)
def test_an_initiative_with_a_return_is_only_reminded(scored_on: str, label: str) -> None:
    found = checklist_of("claims", Snapshot(figures=WORKED_OUT, signals=[old(scored_on)]), ())
    assert (found.title, [task.label for task in found.tasks]) == ("What is due", [label])
    assert found.tasks[0].url == "/initiatives/claims/assessment/"


def test_the_reminder_stands_last_while_a_return_is_missing() -> None:
    found = checklist_of("claims", Snapshot(figures=NOTHING, signals=[old("")]), ())
    assert found.title == "What is missing for a first ROI"
    assert found.tasks[-1].label == "Score the causes of failure"


def test_nothing_is_due_without_the_signal() -> None:
    assert checklist_of("claims", Snapshot(figures=WORKED_OUT, signals=[]), ()).tasks == ()
