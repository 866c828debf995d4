"""Records that contradict themselves give a reason or a wider range, never a crash (issue 4, line 9)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Workspace
from metrics.models import CurrentSnapshot, RiskFit
from metrics.services import sweep
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from portfolio.services.stages import change_stage
from tests.factories import make_initiative
from tests.metrics.record import NOW, system

CHANCES = ("never_in_production", "abandoned_12m")


@pytest.fixture
def initiative(workspace: Workspace) -> Initiative:
    return make_initiative(workspace, now=NOW - timedelta(days=400))


def enter(initiative: Initiative, *stages: tuple[str, str]) -> None:
    for on, to in stages:
        change_stage(actor=system(initiative), initiative=initiative, now=NOW, to=to, effective_on=on)


def chances(initiative: Initiative) -> list[tuple[str | None, str | None]]:
    sweep(now=NOW)
    risk = CurrentSnapshot.objects.get(initiative=initiative).snapshot.risk
    return [(risk[name]["value"], risk[name]["reason"]) for name in CHANCES]


def has_values(initiative: Initiative) -> bool:
    return all(0 < float(value or -1) < 1 and reason is None for value, reason in chances(initiative))


def test_a_skipped_stage_gives_chances(initiative: Initiative) -> None:
    enter(initiative, ("2025-08-01", "idea"), ("2025-09-01", "rollout"))
    assert has_values(initiative)


def test_stages_of_the_same_day_give_chances(initiative: Initiative) -> None:
    enter(initiative, ("2025-08-01", "rollout"), ("2025-08-01", "pilot"), ("2025-08-01", "idea"))
    assert has_values(initiative)


def test_going_back_and_forth_gives_chances(initiative: Initiative) -> None:
    enter(initiative, ("2025-06-01", "rollout"), ("2025-05-15", "pilot"), ("2025-07-01", "idea"))
    assert has_values(initiative)


def test_production_and_then_an_idea_again_stays_past_production(initiative: Initiative) -> None:
    enter(initiative, ("2025-08-01", "production"), ("2025-09-01", "idea"))
    assert chances(initiative) == [(None, "ALREADY_IN_PRODUCTION")] * 2


def test_production_dated_before_the_pilot_counts_as_production(initiative: Initiative) -> None:
    enter(initiative, ("2026-02-01", "pilot"), ("2025-08-01", "production"))
    assert chances(initiative) == [(None, "ALREADY_IN_PRODUCTION")] * 2


def test_abandoned_and_then_a_pilot_again_is_a_pilot(initiative: Initiative) -> None:
    enter(initiative, ("2025-08-01", "pilot"), ("2025-09-01", "abandoned"), ("2025-10-01", "pilot"))
    assert has_values(initiative)


def test_stages_before_the_record_was_begun_and_today_give_chances(initiative: Initiative) -> None:
    enter(initiative, ("1999-01-01", "idea"), (NOW.date().isoformat(), "pilot"))
    assert has_values(initiative)


def test_an_assessment_in_the_future_is_refused(initiative: Initiative) -> None:
    row = {"on": NOW.date() + timedelta(days=1), "scores": {"integration": "1"}}
    with pytest.raises(ValidationError):
        record_assessment(actor=system(initiative), initiative=initiative, now=NOW, row=row)


def test_a_stage_in_the_future_is_refused(initiative: Initiative) -> None:
    with pytest.raises(ValidationError):
        enter(initiative, ("2026-08-01", "pilot"))


def test_a_single_initiative_that_knows_nothing_has_the_published_range(initiative: Initiative) -> None:
    assert has_values(initiative)
    risk = CurrentSnapshot.objects.get(initiative=initiative).snapshot.risk
    widths = [float(risk[name]["high"]) - float(risk[name]["low"]) for name in CHANCES]
    assert min(widths) > 0.2
    assert RiskFit.objects.get().status == "reference_class"


def test_all_worst_scores_stay_below_one(initiative: Initiative) -> None:
    enter(initiative, ("2025-08-01", "idea"))
    causes = ("integration", "scalability", "roi_justification", "workforce", "data_governance", "responsible_ai",
              "human_factors", "data_licensing")  # fmt: skip
    row = {"on": NOW.date(), "scores": dict.fromkeys(causes, "1")}
    record_assessment(actor=system(initiative), initiative=initiative, now=NOW, row=row)
    assert has_values(initiative)
