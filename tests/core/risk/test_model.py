"""Failure risk of one initiative from the published rates."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.reasons import Reason
from metrics.core.risk.factors import Cause
from metrics.core.risk.model import NOT_SCORED, Status, assess

BEFORE_PRODUCTION = ["idea", "discovery", "pilot", "development", "rollout"]
scores = st.dictionaries(
    st.sampled_from(Cause), st.decimals(min_value=-1, max_value=1, places=2, allow_nan=False), max_size=8
)
stages = st.sampled_from(BEFORE_PRODUCTION)


def test_pilot_without_scores_has_the_published_level_and_range():
    chance = assess("pilot", {}).never_in_production
    assert (round(chance.low, 2), round(chance.value, 2), round(chance.high, 2)) == (
        Decimal("0.39"),
        Decimal("0.65"),
        Decimal("0.84"),
    )


def test_nothing_scored_gives_no_contributions_and_says_so():
    risk = assess("pilot", {})
    assert risk.contributions == ()
    assert risk.note == NOT_SCORED


def test_status_is_reference_class_however_many_cases_closed():
    assert assess("idea", {}, closed_cases=40).status is Status.REFERENCE_CLASS


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
def test_no_contribution_claims_to_come_from_own_data(stage, given_scores):
    assert not any(part.from_own_data for part in assess(stage, given_scores).contributions)


@given(stages, scores)
def test_points_lie_in_their_range(stage, given_scores):
    assert all(part.low <= part.points <= part.high for part in assess(stage, given_scores).contributions)
