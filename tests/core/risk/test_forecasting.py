"""Chances from hazards: closed forms, ranges, own data."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.factors import Cause
from metrics.core.risk.fitting import default_fit, fit, fit_from, fit_json
from metrics.core.risk.forecasting import Case, case_of, forecast, forecast_without_scores
from metrics.core.risk.hazards import levels, never_in_production
from metrics.core.risk.histories import History, Scored
from metrics.core.risk.published import PUBLISHED_RATES, pool
from metrics.core.risk.states import STATES, State
from metrics.core.types import StagePoint

PUBLISHED = pool(PUBLISHED_RATES)
START = date(2023, 1, 1)


def course(key, *, lasts, to, group="", score=None):
    scored = (Scored(START, {Cause.INTEGRATION: Decimal(score)}),) if score is not None else ()
    end = START + timedelta(days=lasts)
    return History(key, group, (StagePoint(START, "pilot"), StagePoint(end, to)), START, date(2025, 1, 1), scored)


def chance(found_fit, months=0, group="", scores=None, state=State.PILOT):
    return forecast(found_fit, [Case(state, months, scores or {}, group)])[0]


@pytest.mark.parametrize("state", STATES)
def test_without_own_data_the_chance_is_the_closed_form_of_constant_hazards(state):
    found = chance(default_fit(), state=state)
    assert found.never_in_production.value == pytest.approx(never_in_production(levels(PUBLISHED), state), abs=1e-9)


def test_first_month_loses_just_the_monthly_chance():
    assert chance(default_fit()).abandoned_by_month[0] == pytest.approx(levels(PUBLISHED)[State.PILOT].abandon)


@pytest.mark.parametrize("state", STATES)
def test_given_up_in_the_long_run_is_never_in_production(state):
    found = forecast(default_fit(), [Case(state, 0, {})], 2_000)[0]
    assert found.abandoned_by_month[-1] == pytest.approx(found.never_in_production.value, abs=1e-6)


def test_own_failures_raise_the_chance_and_own_successes_lower_it():
    failing = fit([course(str(n), lasts=60, to="abandoned") for n in range(20)], PUBLISHED)
    winning = fit([course(str(n), lasts=60, to="production") for n in range(20)], PUBLISHED)
    prior = chance(default_fit()).never_in_production.value
    assert chance(winning).never_in_production.value < prior < chance(failing).never_in_production.value


def test_the_forecast_without_scores_is_that_of_the_same_case_unscored():
    learned = fit([course(str(n), lasts=60, to="abandoned", group="a", score=1) for n in range(20)], PUBLISHED)
    scores = {Cause.INTEGRATION: Decimal(1)}
    scored = [Case(State.PILOT, months, scores, group) for months in (2, 2, 7) for group in ("a", "new")]
    unscored = Case(State.PILOT, 2, {}, "a")
    told = [found and found.abandoned_12m.value for found in forecast_without_scores(learned, [*scored, unscored])]
    bare = [chance(learned, case.months_in_state, case.group).abandoned_12m.value for case in scored]
    assert told == [pytest.approx(value) for value in bare] + [None]


def test_own_data_make_the_range_narrower():
    many = [course(str(n), lasts=100 + n, to="abandoned" if n % 2 else "production") for n in range(200)]
    learned, prior = chance(fit(many, PUBLISHED)).abandoned_12m, chance(default_fit()).abandoned_12m
    assert learned.high - learned.low < 0.6 * (prior.high - prior.low)


def test_unit_that_fails_more_often_has_the_higher_chance_and_an_unknown_one_the_wider_range():
    courses = [
        *(course(f"a{n}", lasts=90 + n, to="abandoned", group="A") for n in range(30)),
        *(course(f"b{n}", lasts=90 + n, to="production", group="B") for n in range(30)),
    ]
    found = fit(courses, PUBLISHED)
    first, second, unknown, none = (chance(found, group=group).abandoned_12m for group in ("A", "B", "C", ""))
    assert first.value > none.value > second.value
    assert unknown.value == pytest.approx(none.value)
    assert unknown.high - unknown.low > none.high - none.low


def test_cause_that_told_failures_from_successes_gains_weight():
    courses = [
        *(course(f"a{n}", lasts=60, to="abandoned", score="1") for n in range(40)),
        *(course(f"b{n}", lasts=60, to="production", score="-1") for n in range(40)),
    ]
    bad = {Cause.INTEGRATION: Decimal(1)}
    learned, prior = fit(courses, PUBLISHED), default_fit()
    lift = [
        chance(each, scores=bad).abandoned_12m.value - chance(each).abandoned_12m.value for each in (learned, prior)
    ]
    assert lift[0] > lift[1] > 0


def test_fit_survives_its_json_exactly():
    found = fit([course(str(n), lasts=60 + n, to="abandoned", group="AB"[n % 2]) for n in range(9)], PUBLISHED)
    again = fit_from(fit_json(found))
    case = Case(State.BUILD, 7, {Cause.WORKFORCE: Decimal("0.5")}, "A")
    assert forecast(again, [case]) == forecast(found, [case])
    assert (again.months, again.abandoned) == (found.months, 9)


def test_one_case_has_the_chances_that_it_has_among_many():
    cases = [Case(state, months, {}, "") for state in STATES for months in range(15)]
    together = forecast(default_fit(), cases, 24)
    assert forecast(default_fit(), [cases[20]], 24)[0].abandoned_by_month == pytest.approx(
        together[20].abandoned_by_month
    )


def test_case_of_a_day_knows_only_what_had_happened():
    found = case_of(course("a", lasts=200, to="production", score="1"), START + timedelta(days=100))
    assert found == Case(State.PILOT, 3, {Cause.INTEGRATION: Decimal(1)}, "")


def test_initiative_that_ended_has_no_case():
    assert case_of(course("a", lasts=50, to="abandoned"), START + timedelta(days=100)) is None


@given(
    st.sampled_from(STATES),
    st.integers(0, 40),
    st.lists(st.tuples(st.sampled_from(Cause), st.sampled_from(["-1", "-0.5", "0.5", "1"])), max_size=8),
)
def test_any_case_has_chances_between_zero_and_one_with_the_year_inside_the_whole(state, months, scores):
    found = chance(default_fit(), months, scores={cause: Decimal(score) for cause, score in scores}, state=state)
    assert 0 < found.abandoned_12m.value <= found.never_in_production.value < 1
    for each in (found.abandoned_12m, found.never_in_production):
        assert each.low < each.value < each.high
