"""The curve of stays against published and hand-worked figures."""

import pytest

from metrics.core.risk.survival import Curve, Stay, curve_of, curve_of_stage

ENDED_WEEKS = (6, 6, 6, 7, 10, 13, 16, 22, 23)
OPEN_WEEKS = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def seen(*stays, since=0):
    """Stays watched from the first day: a positive number of days is over, a negative one is open."""
    return [Stay(since, abs(days), days > 0) for days in stays]


def test_published_remission_times_come_out():
    """Freireich et al. 1963, 6-MP arm, as in Klein and Moeschberger 2003, table 4.1."""
    curve = curve_of([*seen(*ENDED_WEEKS), *seen(*(-week for week in OPEN_WEEKS))])
    assert [(step.day, step.at_risk, step.ended, round(step.share, 3)) for step in curve.steps] == [
        (6, 21, 3, 0.857),
        (7, 17, 1, 0.807),
        (10, 15, 1, 0.753),
        (13, 12, 1, 0.690),
        (16, 11, 1, 0.627),
        (22, 7, 1, 0.538),
        (23, 6, 1, 0.448),
    ]
    assert (curve.median, curve.stays, curve.ended) == (23, 21, 9)


def test_a_stay_that_was_seen_late_counts_from_that_day_on():
    """By hand: two are seen on day 10, so half go on; on day 40 the third has joined, so two thirds of those do."""
    curve = curve_of([Stay(0, 10, True), Stay(0, 60, True), Stay(30, 40, True), Stay(30, 70, False)])
    assert [(step.day, step.at_risk) for step in curve.steps] == [(10, 2), (40, 3), (60, 2)]
    assert [step.share for step in curve.steps] == pytest.approx([1 / 2, 1 / 3, 1 / 6])


def test_who_joins_on_a_day_is_not_seen_to_end_on_it():
    assert curve_of([Stay(10, 20, True), Stay(0, 10, True), Stay(0, 30, True)]).steps[0].at_risk == 2


def test_a_stay_without_a_day_does_not_count():
    assert curve_of([Stay(0, 0, True), Stay(30, 30, True), Stay(40, 12, True)]) == Curve()


def test_open_stays_hold_the_curve_up():
    assert curve_of(seen(100, -400, -400, -400)).median is None
    assert curve_of(seen(100, -400, -400, -400)).share_after(500) == 0.75


def test_before_the_first_end_everything_goes_on():
    curve = curve_of(seen(100, 200))
    assert [curve.share_after(day) for day in (0, 99, 100, 199, 200, 999)] == [1, 1, 0.5, 0.5, 0, 0]


def test_half_and_not_a_hair_more_is_the_median_in_spite_of_rounding():
    assert curve_of(seen(*range(10, 70, 10))).median == 30


def test_stays_seen_late_are_held_against_what_was_seen():
    watched = [*seen(*[50] * 6, *[100] * 6), Stay(200, 300, True)]
    assert curve_of_stage(watched).median == 50
    assert curve_of_stage(watched).steps[-1].at_risk == 1


def test_where_hardly_any_stay_was_seen_from_its_beginning_all_count_as_told():
    recorded_late = [Stay(500, 400, True), Stay(500, 300, True), Stay(0, 10, True), Stay(500, 600, False)]
    curve = curve_of_stage(recorded_late)
    assert (curve.stays, curve.ended, curve.median) == (4, 3, 300)


def test_without_a_stay_there_is_no_curve():
    assert curve_of_stage([]) == Curve()
