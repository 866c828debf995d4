"""Signals from recorded facts: what the history knows, and what was known at a past moment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import Workspace
from metrics.core.risk.survival import Curve
from metrics.core.types import Dated, Targets
from metrics.core.types import Initiative as Facts
from metrics.inputs import end_of_day, load
from metrics.inputs.stays import CurvesOfRun, stage_curves
from metrics.models import CurrentSnapshot, Snapshot
from metrics.services import refresh
from metrics.services.reperform import reperform
from portfolio.models import BusinessCase, Initiative, Kpi
from portfolio.services.baselines import approve_baseline
from portfolio.services.cases import approve_case, freeze_case
from portfolio.services.drivers import record_drivers
from portfolio.services.initiatives import archive_initiative, restore_initiative, update_initiative
from portfolio.services.kpis import update_kpi
from portfolio.services.readings import record_readings
from portfolio.services.stages import change_stage
from tests.factories import actor, make_initiative
from tests.metrics.record import NOW, measure, spend, system

LONG_AGO = datetime(2024, 1, 1, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


def clock() -> datetime:
    """A moment of the clock of the database, which stamps the history of definitions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def moved(initiative: Initiative, *points: tuple[str, str], now: datetime | None = None) -> Initiative:
    """The initiative with these stages, each recorded on its day or all at `now`."""
    for on, to in points:
        day = date.fromisoformat(on)
        at = now or datetime.combine(day, time(9), UTC)
        change_stage(actor=system(initiative), initiative=initiative, now=at, to=to, effective_on=day)
    return initiative


def course(workspace: Workspace, key: str, *points: tuple[str, str]) -> Initiative:
    """An initiative that was watched from the beginning."""
    return moved(make_initiative(workspace, key, now=LONG_AGO), *points)


def steps(curve: Curve) -> list[tuple[int, int, int]]:
    return [(step.day, step.at_risk, step.ended) for step in curve.steps]


def test_stays_are_over_when_the_next_stage_begins_and_open_to_the_end_of_last_month(workspace: Workspace) -> None:
    course(workspace, "a", ("2026-01-01", "pilot"), ("2026-03-02", "development"), ("2026-06-02", "pilot"))
    course(workspace, "b", ("2026-01-01", "pilot"), ("2026-06-10", "abandoned"))
    curves = stage_curves(workspace, TODAY, None)
    assert (steps(curves["pilot"]), curves["pilot"].stays) == ([(60, 2, 1)], 2)
    assert (steps(curves["development"]), curves["development"].stays) == ([], 1)


def test_the_curve_moves_with_the_month_and_not_with_the_day(workspace: Workspace) -> None:
    course(workspace, "a", ("2026-01-01", "pilot"), ("2026-06-10", "production"))
    course(workspace, "b", ("2026-01-01", "pilot"))
    days = [date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)]
    ended = [stage_curves(workspace, day, None)["pilot"].ended for day in days]
    assert ended == [0, 0, 1]


def test_a_stage_recorded_again_is_one_stay(workspace: Workspace) -> None:
    course(workspace, "a", ("2026-01-01", "pilot"), ("2026-02-01", "pilot"), ("2026-03-02", "development"))
    assert steps(stage_curves(workspace, TODAY, None)["pilot"]) == [(60, 1, 1)]


def test_an_initiative_recorded_in_mid_stage_is_seen_from_then_on(workspace: Workspace) -> None:
    for number in range(12):
        course(workspace, f"own{number}", ("2024-01-01", "pilot"), (f"2024-04-{10 + number}", "development"))
    at = datetime(2024, 4, 15, 9, tzinfo=UTC)
    late = moved(make_initiative(workspace, "late", now=at), ("2024-01-01", "pilot"), now=at)
    moved(late, ("2024-04-20", "development"))
    curve = stage_curves(workspace, TODAY, None)["pilot"]
    assert [step.at_risk for step in curve.steps[:8]] == [12, 11, 10, 9, 8, 7, 7, 6]
    assert curve.stays == 13


def test_an_archived_initiative_is_open_up_to_then(workspace: Workspace) -> None:
    gone = course(workspace, "gone", ("2026-01-01", "pilot"))
    archive_initiative(actor=system(gone), initiative=gone, now=datetime(2026, 2, 1, 9, tzinfo=UTC))
    course(workspace, "a", ("2026-01-01", "pilot"), ("2026-03-02", "development"))
    assert steps(stage_curves(workspace, TODAY, None)["pilot"]) == [(60, 1, 1)]


