"""Grade D: before against after, with its refusals."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.attribution.before_after import before_after
from metrics.core.attribution.effects import Movement
from metrics.core.periods import add_months
from metrics.core.reasons import Reason
from metrics.core.types import Dated, Dose, Grade, Kpi, Reading

START = date(2025, 1, 31)
LIVE = date(2025, 7, 1)


def monthly(values, first=START):
    return tuple(Reading(add_months(first, step), Decimal(str(value))) for step, value in enumerate(values))


def kpi(values=(10, 11, 12, 10, 11, 12, 8, 8, 8), **changes):
    base = Kpi(
        key="aht",
        name="Handling time",
        unit="minutes",
        direction="down",
        cadence="monthly",
        aggregation="mean",
        design="before_after",
        benefit_class="capacity",
        readings=monthly(values),
        baseline_from=date(2025, 1, 1),
        baseline_to=date(2025, 6, 30),
    )
    return replace(base, **changes)


def test_effect_is_the_difference_of_the_two_means():
    effect = before_after(kpi(), LIVE)
    assert effect.effect.value == Decimal(-3)
    assert (effect.before.count, effect.after.count) == (6, 3)
    assert effect.effect.grade is Grade.BEFORE_AFTER


def test_fall_of_a_lower_is_better_kpi_is_an_improvement():
    effect = before_after(kpi(), LIVE)
    assert effect.improvement == 3
    assert effect.movement is Movement.BETTER


def test_relative_change_is_taken_of_the_size_of_the_baseline():
    negative = kpi(values=(-10, -10, -10, -10, -10, -10, -5, -5, -5), direction="up")
    assert before_after(negative, LIVE).relative.value == Decimal("0.5")


def test_zero_baseline_gives_the_absolute_effect_only():
    effect = before_after(kpi(values=(0, 0, 0, 0, 0, 0, 4, 4, 4), direction="up"), LIVE)
    assert effect.effect.value == 4
    assert effect.relative.reason is Reason.ZERO_BASELINE


def test_no_range_is_offered_as_proof():
    effect = before_after(kpi(), LIVE)
    assert (effect.effect.low, effect.effect.high) == (None, None)


def test_assumption_says_what_was_compared_and_assumed():
    text = before_after(kpi(), LIVE).assumption
    assert "6 readings from 2025-01-31 to 2025-06-30 with 3 from 2025-07-31 to 2025-09-30" in text
    assert "nothing else changed" in text


@pytest.mark.parametrize("design", ["series", "controlled", "randomised"])
def test_better_design_is_read_as_before_and_after_where_the_readings_allow_no_more(design):
    effect = before_after(kpi(design=design), LIVE)
    assert effect.grade is Grade.BEFORE_AFTER
    assert "do not allow yet" in effect.assumption


def test_claim_has_grade_e_even_with_many_readings():
    assert before_after(kpi(design="claim"), LIVE).grade is Grade.CLAIM


def test_claim_needs_one_reading_on_each_side():
    claim = kpi(values=(10, 8), design="claim", baseline_to=date(2025, 1, 31))
    assert before_after(claim, date(2025, 2, 1)).effect.value == -2


@pytest.mark.parametrize(
    ("changed", "exposed_on", "reason"),
    [
        ({"readings": ()}, LIVE, Reason.NO_READINGS),
        ({"baseline_from": None}, LIVE, Reason.NO_BASELINE),
        ({}, None, Reason.NO_GO_LIVE),
        ({"baseline_to": date(2025, 2, 28)}, LIVE, Reason.TOO_FEW_READINGS),
        ({}, date(2025, 8, 1), Reason.TOO_FEW_READINGS),
        ({"redefined_on": LIVE}, LIVE, Reason.KPI_REDEFINED),
    ],
)
def test_effect_that_cannot_be_known_is_a_reason(changed, exposed_on, reason):
    effect = before_after(kpi(**changed), exposed_on)
    assert effect.effect.reason is effect.relative.reason is reason
    assert effect.grade is None


def test_redefinition_before_the_baseline_does_no_harm():
    assert before_after(kpi(redefined_on=date(2024, 6, 1)), LIVE).effect.value == -3


def test_baseline_readings_after_the_first_use_are_left_out():
    assert before_after(kpi(), date(2025, 5, 1)).before.count == 4


def test_semantics_12_first_use_is_the_first_adoption_above_zero():
    adoption = [Dated(date(2025, 6, 1), Decimal(0)), Dated(date(2025, 7, 1), Decimal("0.1"))]
    assert Dose("claims", tuple(adoption), date(2025, 9, 1)).starts_on == date(2025, 7, 1)


def test_first_use_is_the_go_live_without_adoption_readings():
    assert Dose("claims", (), date(2025, 9, 1)).starts_on == date(2025, 9, 1)


@given(st.lists(st.integers(-1000, 1000), min_size=9, max_size=9), st.randoms())
def test_order_of_readings_does_not_matter(values, random):
    ordered = kpi(values=values)
    shuffled = list(ordered.readings)
    random.shuffle(shuffled)
    assert before_after(replace(ordered, readings=tuple(shuffled)), LIVE) == before_after(ordered, LIVE)


@given(st.lists(st.integers(-1000, 1000), min_size=9, max_size=9))
def test_direction_turns_the_improvement_and_not_the_effect(values):
    down, up = (before_after(kpi(values=values, direction=way), LIVE) for way in ("down", "up"))
    assert down.effect == up.effect
    assert down.improvement == -up.improvement
