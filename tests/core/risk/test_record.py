"""The model's own record: what counts, what it scores and what it may then claim."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.model import Status
from metrics.core.risk.record import (
    Count,
    Interval,
    Resolved,
    record_of,
    status_of,
)
from metrics.core.risk.stored_record import record_from, record_json

ORIGIN = date(2024, 1, 31)


def forecast(number, *, chance=0.4, failed=False, base=0.4, origin=ORIGIN, rebuilt=False, ended_on=None, without=None):
    return Resolved(
        key=f"i{number}",
        group="",
        made_on=origin,
        resolves_on=origin + timedelta(days=365),
        chance=chance,
        base_rate=base,
        failed=failed,
        rebuilt=rebuilt,
        ended_on=ended_on,
        without_causes=without,
    )


def portfolio(initiatives, failures, *, good=0.2, bad=0.8, base=None):
    """So many initiatives, of which the first ones fail, with the chance that each kind was given."""
    share = failures / initiatives if base is None else base
    return [
        forecast(number, chance=bad if number < failures else good, failed=number < failures, base=share)
        for number in range(initiatives)
    ]


rows = st.builds(
    forecast,
    st.integers(0, 12),
    chance=st.floats(0.01, 0.99),
    failed=st.sampled_from([True, False, None]),
    base=st.floats(0.05, 0.95),
    origin=st.sampled_from([ORIGIN + timedelta(days=31 * month) for month in range(8)]),
    rebuilt=st.booleans(),
    without=st.none() | st.floats(0.01, 0.99),
)


def test_without_outcomes_there_are_no_scores():
    record = record_of([])
    assert (record.resolved, record.failures, record.censored) == (Count(0, 0),) * 3
    assert record.brier is record.skill is record.slope is None
    assert record.status is Status.REFERENCE_CLASS


def test_where_all_vanished_there_are_no_scores():
    record = record_of([forecast(1, failed=None), forecast(2, failed=None)])
    assert record.censored == Count(2, 2)
    assert record.brier is None
    assert record.by_origin[0].brier is None


def test_the_scores_of_four_forecasts_by_hand():
    chances, outcomes = (0.1, 0.9, 0.8, 0.3), (False, True, True, False)
    made = [
        forecast(number, chance=chance, failed=failed, base=0.5)
        for number, (chance, failed) in enumerate(zip(chances, outcomes, strict=True))
    ]
    record = record_of(made)
    assert (record.brier, record.base_brier) == (Decimal("0.037500"), Decimal("0.250000"))
    assert record.skill.value == Decimal("0.850000")
    assert record.in_the_large == Decimal("-0.025000")


def test_semantics_23_what_vanished_is_censored_and_others_stand_for_it():
    seen = [forecast(1, chance=0.9, failed=True, ended_on=ORIGIN + timedelta(days=30)), forecast(2, chance=0.1)]
    vanished = forecast(3, failed=None, ended_on=ORIGIN + timedelta(days=100))
    record = record_of([*seen, vanished])
    # The one seen to its date stands for two: the observed share is 1 of 3, not 1 of 2.
    assert (record.resolved, record.failures, record.censored) == (Count(2, 2), Count(1, 1), Count(1, 1))
    assert record.by_origin[0].observed == Decimal("0.333333")


def test_forecasts_of_one_initiative_count_as_one_initiative():
    monthly = [forecast(1, failed=True, origin=ORIGIN + timedelta(days=31 * month)) for month in range(40)]
    record = record_of(monthly)
    assert (record.resolved, record.failures) == (Count(40, 1), Count(40, 1))
    assert record.status is Status.REFERENCE_CLASS


def test_a_stored_forecast_replaces_the_one_rebuilt_for_its_month():
    stored = forecast(1, chance=0.2, origin=ORIGIN - timedelta(days=30))
    record = record_of([forecast(1, chance=0.9, rebuilt=True), stored, forecast(2, chance=0.4, rebuilt=True)])
    assert (record.live, record.rebuilt) == (1, 1)
    assert [row.predicted for row in record.by_origin] == [Decimal("0.200000"), Decimal("0.400000")]


def test_rows_of_the_record_go_by_the_day_of_the_forecast():
    later = ORIGIN + timedelta(days=91)
    record = record_of([forecast(1, origin=later), forecast(1, failed=True), forecast(2), forecast(3, failed=None)])
    assert [(row.made_on, row.resolved, row.failures, row.censored) for row in record.by_origin] == [
        (ORIGIN, 2, 1, 1),
        (later, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("initiatives", "failures", "missing"),
    [
        (21, 7, "7 of 10 failures and 21 of 30 initiatives resolved"),
        (40, 9, ": 9 of 10 failures resolved"),
        (29, 15, ": 29 of 30 initiatives resolved"),
    ],
)
def test_semantics_22_too_few_outcomes_are_told_with_what_is_missing(initiatives, failures, missing):
    record = record_of(portfolio(initiatives, failures))
    assert record.status is Status.REFERENCE_CLASS
    assert missing in record.why


def test_semantics_22_calibrated_is_earned():
    # Of twenty with a chance of a tenth two fail, of twenty with three tenths six, and so on.
    came_true = [
        forecast(20 * t + n, chance=t / 10, failed=n < 2 * t, base=0.5) for t in (1, 3, 5, 7, 9) for n in range(20)
    ]
    record = record_of(came_true)
    assert record.status is Status.CALIBRATED
    assert "did better than your own base rate" in record.why


def test_semantics_22_no_skill_leaves_the_base_rate_alone():
    record = record_of(portfolio(60, 24, good=0.6, bad=0.3))
    assert record.status is Status.BASE_RATE_ONLY
    assert "no better than your own base rate" in record.why


def with_and_without(*, with_causes, without_causes, initiatives=60, failures=24):
    """A portfolio whose chances for (failures, others) are these with the causes and those without them."""
    rows = portfolio(initiatives, failures, bad=with_causes[0], good=with_causes[1])
    return [replace(row, without_causes=without_causes[0 if row.failed else 1]) for row in rows]


def test_causes_that_make_a_good_model_no_better_leave_the_base_rate_alone():
    record = record_of(with_and_without(with_causes=(0.7, 0.3), without_causes=(0.8, 0.2)))
    assert record.skill.value > 0 > record.causes.value
    assert record.status is Status.BASE_RATE_ONLY
    assert "no better than the same model without the causes" in record.why
    assert "The causes have not helped" in record.why


def test_the_skill_of_the_causes_is_over_the_same_model_without_them():
    record = record_of(with_and_without(with_causes=(0.9, 0.1), without_causes=(0.8, 0.2)))
    # 1 less 0.1 squared over 0.2 squared.
    assert record.causes.value == Decimal("0.750000")
    assert record.status is not Status.BASE_RATE_ONLY


@pytest.mark.parametrize(("initiatives", "failures"), [(29, 15), (40, 9)])
def test_causes_scored_for_too_few_are_not_judged(initiatives, failures):
    poor = with_and_without(
        with_causes=(0.7, 0.3), without_causes=(0.8, 0.2), initiatives=initiatives, failures=failures
    )
    others = [replace(row, key=f"other {row.key}") for row in portfolio(60, 24)]
    record = record_of([*poor, *others])
    assert (record.scored.initiatives, record.scored_failures.initiatives) == (initiatives, failures)
    assert record.status is not Status.BASE_RATE_ONLY


def test_where_no_cause_was_scored_the_causes_have_no_skill_to_tell():
    record = record_of(portfolio(60, 24))
    assert (record.scored, record.causes) == (Count(0, 0), None)


def test_a_record_stored_before_the_causes_were_held_apart_is_still_read():
    stored = record_json(record_of(portfolio(60, 24)))
    older = {name: value for name, value in stored.items() if "scored" not in name and name != "causes"}
    assert record_from(older) == record_from(stored)


def test_saying_only_the_base_rate_is_no_skill():
    assert record_of(portfolio(60, 24, good=0.4, bad=0.4)).status is Status.BASE_RATE_ONLY


def test_skill_whose_range_reaches_zero_stays_learning():
    lucky = [forecast(n, chance=0.5 if n < 13 else 0.4, failed=n % 13 < 6, base=0.44) for n in range(39)]
    record = replace(record_of(lucky), skill=Interval(Decimal("0.02"), Decimal("-0.01"), Decimal("0.05")))
    standing = status_of(record)
    assert standing.status is Status.LEARNING
    assert "(2%, 80% range −1% to 5%) is not above zero" in standing.why


def test_chances_too_far_apart_stay_learning_however_skilled():
    record = record_of(portfolio(60, 24))
    doubtful = replace(record, slope=Interval(Decimal("0.6"), Decimal("0.4"), Decimal("0.8")))
    standing = status_of(doubtful)
    assert standing.status is Status.LEARNING
    assert "slope 0.60, 80% range 0.40 to 0.80; 1 is right" in standing.why


@given(st.lists(rows, max_size=40))
def test_the_record_comes_back_from_its_json(resolved):
    record = record_of(resolved)
    assert record_from(json.loads(json.dumps(record_json(record)))) == record


@given(st.lists(rows, max_size=40, unique_by=lambda row: (row.key, row.made_on, row.rebuilt)))
def test_the_order_of_forecasts_does_not_matter(resolved):
    assert record_of(reversed(resolved)) == record_of(resolved)


@given(st.lists(rows, max_size=40))
def test_every_forecast_is_counted_once(resolved):
    record = record_of(resolved)
    distinct = {(row.key, row.made_on.year, row.made_on.month) for row in resolved}
    assert record.resolved.forecasts + record.censored.forecasts == len(distinct)
    assert record.rebuilt + record.live == record.resolved.forecasts
    assert sum(row.resolved for row in record.by_origin) == record.resolved.forecasts
    assert sum(band.forecasts for band in record.bands) == record.resolved.forecasts


@given(st.lists(rows, max_size=40))
def test_nothing_is_claimed_before_the_gate(resolved):
    assert record_of(resolved).status is Status.REFERENCE_CLASS