@pytest.mark.django_db(transaction=True)
def test_an_archive_undone_later_held_the_curve_then(workspace: Workspace) -> None:
    gone = course(workspace, "gone", ("2026-01-01", "pilot"))
    archive_initiative(actor=system(gone), initiative=gone, now=datetime(2026, 2, 1, 9, tzinfo=UTC))
    course(workspace, "a", ("2026-01-01", "pilot"), ("2026-03-02", "development"))
    between = clock()
    restore_initiative(actor=system(gone), initiative=gone)
    assert steps(stage_curves(workspace, TODAY, between)["pilot"]) == [(60, 1, 1)]
    assert steps(stage_curves(workspace, TODAY, clock())["pilot"]) == [(60, 2, 1)]


def test_what_was_recorded_later_is_not_in_the_curve_of_then(workspace: Workspace) -> None:
    row = course(workspace, "a", ("2026-01-01", "pilot"))
    moved(row, ("2026-03-02", "development"), now=NOW)
    april = date(2026, 4, 30)
    assert stage_curves(workspace, april, end_of_day(workspace, april))["pilot"].ended == 0
    assert stage_curves(workspace, april, None)["pilot"].ended == 1


def facts_of(initiative: Initiative, cut: datetime | None = None) -> Facts:
    return load(initiative.workspace, [initiative.pk], TODAY, cut=cut).initiatives[initiative.pk]


def replan(initiative: Initiative, day: str, at: datetime | None = None) -> None:
    """Plans another go-live; `at` puts the change into the past of the history."""
    history = Initiative.pgh_event_model.objects  # type: ignore[attr-defined]
    known = set(history.values_list("pgh_id", flat=True))
    changes = {"planned_go_live": date.fromisoformat(day)}
    update_initiative(actor=system(initiative), initiative=initiative, now=NOW, changes=changes)
    if at is not None:
        history.exclude(pgh_id__in=known).update(pgh_created_at=at)


@pytest.fixture
def replanned(workspace: Workspace) -> Initiative:
    """Planned for March 2026, then in steps for December."""
    row = make_initiative(workspace)
    replan(row, "2025-03-01", datetime(2025, 6, 1, 9, tzinfo=UTC))
    replan(row, "2026-03-01", datetime(2025, 6, 1, 9, 5, tzinfo=UTC))
    replan(row, "2026-12-01", datetime(2025, 9, 1, 9, tzinfo=UTC))
    return row


def test_the_first_planned_go_live_is_that_of_the_end_of_its_day(replanned: Initiative) -> None:
    found = facts_of(replanned)
    assert (found.first_planned_go_live, found.planned_go_live) == (date(2026, 3, 1), date(2026, 12, 1))


def test_a_replanned_go_live_is_overdue_since_its_first_date(replanned: Initiative) -> None:
    spend(replanned, "2026-05-31", 10)
    refresh(workspace=replanned.workspace, now=NOW)
    signals = {row["code"]: row for row in CurrentSnapshot.objects.get().snapshot.signals}
    assert signals["GO_LIVE_OVERDUE"]["since"] == "2026-03-02"


def test_production_ends_the_wait_for_it(replanned: Initiative) -> None:
    moved(replanned, ("2026-04-01", "production"), ("2026-05-01", "pilot"))
    assert "GO_LIVE_OVERDUE" not in codes(replanned)


def codes(initiative: Initiative) -> list[str]:
    refresh(workspace=initiative.workspace, now=NOW)
    return [row["code"] for row in CurrentSnapshot.objects.get(initiative=initiative).snapshot.signals]


def targets(*rows: tuple[str, int]) -> dict[str, Any]:
    return {"targets": [{"on": date.fromisoformat(on), "value": Decimal(value)} for on, value in rows]}


def set_targets(kpi: Kpi, *rows: tuple[str, int]) -> None:
    update_kpi(actor=system(kpi.initiative), kpi=kpi, now=NOW, changes=targets(*rows))


def frozen(initiative: Initiative, *, approved: bool) -> BusinessCase:
    finance = actor(initiative.workspace, Role.FINANCE)
    case = freeze_case(actor=finance, initiative=initiative, now=clock())
    return approve_case(actor=finance, case=case, now=clock()) if approved else case


@pytest.fixture
def planned(workspace: Workspace) -> Kpi:
    """A KPI with a target of ten, of an initiative with a plan."""
    initiative = make_initiative(workspace)
    spend(initiative, "2026-09-30", 100, basis="plan")
    return measure(initiative, {"2025-10-31": 12}, **targets(("2026-12-31", 10)))


