"""What incidents and roll-backs add to human factors."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from metrics.core.risk.factors import Cause
from metrics.core.risk.histories import Scored
from metrics.core.risk.rollout import WINDOW_DAYS, effective_scores, scored_over_time
from metrics.core.types import Change

TODAY = date(2026, 6, 15)


def change(days_ago: int, kind: str = "incident") -> Change:
    return Change(TODAY - timedelta(days=days_ago), kind)


def human(scored: str | None, *changes: Change) -> Decimal | None:
    scores: dict[str, Decimal] = {} if scored is None else {"human_factors": Decimal(scored)}
    return effective_scores(scores, changes, TODAY).scores.get("human_factors")


def test_an_incident_adds_a_quarter_and_a_rollback_a_half() -> None:
    assert human("0.25", change(3)) == Decimal("0.5")
    assert human("-0.5", change(3, "rollback")) == 0
    assert human("-0.5", change(3, "rollback"), change(4)) == Decimal("0.25")


def test_they_never_raise_it_above_severe() -> None:
    assert human("0.5", *(change(days, "rollback") for days in range(5))) == 1
    assert human("1", change(1)) == 1


def test_a_cause_that_nobody_scored_starts_from_the_middle() -> None:
    found = effective_scores({}, [change(1, "rollback")], TODAY)
    assert found.scores == {"human_factors": Decimal("0.5")}
    assert found.raises[0].scored is None


def test_other_changes_and_those_outside_the_window_add_nothing() -> None:
    outside = [change(WINDOW_DAYS), change(-1), change(5, "market"), change(5, "policy"), change(5, "other")]
    found = effective_scores({"integration": Decimal(1)}, outside, TODAY)
    assert found.scores == {"integration": Decimal(1)}
    assert found.raises == ()
    assert human("0", change(WINDOW_DAYS - 1)) == Decimal("0.25")


def test_it_says_what_was_scored_and_what_happened_since_when() -> None:
    raised = effective_scores({"human_factors": Decimal("0.25")}, [change(3), change(40), change(9, "rollback")], TODAY)
    [told] = raised.raises
    assert (told.scored, told.effective) == (Decimal("0.25"), 1)
    assert (told.incidents, told.rollbacks) == (2, 1)
    assert (told.since, told.last) == (TODAY - timedelta(days=40), TODAY - timedelta(days=3))


@given(st.lists(st.tuples(st.integers(-5, 400), st.sampled_from(["incident", "rollback", "policy"])), max_size=4))
def test_the_order_of_changes_does_not_matter_and_the_score_only_rises(found: list[Any]) -> None:
    changes = [change(days, kind) for days, kind in found]
    scores = {"human_factors": Decimal("-0.5"), "workforce": Decimal("0.5")}
    each = [effective_scores(scores, order, TODAY).scores for order in permutations(changes)]
    assert all(one == each[0] for one in each)
    assert -Decimal("0.5") <= each[0]["human_factors"] <= 1
    assert each[0]["workforce"] == Decimal("0.5")


def test_an_incident_raises_human_factors_for_half_a_year() -> None:
    scored = [Scored(TODAY, {Cause.HUMAN_FACTORS: Decimal("0.5"), Cause.WORKFORCE: Decimal(1)})]
    found = scored_over_time(scored, [change(-10)])
    happened = TODAY + timedelta(days=10)
    assert [(each.on, each.scores[Cause.HUMAN_FACTORS]) for each in found] == [
        (TODAY, Decimal("0.5")),
        (happened, Decimal("0.75")),
        (happened + timedelta(days=WINDOW_DAYS), Decimal("0.5")),
    ]


@given(st.lists(st.integers(0, 400), max_size=5), st.lists(st.integers(0, 400), max_size=5), st.integers(0, 600))
def test_scores_over_time_say_what_those_of_the_day_say(scored: list[int], happened: list[int], after: int) -> None:
    begin = TODAY - timedelta(days=400)
    rows = [Scored(begin + timedelta(days=days), {Cause.HUMAN_FACTORS: Decimal("0.25")}) for days in sorted(scored)]
    changes = [Change(begin + timedelta(days=days), "rollback") for days in happened]
    day = begin + timedelta(days=after)
    known: dict[str, Decimal] = {}
    for row in rows:
        known |= row.scores if row.on <= day else {}
    found: dict[str, Decimal] = {}
    for row in scored_over_time(rows, changes):
        found |= row.scores if row.on <= day else {}
    told = effective_scores(known, changes, day).scores.get(Cause.HUMAN_FACTORS, Decimal(0))
    assert found.get(Cause.HUMAN_FACTORS, Decimal(0)) == told
