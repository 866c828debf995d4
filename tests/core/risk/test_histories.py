"""Initiative-months from courses of initiatives: censoring, truncation, clocks, scores."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.factors import CAUSES, Cause
from metrics.core.risk.histories import Ending, History, Scored, ending_of, exposures_of, stays_of
from metrics.core.risk.states import State
from metrics.core.types import StagePoint

NEW_YEAR = date(2024, 1, 1)
NEXT = date(2025, 1, 1)


def history(*stages, watched_from=NEW_YEAR, watched_until=NEXT, scored=(), silent_since=None, group=""):
    points = tuple(StagePoint(on, to) for on, to in stages)
    return History("one", group, points, watched_from, watched_until, scored, silent_since)


def columns(*histories):
    found = exposures_of(histories)
    rows = zip(found.states, found.months, found.advanced, found.abandoned, strict=True)
    return [(int(state), int(month), bool(advanced), bool(abandoned)) for state, month, advanced, abandoned in rows]


def test_open_initiative_gives_only_months_that_are_over():
    rows = columns(history((NEW_YEAR, "pilot"), watched_until=date(2024, 3, 15)))
    assert rows == [(1, 1, False, False), (1, 2, False, False)]


def test_a_stage_entered_today_is_the_present_one():
    assert stays_of(history((NEW_YEAR, "idea"), (NEXT, "pilot")))[-1].state == State.PILOT


def test_moving_on_ends_the_stay_with_the_month_in_which_it_happened():
    rows = columns(history((NEW_YEAR, "idea"), (date(2024, 2, 10), "pilot"), watched_until=date(2024, 2, 20)))
    assert rows == [(0, 1, False, False), (0, 2, True, False)]


def test_being_given_up_is_the_event_of_its_month():
    assert columns(history((NEW_YEAR, "pilot"), (date(2024, 1, 20), "abandoned"))) == [(1, 1, False, True)]


def test_imported_in_mid_life_enters_then_and_keeps_its_clock():
    rows = columns(history((NEW_YEAR, "pilot"), watched_from=date(2024, 6, 1), watched_until=date(2024, 8, 10)))
    assert rows == [(1, 6, False, False), (1, 7, False, False)]


def test_moves_between_stages_of_one_state_do_not_begin_the_clock_anew():
    course = history((NEW_YEAR, "idea"), (date(2024, 3, 1), "discovery"), watched_until=date(2024, 5, 15))
    assert [month for _, month, _, _ in columns(course)] == [1, 2, 3, 4]


def test_going_back_is_neither_moving_on_nor_giving_up():
    course = history((NEW_YEAR, "development"), (date(2024, 3, 20), "pilot"), watched_until=date(2024, 4, 25))
    assert columns(course) == [(2, 1, False, False), (2, 2, False, False), (1, 1, False, False)]


def test_skipped_state_has_no_stay():
    stays = stays_of(history((NEW_YEAR, "idea"), (date(2024, 4, 1), "development")))
    assert [(stay.state, stay.advanced) for stay in stays] == [(State.IDEA, True), (State.BUILD, False)]


def test_what_follows_production_is_not_counted():
    course = history((NEW_YEAR, "rollout"), (date(2024, 2, 1), "production"), (date(2024, 3, 1), "idea"))
    assert columns(course) == [(2, 1, False, False), (2, 2, True, False)]
    assert ending_of(course).ending is Ending.PRODUCTION


def test_retired_before_production_is_censored():
    course = history((NEW_YEAR, "pilot"), (date(2024, 3, 10), "retired"))
    assert columns(course) == [(1, 1, False, False), (1, 2, False, False)]


def test_semantics_22_twelve_months_of_silence_count_as_abandoned_and_are_marked():
    course = history((NEW_YEAR, "pilot"), watched_until=date(2025, 6, 1), silent_since=date(2025, 1, 15))
    found = exposures_of([course])
    assert (found.abandoned.sum(), found.inferred.sum()) == (1, 1)
    assert ending_of(course).on == date(2025, 1, 15)


def test_semantics_23_one_that_vanishes_is_censored():
    assert ending_of(history((NEW_YEAR, "pilot"), watched_until=date(2024, 5, 1))).ending is Ending.OPEN


def test_stage_dated_after_the_watch_does_not_count():
    course = history((NEW_YEAR, "pilot"), (date(2024, 9, 1), "abandoned"), watched_until=date(2024, 5, 1))
    assert ending_of(course).ending is Ending.OPEN


def test_two_stages_of_one_day_leave_the_last():
    stays = stays_of(history((NEW_YEAR, "idea"), (NEW_YEAR, "pilot"), (NEW_YEAR, "development")))
    assert [stay.state for stay in stays] == [State.BUILD]


def test_scores_hold_from_the_month_that_begins_after_them():
    scored = (Scored(date(2024, 2, 20), {Cause.WORKFORCE: Decimal("0.5")}),)
    found = exposures_of([history((NEW_YEAR, "pilot"), watched_until=date(2024, 5, 10), scored=scored)])
    assert found.scores[:, CAUSES.index(Cause.WORKFORCE)].tolist() == [0.0, 0.0, 0.5, 0.5]


def test_cause_left_out_of_a_later_assessment_keeps_its_score():
    scored = (
        Scored(NEW_YEAR, {Cause.WORKFORCE: Decimal(1)}),
        Scored(date(2024, 1, 2), {Cause.INTEGRATION: Decimal("-1")}),
    )
    assert history(scored=scored).scores_on(NEXT) == {Cause.WORKFORCE: Decimal(1), Cause.INTEGRATION: Decimal("-1")}


def test_months_known_at_an_earlier_day_are_those_that_were_over():
    course = history((NEW_YEAR, "pilot"), (date(2024, 6, 20), "abandoned"))
    then = exposures_of([course]).until(date(2024, 4, 5))
    assert then.months.tolist() == exposures_of([course.known_on(date(2024, 4, 5))]).months.tolist() == [1, 2, 3]


def test_nothing_to_learn_from_gives_no_rows():
    assert len(exposures_of([]).months) == 0


days = st.dates(date(2022, 1, 1), date(2025, 12, 31))
stages = st.sampled_from(
    ["idea", "discovery", "pilot", "development", "rollout", "production", "scaled", "retired", "abandoned"]
)


@given(st.lists(st.tuples(days, stages), max_size=8), days, days, st.none() | days)
def test_any_course_gives_at_most_one_ending_in_its_last_month(points, watched_from, watched_until, silent_since):
    course = history(
        *sorted(points, key=lambda point: point[0]),
        watched_from=watched_from, watched_until=watched_until, silent_since=silent_since,
    )  # fmt: skip
    found = exposures_of([course])
    assert found.abandoned[:-1].sum() == 0
    assert found.abandoned.sum() <= 1
    assert (found.months >= 1).all()
    assert not (found.advanced & found.abandoned).any()


@pytest.mark.parametrize("group", ["", "Claims"])
def test_group_is_named_once_and_none_is_no_group(group):
    found = exposures_of([history((NEW_YEAR, "pilot"), group=group)])
    assert found.names == ((group,) if group else ())