def agreed(kpi: Kpi, cut: datetime | None = None) -> tuple[Targets | None, list[tuple[int, ...]]]:
    found = facts_of(kpi.initiative, cut).kpis[0]
    return found.agreed, [tuple(int(each.value) for each in version.targets) for version in found.target_versions]


@pytest.mark.django_db(transaction=True)
def test_targets_are_held_to_the_frozen_case(planned: Kpi) -> None:
    assert agreed(planned) == (None, [])
    frozen(planned.initiative, approved=False)
    set_targets(planned, ("2026-12-31", 11))
    set_targets(planned, ("2026-12-31", 12), ("2027-12-31", 9))
    held, versions = agreed(planned)
    assert held is not None
    assert (held.version, held.targets) == (1, (Dated(date(2026, 12, 31), Decimal(10)),))
    assert versions == [(10,), (11,), (12, 9)]


@pytest.mark.django_db(transaction=True)
def test_an_approved_case_goes_before_one_that_was_only_frozen(planned: Kpi) -> None:
    frozen(planned.initiative, approved=True)
    set_targets(planned, ("2026-12-31", 11))
    frozen(planned.initiative, approved=False)
    held, _ = agreed(planned)
    assert held is not None
    assert held.version == 1


@pytest.mark.django_db(transaction=True)
def test_a_moved_target_is_a_signal_until_a_new_case_is_approved(planned: Kpi) -> None:
    frozen(planned.initiative, approved=True)
    assert "TARGET_MOVED" not in codes(planned.initiative)
    set_targets(planned, ("2026-12-31", 11))
    assert "TARGET_MOVED" in codes(planned.initiative)
    frozen(planned.initiative, approved=True)
    assert "TARGET_MOVED" not in codes(planned.initiative)


@pytest.mark.django_db(transaction=True)
def test_a_restored_target_is_no_signal(planned: Kpi) -> None:
    frozen(planned.initiative, approved=True)
    set_targets(planned, ("2026-12-31", 11))
    set_targets(planned, ("2026-12-31", 10))
    assert "TARGET_MOVED" not in codes(planned.initiative)


@pytest.mark.django_db(transaction=True)
def test_without_a_case_the_approved_baseline_holds_the_targets_of_then(planned: Kpi) -> None:
    set_targets(planned, ("2026-12-31", 9))
    approve_baseline(actor=actor(planned.workspace, Role.FINANCE), kpi=planned, now=clock())
    set_targets(planned, ("2026-12-31", 11))
    held, versions = agreed(planned)
    assert held is not None
    assert (held.version, held.targets[0].value, versions) == (None, 9, [(9,), (11,)])


@pytest.mark.django_db(transaction=True)
def test_a_target_set_after_the_baseline_was_approved_moves_nothing(planned: Kpi) -> None:
    set_targets(planned)
    approve_baseline(actor=actor(planned.workspace, Role.FINANCE), kpi=planned, now=clock())
    set_targets(planned, ("2026-12-31", 11))
    assert agreed(planned) == (None, [])


@pytest.mark.django_db(transaction=True)
def test_before_the_move_nothing_had_moved(planned: Kpi) -> None:
    before_all = clock()
    frozen(planned.initiative, approved=True)
    between = clock()
    set_targets(planned, ("2026-12-31", 11))
    assert agreed(planned, before_all) == (None, [])
    assert agreed(planned, between)[1] == [(10,)]
    assert agreed(planned, clock())[1] == [(10,), (11,)]


@pytest.mark.django_db(transaction=True)
def test_the_kpi_of_another_initiative_moves_its_own_promise_only(planned: Kpi) -> None:
    other = make_initiative(planned.workspace, "other")
    update_kpi(actor=system(other), kpi=planned, now=NOW, changes={"shared_with": ["other"]})
    frozen(planned.initiative, approved=True)
    set_targets(planned, ("2026-12-31", 11))
    assert "TARGET_MOVED" in codes(planned.initiative)
    assert "TARGET_MOVED" not in codes(other)


def queries(workspace: Workspace, cut: datetime | None) -> int:
    ids = list(Initiative.objects.filter(workspace=workspace).values_list("pk", flat=True))
    with CaptureQueriesContext(
        connection,
    ) as caught:
        load(workspace, ids, TODAY, cut=cut)
    return len(caught)


def promised(workspace: Workspace, key: str) -> None:
    """A pilot with a plan, a target and an approved case."""
    row = course(workspace, key, ("2026-01-01", "pilot"))
    spend(row, "2026-09-30", 100, basis="plan")
    measure(row, {"2025-10-31": 12}, **targets(("2026-12-31", 10)))
    frozen(row, approved=True)


