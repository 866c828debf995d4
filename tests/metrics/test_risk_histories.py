"""The course of initiatives as the risk model learns from it: who is watched from when until when (semantics 22)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from metrics.core.risk.factors import Cause
from metrics.core.risk.histories import Ending, History, ending_of
from metrics.inputs import end_of_day
from metrics.inputs.histories import histories_of
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment, record_event
from portfolio.services.initiatives import archive_initiative
from portfolio.services.stages import change_stage
from tests.factories import make_initiative
from tests.metrics.record import NOW, spend, system

LONG_AGO = datetime(2025, 3, 1, 9, tzinfo=UTC)
TODAY = NOW.date()


def move(initiative: Initiative, to: str, on: str, now: datetime = NOW) -> None:
    change_stage(actor=system(initiative), initiative=initiative, now=now, to=to, effective_on=on)


def score(initiative: Initiative, on: str, now: datetime = NOW, **scores: str) -> None:
    day = date.fromisoformat(on)
    record_assessment(actor=system(initiative), initiative=initiative, now=now, row={"on": day, "scores": scores})


def history(workspace: Workspace, key: str = "claims", day: date = TODAY, cut: datetime | None = None) -> History:
    return next(each for each in histories_of(workspace, day, cut) if each.key == key)


def test_semantics_23_one_imported_in_mid_life_enters_observation_then(workspace: Workspace) -> None:
    move(make_initiative(workspace), "pilot", "2024-01-10")
    assert history(workspace).watched_from == TODAY


def test_a_source_that_tells_of_the_abandoned_is_watched_from_the_first_stage(workspace: Workspace) -> None:
    move(make_initiative(workspace, source="register"), "pilot", "2024-01-10")
    move(make_initiative(workspace, "given-up", source="register"), "pilot", "2024-02-01")
    move(Initiative.objects.get(key="given-up"), "abandoned", "2024-09-01")
    move(make_initiative(workspace, "by-hand"), "pilot", "2024-01-10")
    found = {each.key: each.watched_from for each in histories_of(workspace, TODAY, None)}
    assert found == {"claims": date(2024, 1, 10), "given-up": date(2024, 2, 1), "by-hand": TODAY}


def test_one_that_is_archived_is_watched_until_then(workspace: Workspace) -> None:
    row = make_initiative(workspace, now=LONG_AGO)
    archive_initiative(actor=system(row), initiative=row, now=datetime(2025, 6, 1, tzinfo=UTC))
    found = history(workspace)
    assert (found.watched_until, ending_of(found).ending) == (date(2025, 6, 1), Ending.OPEN)


def test_twelve_silent_months_are_full_a_year_after_the_last_record(workspace: Workspace) -> None:
    row = make_initiative(workspace, now=LONG_AGO)
    spend(row, "2025-03-10", 100, now=datetime(2025, 4, 7, tzinfo=UTC))
    assert history(workspace).silent_since == date(2026, 4, 7)
    assert history(workspace, day=date(2026, 4, 6)).silent_since is None


def test_silence_that_was_full_before_archiving_still_counts(workspace: Workspace) -> None:
    row = make_initiative(workspace, now=LONG_AGO)
    archive_initiative(actor=system(row), initiative=row, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert ending_of(history(workspace)).inferred


def test_an_assessment_counts_from_its_day(workspace: Workspace) -> None:
    row = make_initiative(workspace, now=LONG_AGO)
    score(row, "2025-04-01", integration="0.5")
    score(row, "2025-08-01", workforce="-1")
    found = history(workspace)
    assert [each.on for each in found.scored] == [date(2025, 4, 1), date(2025, 8, 1)]
    assert found.scores_on(date(2025, 7, 31)) == {Cause.INTEGRATION: Decimal("0.5")}


def test_a_roll_back_counts_against_human_factors_from_its_day(workspace: Workspace) -> None:
    row = make_initiative(workspace, now=LONG_AGO)
    event = {"on": date(2025, 5, 1), "kind": "rollback"}
    record_event(actor=system(row), initiative=row, now=NOW, row=event)
    found = history(workspace)
    assert [found.scores_on(date(2025, 4, 30)), found.scores_on(date(2025, 5, 1))] == [
        {},
        {Cause.HUMAN_FACTORS: Decimal("0.5")},
    ]


def test_a_past_moment_tells_what_was_believed_then(workspace: Workspace) -> None:
    row = make_initiative(workspace, now=LONG_AGO)
    move(row, "pilot", "2025-03-01", now=LONG_AGO)
    move(row, "abandoned", "2025-09-01")
    day = date(2026, 1, 1)
    then = history(workspace, day=day, cut=end_of_day(workspace, day))
    assert [point.to for point in then.stages] == ["pilot"]


def test_the_business_unit_is_the_group(workspace: Workspace) -> None:
    row = make_initiative(workspace, unit="Operations")
    assert history(workspace).group == str(row.unit_id)


@pytest.mark.parametrize("cut", [None, NOW])
def test_the_queries_do_not_grow_with_the_initiatives(workspace: Workspace, cut: datetime | None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            histories_of(workspace, TODAY, cut)
        return len(seen)

    make_initiative(workspace, "one", now=LONG_AGO)
    before = queries()
    for number in range(5):
        make_initiative(workspace, f"more-{number}", now=LONG_AGO)
    assert queries() == before
