"""Forecasts rebuilt from history: no look ahead, and what came of each."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from metrics.core.risk.backtest import came_of, rolling_origins
from metrics.core.risk.factors import Cause
from metrics.core.risk.fitting import fit
from metrics.core.risk.forecasting import case_of, forecast
from metrics.core.risk.histories import History, Scored
from metrics.core.risk.published import PUBLISHED_RATES, pool
from metrics.core.risk.record import record_of
from metrics.core.risk.usual import usual_year, watched
from metrics.core.types import StagePoint

PUBLISHED = pool(PUBLISHED_RATES)
START, TODAY = date(2023, 1, 10), date(2025, 11, 28)


def history(key, *stages, until=TODAY, start=START, group="", silent_since=None, scored=()):
    points = tuple(StagePoint(date.fromisoformat(on), to) for on, to in stages)
    return History(key, group, points, start, until, scored, silent_since)


def made_up(count, seed=1):
    """Histories that are given up or move on by chance, month by month."""
    rng = np.random.default_rng(seed)
    return [_course(f"i{number}", rng) for number in range(count)]


def _course(key, rng):
    on = START + timedelta(days=int(rng.integers(0, 500)))
    stages, ahead = [(on, "idea")], ["pilot", "development", "production"]
    while ahead and (on := on + timedelta(days=31)) <= TODAY:
        drawn = rng.random()
        if drawn < 0.04:
            stages.append((on, "abandoned"))
            break
        if drawn < 0.1:
            stages.append((on, ahead.pop(0)))
    return History(key, "", tuple(StagePoint(*stage) for stage in stages), stages[0][0], TODAY)


def test_nothing_is_rebuilt_without_histories_or_before_a_year_is_over():
    assert rolling_origins([], PUBLISHED, TODAY) == []
    young = history("a", ("2025-06-01", "pilot"), start=date(2025, 6, 1))
    assert rolling_origins([young], PUBLISHED, TODAY) == []


def test_every_end_of_month_whose_year_is_over_has_its_forecasts():
    rows = rolling_origins([history("a", ("2023-01-10", "pilot"))], PUBLISHED, TODAY)
    assert [row.made_on for row in rows[:2]] == [date(2023, 1, 31), date(2023, 2, 28)]
    assert (rows[-1].made_on, rows[-1].resolves_on) == (date(2024, 10, 31), date(2025, 10, 31))
    assert all(row.rebuilt for row in rows)


def test_a_forecast_is_judged_once_its_last_day_is_over():
    seen = [history("a", ("2023-01-10", "pilot"))]
    assert rolling_origins(seen, PUBLISHED, date(2024, 1, 31)) == []
    assert rolling_origins(seen, PUBLISHED, date(2024, 2, 1))[-1].made_on == date(2023, 1, 31)


def test_from_two_hundred_histories_on_forecasts_are_made_at_ends_of_quarters():
    many = [history(f"i{number}", ("2023-01-10", "pilot")) for number in range(200)]
    made = {row.made_on for row in rolling_origins(many, PUBLISHED, date(2024, 10, 1))}
    assert made == {date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30)}


@pytest.mark.parametrize(
    ("stages", "more", "came"),
    [
        ([("2023-06-01", "abandoned")], {}, (True, date(2023, 6, 1))),
        ([("2023-06-01", "production")], {}, (False, date(2023, 6, 1))),
        ([("2023-06-01", "production"), ("2023-08-01", "retired")], {}, (False, date(2023, 6, 1))),
        ([("2024-01-31", "abandoned")], {}, (True, None)),
        ([("2024-02-01", "abandoned")], {}, (False, None)),
        ([], {}, (False, None)),
        ([], {"until": date(2023, 9, 1)}, (None, date(2023, 9, 1))),
        ([], {"silent_since": date(2023, 10, 1)}, (True, date(2023, 10, 1))),
        ([("2023-06-01", "production")], {"until": date(2023, 9, 1)}, (False, date(2023, 6, 1))),
    ],
)
def test_semantics_22_and_23_what_came_within_the_year(stages, more, came):
    seen = history("a", ("2023-01-10", "pilot"), *stages, **more)
    assert came_of(seen, date(2024, 1, 31)) == came


def test_the_future_does_not_change_what_was_said():
    histories = made_up(40)
    cut = date(2024, 5, 31)
    blind = [replace(each.known_on(cut), watched_until=cut) for each in histories if each.watched_from <= cut]
    said = {(row.key, row.made_on): (row.chance, row.base_rate) for row in rolling_origins(histories, PUBLISHED, TODAY)}
    known = fit(blind, PUBLISHED)
    asked = [(each.key, case) for each in blind if (case := case_of(each, cut))]
    told = forecast(known, [case for _, case in asked])
    assert len(asked) > 10
    for (key, _), outlook in zip(asked, told, strict=True):
        assert said[key, cut][0] == pytest.approx(outlook.abandoned_12m.value, rel=1e-6)
        assert said[key, cut][1] == pytest.approx(usual_year(watched(blind), PUBLISHED).value)


def test_a_rebuilt_forecast_also_says_what_it_would_have_been_without_the_scores():
    severe = Scored(START, {Cause.INTEGRATION: Decimal(1)})
    histories = [history("scored", ("2023-01-10", "pilot"), scored=(severe,)), history("not", ("2023-01-10", "pilot"))]
    rows = rolling_origins(histories, PUBLISHED, TODAY)
    unscored = {row.made_on: row.chance for row in rows if row.key == "not"}
    for row in rows:
        if row.key == "scored":
            assert row.without_causes == pytest.approx(unscored[row.made_on])
            assert row.chance > row.without_causes
        else:
            assert row.without_causes is None


def test_what_was_not_yet_watched_or_had_ended_is_not_asked_about():
    late = history("late", ("2023-01-10", "pilot"), start=date(2023, 6, 5))
    ended = history("ended", ("2023-01-10", "pilot"), ("2023-03-15", "abandoned"))
    made = {(row.key, row.made_on) for row in rolling_origins([late, ended], PUBLISHED, TODAY)}
    assert min(on for key, on in made if key == "late") == date(2023, 6, 30)
    assert max(on for key, on in made if key == "ended") == date(2023, 2, 28)


def test_the_order_of_histories_does_not_matter():
    histories = made_up(25)
    forwards = record_of(rolling_origins(histories, PUBLISHED, TODAY))
    assert record_of(rolling_origins(histories[::-1], PUBLISHED, TODAY)) == forwards
