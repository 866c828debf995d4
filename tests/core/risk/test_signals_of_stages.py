"""When a stay in a stage is too long."""

from datetime import date, timedelta

import pytest

from metrics.core.risk.signals import SignalCode
from metrics.core.risk.signals.stages import shorter_on, shorter_text, stay_of, stuck_stage
from metrics.core.risk.survival import Curve, Stay, curve_of
from metrics.core.types import StagePoint

TODAY = date(2026, 3, 31)


def in_stage_for(days, curve, stage="pilot", today=TODAY):
    return stuck_stage(StagePoint(today - timedelta(days=days), stage), curve, today)


def curve(*days):
    return curve_of([Stay(0, abs(each), each > 0) for each in days])


WITH_MEDIAN_120 = curve(80, 120, 150)


def test_stuck_after_one_and_a_half_times_the_median():
    assert in_stage_for(180, WITH_MEDIAN_120) is None
    signal = in_stage_for(181, WITH_MEDIAN_120)
    assert (signal.code, signal.since) == (SignalCode.STUCK_STAGE, TODAY)
    assert (signal.detail["median_days"], signal.detail["allowed_days"]) == ("120", "180")


def test_nothing_is_stuck_before_90_days():
    assert in_stage_for(90, curve(10)) is None
    assert in_stage_for(91, curve(10)).since == TODAY


@pytest.mark.parametrize("few", [Curve(), curve(100, -400, -400)])
def test_where_fewer_than_half_have_left_a_year_is_allowed(few):
    assert in_stage_for(365, few) is None
    assert in_stage_for(366, few).detail["median_days"] == ""


@pytest.mark.parametrize("stage", ["production", "scaled", "retired", "abandoned"])
def test_where_it_is_to_stay_it_is_not_stuck(stage):
    assert in_stage_for(900, curve(30), stage) is None


def test_a_signal_says_the_same_on_the_next_day():
    entered = StagePoint(TODAY - timedelta(days=300), "pilot")
    assert stuck_stage(entered, WITH_MEDIAN_120, TODAY) == stuck_stage(
        entered, WITH_MEDIAN_120, TODAY + timedelta(days=1)
    )


def test_how_many_stays_were_shorter_is_known_for_each_later_day():
    text = shorter_text(curve(80, 120, 150, 200, -400), 180)
    assert text == "180:60 200:80"
    assert [shorter_on(text, day) for day in (180, 199, 200, 900)] == [60, 60, 80, 80]


def test_without_a_curve_no_stay_was_shorter():
    assert shorter_on(shorter_text(Curve(), 365), 500) == 0


def test_many_ends_take_little_room():
    assert len(shorter_text(curve(*range(1, 2000)), 90).split()) <= 100


def test_a_stage_recorded_again_goes_on_and_a_return_begins_anew():
    stages = [
        StagePoint(date(2025, 1, 1), "pilot"),
        StagePoint(date(2025, 6, 1), "pilot"),
        StagePoint(date(2026, 1, 1), "development"),
        StagePoint(date(2026, 2, 1), "pilot"),
        StagePoint(date(2026, 9, 1), "production"),
    ]
    assert stay_of(stages, date(2025, 12, 31)) == stages[0]
    assert stay_of(stages, TODAY) == stages[3]
    assert stay_of(stages, date(2024, 12, 31)) is None
