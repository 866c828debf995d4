"""Failure risk of one initiative from the published rates."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.reasons import Reason
from metrics.core.risk.factors import Cause
from metrics.core.risk.forecasting import Chance
from metrics.core.risk.model import NO_HELP, NOT_SCORED, Model, Risk, Status, Subject, assess_all

BEFORE_PRODUCTION = ["idea", "discovery", "pilot", "development", "rollout"]
scores = st.dictionaries(
    st.sampled_from(Cause), st.decimals(min_value=-1, max_value=1, places=2, allow_nan=False), max_size=8
)
stages = st.sampled_from(BEFORE_PRODUCTION)
USUAL = Model(
    status=Status.BASE_RATE_ONLY, usual_year=Chance(0.2, 0.1, 0.3), usual_never=Chance(0.4, 0.3, 0.5), closed_cases=40
)


def assess(stage, given_scores, model=None, **known) -> Risk:
    return assess_all([Subject(stage, scores=given_scores, **known)], model or Model(), 36)[0]


def test_pilot_about_which_nothing_is_known_fails_as_often_as_the_published_rates_say():
    risk = assess("pilot", {})
    assert round(risk.never_in_production.value, 6) == round(risk.base_rate.value, 6)


def test_range_of_one_initiative_is_wider_than_that_of_the_level():
    risk = assess("pilot", {})
    assert risk.never_in_production.low < risk.base_rate.low < risk.base_rate.high < risk.never_in_production.high


def test_nothing_scored_gives_no_contributions_and_says_so():
    risk = assess("pilot", {})
    assert risk.contributions == ()
    assert risk.note == NOT_SCORED


def test_status_is_what_the_record_has_earned():
    assert assess("idea", {}, Model(status=Status.LEARNING)).status is Status.LEARNING


def test_causes_that_did_not_help_leave_the_usual_rate_alone():
    scored = assess("pilot", {Cause.INTEGRATION: Decimal(1)}, USUAL)
    assert scored.abandoned_12m == assess("idea", {}, USUAL).abandoned_12m
    assert (scored.abandoned_12m.value, scored.contributions, scored.note) == (Decimal("0.2"), (), NO_HELP)
    assert scored.base_rate.value == Decimal("0.4")


def test_usual_rate_is_reached_after_twelve_months():
    assert assess("pilot", {}, USUAL).given_up[11] == pytest.approx(0.2)


def test_semantics_22_missing_its_roi_needs_the_simulation():
    assert assess("idea", {}).misses_roi.reason is Reason.NOT_SIMULATED


@pytest.mark.parametrize(
    ("stage", "reached_production", "reason"),
    [
        ("production", True, Reason.ALREADY_IN_PRODUCTION),
        ("scaled", True, Reason.ALREADY_IN_PRODUCTION),
        ("pilot", True, Reason.ALREADY_IN_PRODUCTION),
        ("retired", True, Reason.ENDED),
        ("abandoned", False, Reason.ENDED),
    ],
)
def test_semantics_22_chances_before_production_end_with_it(stage, reached_production, reason):
    risk = assess(stage, {Cause.INTEGRATION: Decimal(1)}, reached_production=reached_production)
    assert risk.never_in_production.reason is risk.abandoned_12m.reason is reason


def test_score_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="between -1 and 1"):
        assess("pilot", {Cause.WORKFORCE: Decimal("1.5")})


@given(stages, scores, st.sampled_from(Cause), st.decimals(min_value=0, max_value=1, places=2))
def test_higher_score_never_lowers_the_risk(stage, given_scores, cause, step):
    base = given_scores.get(cause, Decimal(0))
    higher = {**given_scores, cause: min(base + step, Decimal(1))}
    before = assess(stage, {**given_scores, cause: base})
    after = assess(stage, higher)
    assert after.never_in_production.value >= before.never_in_production.value
    assert after.abandoned_12m.value >= before.abandoned_12m.value


@given(stages, scores)
def test_abandoned_within_a_year_is_part_of_never_in_production(stage, given_scores):
    risk = assess(stage, given_scores)
    assert 0 < risk.abandoned_12m.value <= risk.never_in_production.value < 1


@given(stages, scores)
def test_value_lies_in_its_range(stage, given_scores):
    for chance in (assess(stage, given_scores).never_in_production, assess(stage, given_scores).abandoned_12m):
        assert chance.low < chance.value < chance.high


@given(stages, scores)
def test_contributions_sum_to_the_change_of_the_chance(stage, given_scores):
    risk = assess(stage, given_scores)
    change = risk.never_in_production.value - assess(stage, {}).never_in_production.value
    assert abs(sum(part.points for part in risk.contributions) - 100 * change) < Decimal("0.001")


@given(stages, scores)
def test_no_contribution_of_the_prior_claims_to_come_from_own_data(stage, given_scores):
    assert not any(part.own_share for part in assess(stage, given_scores).contributions)


@given(stages, scores, st.integers(min_value=12, max_value=60))
def test_course_of_giving_up_rises_and_passes_the_twelve_months_figure(stage, given_scores, months):
    risk = assess_all([Subject(stage, scores=given_scores)], Model(), months)[0]
    assert list(risk.given_up) == sorted(risk.given_up)
    assert len(risk.given_up) == months
    assert risk.given_up[11] == pytest.approx(float(risk.abandoned_12m.value), abs=1e-6)


@given(stages, scores)
def test_points_lie_in_their_range(stage, given_scores):
    assert all(part.low <= part.points <= part.high for part in assess(stage, given_scores).contributions)