@pytest.mark.parametrize("cut", [None, NOW + timedelta(days=3650)])
def test_the_number_of_queries_does_not_grow_with_initiatives(workspace: Workspace, cut: datetime | None) -> None:
    promised(workspace, "one")
    before = queries(workspace, cut)
    for number in range(3):
        promised(workspace, f"more{number}")
    assert queries(workspace, cut) == before


@pytest.mark.django_db(transaction=True)
def test_signals_come_out_the_same_after_everything_has_moved_on(planned: Kpi) -> None:
    initiative, others = planned.initiative, [("2026-01-01", "pilot"), ("2026-02-01", "development")]
    moved(initiative, ("2025-01-01", "pilot"))
    for number in range(3):
        course(planned.workspace, f"other{number}", *others)
    frozen(initiative, approved=True)
    set_targets(planned, ("2026-12-31", 11))
    now = clock()
    refresh(workspace=planned.workspace, now=now)
    stored = CurrentSnapshot.objects.get(initiative=initiative).snapshot
    assert {"STUCK_STAGE", "TARGET_MOVED"} <= {row["code"] for row in stored.signals}
    set_targets(planned, ("2026-12-31", 10))
    frozen(initiative, approved=True)
    moved(Initiative.objects.get(key="other0"), ("2026-03-01", "abandoned"), now=clock())
    replan(initiative, "2026-01-01")
    again = reperform(Snapshot.objects.get(pk=stored.pk))
    assert again.differences == ()


def test_a_day_that_passes_changes_no_signal(planned: Kpi) -> None:
    moved(planned.initiative, ("2025-01-01", "pilot"))
    course(planned.workspace, "other", ("2026-01-01", "pilot"), ("2026-02-01", "development"))
    for days in range(3):
        refresh(workspace=planned.workspace, now=NOW + timedelta(days=days), force=True)
    assert Snapshot.objects.filter(initiative=planned.initiative).count() == 1


def given_driver(kpi: Kpi, now: datetime) -> None:
    values = {"name": "cost", "p10": Decimal("0.9"), "p50": Decimal(1), "p90": Decimal("1.2"), "on": now.date()}
    record_drivers(actor=actor(kpi.workspace), initiative=kpi.initiative, now=now, rows=[values])


def read_control(kpi: Kpi, now: datetime) -> None:
    rows = [{"on": now.date(), "value": Decimal(5), "series": "Ireland"}]
    record_readings(actor=system(kpi.initiative), kpi=kpi, now=now, rows=rows)


def freeze(kpi: Kpi, now: datetime) -> None:
    freeze_case(actor=actor(kpi.workspace, Role.FINANCE), initiative=kpi.initiative, now=now)


def approve(kpi: Kpi, now: datetime) -> None:
    approve_baseline(actor=actor(kpi.workspace, Role.FINANCE), kpi=kpi, now=now)


@pytest.mark.parametrize("act", [given_driver, read_control, freeze, approve])
def test_whatever_is_recorded_or_decided_is_activity(planned: Kpi, act: Callable[[Kpi, datetime], None]) -> None:
    later = NOW + timedelta(days=50)
    act(planned, later)
    batch = load(planned.workspace, [planned.initiative_id], later.date(), cut=None)
    assert batch.initiatives[planned.initiative_id].last_activity == later.date()
    before = load(planned.workspace, [planned.initiative_id], later.date(), cut=later)
    assert before.initiatives[planned.initiative_id].last_activity == NOW.date()


def test_an_initiative_that_ended_gives_no_signal(replanned: Initiative) -> None:
    spend(replanned, "2025-05-31", 10)
    assert codes(replanned) == ["GO_LIVE_OVERDUE", "NO_ACTUALS"]
    moved(replanned, ("2026-05-31", "abandoned"), now=NOW)
    assert codes(replanned) == []


@pytest.mark.django_db(transaction=True)
def test_a_run_in_parts_sees_what_was_recorded_between_them(
    workspace: Workspace, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    row = course(workspace, "a", ("2026-01-01", "pilot"))
    gone = course(workspace, "gone", ("2026-01-01", "pilot"), ("2026-03-02", "development"))
    run = CurvesOfRun(workspace, TODAY)
    before, later = run.at(clock()), clock()
    with django_assert_num_queries(2):
        assert run.at(later) == before
    for change in (
        lambda: moved(row, ("2026-03-12", "development"), now=clock()),
        lambda: archive_initiative(actor=system(gone), initiative=gone, now=datetime(2026, 2, 1, 9, tzinfo=UTC)),
    ):
        change()
        after = run.at(clock())
        assert after == stage_curves(workspace, TODAY, clock()) != before
        before = after
