"""The one-year model on labels that it has not learned from."""

from decimal import Decimal

import numpy as np
import pytest

from metrics.core.risk.factors import Cause
from metrics.core.risk.holdouts import Way, hold_out
from metrics.core.risk.labels import Label
from metrics.core.risk.one_year import learn
from metrics.core.risk.published import PUBLISHED_RATES, pool

PUBLISHED = pool(PUBLISHED_RATES)


def label(number, *, failed, state="pilot", group="", period="2023", **scores):
    given = {Cause(name): Decimal(str(score)) for name, score in scores.items()}
    return Label(number, f"i{number}", group, period, state, failed, given)


def made_up(count, *, by_group=0.0, by_cause=0.0, groups=8, seed=3, periods=("2023",)):
    """Labels whose chance rests on their group and on one cause, as strongly as asked."""
    rng = np.random.default_rng(seed)
    effects = rng.normal(size=groups) * by_group
    rows = []
    for number in range(count):
        group, score = int(rng.integers(groups)), round(float(rng.uniform(-1, 1)), 2)
        chance = 1 / (1 + np.exp(0.5 - effects[group] - by_cause * score))
        period = periods[number % len(periods)]
        failed = bool(rng.random() < chance)
        rows.append(label(number, failed=failed, group=f"g{group}", period=period, integration=score))
    return rows


def by_way(labels):
    return {test.way: test for test in hold_out(labels, PUBLISHED)}


def test_a_cause_that_matters_is_found_in_groups_never_seen():
    found = by_way(made_up(400, by_cause=2.0))
    assert found[Way.GROUPS].verdict == "Better than the base rate and than the group's own rate."
    assert found[Way.GROUPS].scores.auc > Decimal("0.65")


def test_what_only_the_group_tells_helps_no_group_never_seen():
    found = by_way(made_up(400, by_group=2.0))
    assert found[Way.RANDOM_FOLDS].verdict == "Better than the base rate, but no better than the group's own rate."
    assert found[Way.GROUPS].verdict == "No better than the base rate."
    assert abs(found[Way.GROUPS].scores.auc - Decimal("0.5")) < Decimal("0.1")


def test_where_nothing_tells_it_is_said_to_be_no_better_than_the_base_rate():
    found = by_way(made_up(300, periods=("2022", "2023")))
    assert {test.verdict for test in found.values()} == {"No better than the base rate."}


def test_later_years_are_told_from_earlier_ones_only():
    labels = made_up(300, by_cause=2.0, periods=("2021", "2022", "2023"))
    later = by_way(labels)[Way.LATER].scores
    assert later.outcomes == sum(each.period != "2021" for each in labels)


def test_each_label_is_held_out_once_and_censored_ones_never():
    labels = made_up(60, by_cause=1.0)
    found = by_way([*labels, label(900, failed=None, group="g0")])
    for way in (Way.RANDOM_FOLDS, Way.GROUPS):
        assert found[way].scores.outcomes == 60
        assert found[way].scores.failures == sum(each.failed for each in labels)


def test_the_same_labels_give_the_same_answer():
    labels = made_up(80, by_cause=1.0)
    assert hold_out(labels, PUBLISHED) == hold_out(labels, PUBLISHED)


def test_a_single_group_a_single_year_and_few_rows_are_reasons_not_crashes():
    labels = [label(number, failed=number % 2 == 0, group="only") for number in range(6)]
    assert {test.way: (test.scores, test.verdict) for test in hold_out(labels, PUBLISHED)} == {
        Way.RANDOM_FOLDS: (None, "Not tested: 6 outcomes; it takes 10 or more."),
        Way.GROUPS: (None, "Not tested: all rows are of one group. Fill the column that names the group."),
        Way.LATER: (None, "Not tested: all rows are of 2023. Add rows of another year."),
    }


def test_two_outcomes_earn_no_verdict_in_any_way():
    labels = [label(1, failed=True, group="a"), label(2, failed=False, group="b", period="2024")]
    verdicts = {(test.scores, test.verdict) for test in hold_out(labels, PUBLISHED)}
    assert verdicts == {(None, "Not tested: 2 outcomes; it takes 10 or more.")}


def test_rows_of_one_group_have_a_range_over_rows():
    labels = [label(number, failed=number % 3 == 0) for number in range(60)]
    assert by_way(labels)[Way.RANDOM_FOLDS].scores.skill is not None


def test_without_labels_chances_are_the_published_ones():
    chances = learn([], PUBLISHED).chances([label(1, failed=None, state=state) for state in ("idea", "build", "run")])
    assert chances.tolist() == pytest.approx([0.38, 0.30, 0.37], abs=0.015)


def test_scores_that_are_worse_mean_a_higher_chance_before_any_label():
    better, worse = learn([], PUBLISHED).chances(
        [label(1, failed=None, workforce=-1), label(2, failed=None, workforce=1)]
    )
    assert better < worse


def test_labels_of_one_outcome_only_can_still_be_learned_from():
    chances = learn([label(number, failed=True) for number in range(30)], PUBLISHED).chances([label(99, failed=None)])
    assert 0.8 < chances[0] < 1
