"""The risk model is fitted now and then, forecasts once a month and never edits what it said."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from accounts.models import Workspace
from metrics.contexts.risk.forecasts import course_of
from metrics.core.risk.fitting import fit, fit_json
from metrics.core.risk.published import COMPARABLE_CODES, DEFAULT_CODES, pool_of
from metrics.inputs import A_MOMENT, histories_of
from metrics.models import CurrentSnapshot, RiskFit, RiskForecast, RiskOutcome, Snapshot
from metrics.services import figures_as_of, lagging_ids, refresh, settle_fit, sweep
from metrics.services.reperform import reperform
from metrics.tasks import refit_risk
from portfolio.models import Initiative
from portfolio.services.assessments import record_assessment
from portfolio.services.initiatives import archive_initiative
from portfolio.services.published_rates import choose_rates
from portfolio.services.stages import change_stage
from tests.factories import actor, make_initiative
from tests.metrics.record import NOW, spend, system
from web.formats import Formats

DAY = timedelta(days=1)
NEXT_MONTH = datetime(2026, 7, 1, 6, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 6, 16, 6, tzinfo=UTC)


def pilot(workspace: Workspace, key: str = "claims", now: datetime = NOW, **data: Any) -> Initiative:
    row = make_initiative(workspace, key, now, **data)
    move(row, "pilot", now)
    return row


def move(initiative: Initiative, to: str, now: datetime = NOW) -> None:
    change_stage(actor=system(initiative), initiative=initiative, now=now, to=to, effective_on=now.date())


def snapshot(initiative: Initiative) -> Snapshot:
    return CurrentSnapshot.objects.get(initiative=initiative).snapshot


def chance(initiative: Initiative) -> str:
    value: str = snapshot(initiative).risk["abandoned_12m"]["value"]
    return value


def fits() -> int:
    return RiskFit.objects.count()


def test_a_workspace_without_initiatives_has_nothing_to_fit(workspace: Workspace) -> None:
    assert settle_fit(workspace=workspace, now=NOW) is None


def test_the_first_sweep_fits_and_tells_the_months_forecasts(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    told = RiskForecast.objects.get()
    assert (told.initiative, told.made_on, told.resolves_on) == (row, NOW.date(), date(2027, 6, 15))
    assert snapshot(row).fit == told.fit == RiskFit.objects.get()


def test_a_forecast_says_what_the_same_fit_says_without_the_scores(workspace: Workspace) -> None:
    scored, unscored = pilot(workspace), pilot(workspace, "unscored")
    severe = {"on": NOW.date(), "scores": {"integration": "1"}}
    record_assessment(actor=system(scored), initiative=scored, now=NOW, row=severe)
    sweep(now=NOW)
    with_causes, plain = scored.risk_forecasts.get(), unscored.risk_forecasts.get()
    assert with_causes.without_causes == pytest.approx(plain.value)
    assert with_causes.value > with_causes.without_causes
    assert plain.without_causes is None


def test_between_fits_figures_rest_on_the_same_one(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    spend(row, "2026-06-16", 100, now=NOW + DAY)
    sweep(now=NOW + DAY)
    assert (fits(), snapshot(row).fit) == (1, RiskFit.objects.get())


def test_a_new_month_fits_again_and_tells_the_next_forecast(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    sweep(now=NEXT_MONTH)
    sweep(now=NEXT_MONTH + DAY)
    assert list(row.risk_forecasts.values_list("made_on", flat=True)) == [NOW.date(), NEXT_MONTH.date()]
    assert fits() == 2


def test_a_month_is_that_of_the_workspaces_zone(workspace: Workspace) -> None:
    Workspace.objects.update(time_zone="Pacific/Auckland")
    workspace.refresh_from_db()
    pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    settle_fit(workspace=workspace, now=datetime(2026, 6, 30, 13, tzinfo=UTC))
    assert fits() == 2


def test_weeks_of_downtime_leave_months_without_a_forecast(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    sweep(now=datetime(2026, 10, 12, tzinfo=UTC))
    assert list(row.risk_forecasts.values_list("month", flat=True)) == [date(2026, 6, 1), date(2026, 10, 1)]


def test_an_outcome_moves_the_fit_and_makes_all_figures_due(workspace: Workspace) -> None:
    row, other = pilot(workspace), pilot(workspace, "other")
    sweep(now=NOW)
    move(other, "abandoned")
    sweep(now=NOW)
    assert (fits(), snapshot(row).fit, lagging_ids(workspace, NOW.date())) == (2, RiskFit.objects.last(), [])


def test_one_outcome_among_many_waits_for_the_next_day(workspace: Workspace) -> None:
    rows = [pilot(workspace, f"row-{number}") for number in range(13)]
    for row in rows[:11]:
        move(row, "abandoned")
    settle_fit(workspace=workspace, now=NOW)
    move(rows[11], "abandoned")
    settle_fit(workspace=workspace, now=NOW)
    assert fits() == 1
    settle_fit(workspace=workspace, now=NOW + DAY)
    assert fits() == 2


@pytest.mark.parametrize(("days_ago", "count"), [(60, 2), (0, 1)])
def test_scores_of_months_past_are_learned_from_the_next_day(workspace: Workspace, days_ago: int, count: int) -> None:
    row = pilot(workspace, now=NOW - 90 * DAY)
    settle_fit(workspace=workspace, now=NOW)
    scores = {"on": (NOW - days_ago * DAY).date(), "scores": {"integration": "1"}}
    record_assessment(actor=system(row), initiative=row, now=NOW, row=scores)
    settle_fit(workspace=workspace, now=NOW)
    assert fits() == 1
    settle_fit(workspace=workspace, now=NOW + DAY)
    assert fits() == count


def test_another_choice_of_published_rates_fits_again_at_once(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    before = chance(row)
    rates = DEFAULT_CODES - {"idc_lenovo_2025_pocs"}
    choose_rates(actor=actor(workspace), now=NOW, codes=rates, offered=COMPARABLE_CODES, reason="Open ones count.")
    sweep(now=NOW)
    assert (fits(), set(RiskFit.objects.latest("pk").rates)) == (2, rates)
    assert float(chance(row)) < float(before)


def test_the_schedule_fits_every_workspace(workspace: Workspace) -> None:
    pilot(workspace)
    refit_risk()
    assert RiskFit.objects.get().workspace == workspace


def test_settling_twice_tells_nothing_twice(workspace: Workspace) -> None:
    pilot(workspace)
    first, second = (settle_fit(workspace=workspace, now=NOW) for _ in range(2))
    assert (first, RiskForecast.objects.count()) == (second, 1)


def test_what_was_told_is_never_edited(workspace: Workspace) -> None:
    pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    for model in (RiskFit, RiskForecast):
        row = model._default_manager.get()
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            row.save()


def test_one_past_production_is_told_nothing(workspace: Workspace) -> None:
    row = pilot(workspace)
    move(row, "production")
    settle_fit(workspace=workspace, now=NOW)
    assert not RiskForecast.objects.exists()


def resolved(row: Initiative) -> RiskOutcome:
    settle_fit(workspace=row.workspace, now=NEXT_YEAR)
    return RiskOutcome.objects.get(forecast__initiative=row, forecast__made_on=NOW.date())


@pytest.mark.parametrize(("to", "outcome"), [("abandoned", "failed"), ("production", "held"), ("retired", "held")])
def test_semantics_23_a_forecast_resolves_at_its_own_date(workspace: Workspace, to: str, outcome: str) -> None:
    row = pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    move(row, to, NEXT_MONTH)
    settle_fit(workspace=workspace, now=NEXT_MONTH)
    assert not RiskOutcome.objects.exists()
    found = resolved(row)
    assert (found.outcome, found.ended_on, found.inferred) == (outcome, NEXT_MONTH.date(), False)


def test_one_that_is_still_open_held(workspace: Workspace) -> None:
    row = pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    spend(row, "2026-12-01", 10, now=datetime(2026, 12, 2, tzinfo=UTC))
    assert (resolved(row).outcome, resolved(row).ended_on) == ("held", None)


def test_twelve_silent_months_count_as_failed_and_inferred(workspace: Workspace) -> None:
    row = pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    found = resolved(row)
    assert (found.outcome, found.inferred) == ("failed", True)


def test_one_that_vanished_is_censored_not_failed(workspace: Workspace) -> None:
    row = pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    archive_initiative(actor=system(row), initiative=row, now=NEXT_MONTH)
    found = resolved(row)
    assert (found.outcome, found.ended_on) == ("censored", NEXT_MONTH.date())


@pytest.mark.parametrize("to", ["abandoned", "production"])
def test_one_that_had_ended_before_it_was_told_counts_for_neither_side(workspace: Workspace, to: str) -> None:
    row = pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    change_stage(actor=system(row), initiative=row, now=NOW + DAY, to=to, effective_on=NOW.date())
    found = resolved(row)
    assert (found.outcome, found.ended_on) == ("censored", NOW.date())
    record = RiskFit.objects.latest("pk").record
    assert [record[name]["forecasts"] for name in ("resolved", "failures", "censored")] == [0, 0, 0]
    course = course_of(row, None, Formats("en", "UTC"))
    assert course is not None
    assert [line.came for line in course.lines] == ["Had ended by then"]


def test_what_came_due_is_in_the_record_of_the_next_fit(workspace: Workspace) -> None:
    row = pilot(workspace)
    settle_fit(workspace=workspace, now=NOW)
    move(row, "abandoned", NEXT_MONTH)
    resolved(row)
    fit = RiskFit.objects.latest("pk")
    assert (fit.record["live"], fit.record["failures"]["initiatives"], fit.status) == (1, 1, "reference_class")


def test_own_outcomes_move_the_chances(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    before = chance(row)
    for number in range(12):
        other = pilot(workspace, f"gone-{number}", now=NOW)
        move(other, "abandoned", datetime(2026, 8, 20, tzinfo=UTC))
    spend(row, "2026-08-20", 1, now=datetime(2026, 8, 20, tzinfo=UTC))
    sweep(now=datetime(2026, 9, 1, tzinfo=UTC))
    assert float(chance(row)) > float(before)


def test_a_snapshot_comes_out_the_same_after_later_fits(workspace: Workspace) -> None:
    row, gone, going = (pilot(workspace, key, NOW - 90 * DAY) for key in ("claims", "gone", "going"))
    move(gone, "abandoned")
    refresh(workspace=workspace, now=NOW)
    alone = snapshot(row)
    sweep(now=NOW)
    first = snapshot(row)
    move(going, "abandoned", NEXT_MONTH)
    sweep(now=NEXT_MONTH)
    later = snapshot(row)
    assert len({alone.fit_id, first.fit_id, later.fit_id}) == 3
    assert [reperform(each).differences for each in (alone, first, later)] == [(), (), ()]


def test_a_fit_comes_out_the_same_from_the_records_of_its_moment(workspace: Workspace) -> None:
    row, gone = (pilot(workspace, key, NOW - 300 * DAY, unit="Operations") for key in ("claims", "gone"))
    move(gone, "abandoned", NOW - 30 * DAY)
    first = settle_fit(workspace=workspace, now=NOW)
    move(row, "production", NEXT_MONTH)
    archive_initiative(actor=system(gone), initiative=gone, now=NEXT_MONTH)
    assert first is not None
    again = fit(histories_of(workspace, first.through, first.fitted_at + A_MOMENT), pool_of(first.rates))
    assert (fit_json(again), again.months > 0) == (first.content, True)


def test_a_past_day_takes_the_fit_of_that_day(workspace: Workspace) -> None:
    row = pilot(workspace, now=NOW - 3 * DAY)
    sweep(now=NOW)
    sweep(now=NEXT_MONTH)
    days = (NOW - DAY).date(), NOW.date(), NEXT_MONTH.date()
    found = [figures_as_of(workspace=workspace, initiative_id=row.pk, as_of=day, now=NEXT_MONTH) for day in days]
    first, last = RiskFit.objects.order_by("pk")
    assert [each.fit for each in found] == [None, first, last]
    assert [reperform(each).differences for each in found] == [(), (), ()]


def test_a_change_of_the_fit_is_named_as_a_cause(workspace: Workspace) -> None:
    row, other = pilot(workspace), pilot(workspace, "other")
    sweep(now=NOW)
    move(other, "abandoned", datetime(2026, 6, 20, tzinfo=UTC))
    sweep(now=NEXT_MONTH)
    codes = [cause["code"] for cause in snapshot(row).causes["because"]]
    assert "refit" in codes
    assert not snapshot(row).causes["restates"]


def test_an_initiative_alone_with_every_cause_unknown_has_a_wide_range(workspace: Workspace) -> None:
    row = pilot(workspace)
    sweep(now=NOW)
    found = snapshot(row).risk["abandoned_12m"]
    assert float(found["high"]) - float(found["low"]) > 0.2
