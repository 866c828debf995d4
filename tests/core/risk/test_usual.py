"""A workspace's own usual rates."""

from datetime import date

import pytest

from metrics.core.risk.fitting import prior_fit
from metrics.core.risk.forecasting import Case, forecast
from metrics.core.risk.histories import History
from metrics.core.risk.published import PUBLISHED_RATES, pool
from metrics.core.risk.states import State
from metrics.core.risk.usual import Watched, published_months, usual_never, usual_year, watched
from metrics.core.types import StagePoint

PUBLISHED = pool(PUBLISHED_RATES)
NOTHING = Watched(0, 0, 0)


def history(key, *stages):
    points = tuple(StagePoint(date.fromisoformat(on), to) for on, to in (("2023-01-10", "pilot"), *stages))
    return History(key, "", points, date(2023, 1, 10), date(2025, 11, 28))


def test_the_rates_begin_at_the_published_ones_of_a_pilot():
    pilot = forecast(prior_fit(PUBLISHED), [Case(State.PILOT, 0, {})])[0]
    assert usual_year(NOTHING, PUBLISHED).value == pytest.approx(pilot.abandoned_12m.value)
    assert usual_never(NOTHING, PUBLISHED).value == pytest.approx(pilot.never_in_production.value)


def test_the_published_rates_weigh_six_closed_initiatives():
    assert published_months(PUBLISHED).closed == pytest.approx(sum(PUBLISHED.pseudo_counts))
    assert published_months(PUBLISHED).closed == pytest.approx(6.4, abs=0.05)


def test_a_year_of_two_constant_chances_by_hand():
    # 2 % given up and 3 % in production a month: 0.4 x (1 - 0.95^12) = 0.1839.
    assert Watched(100, 2, 3).year == pytest.approx(0.1839, abs=1e-4)


def test_the_rates_move_to_what_the_portfolio_does():
    given_up = watched(history(f"a{number}", ("2023-04-20", "abandoned")) for number in range(60))
    kept = watched(history(f"b{number}", ("2023-04-20", "production")) for number in range(60))
    assert usual_year(given_up, PUBLISHED).value > 0.85
    assert usual_never(given_up, PUBLISHED).value > 0.95
    assert usual_year(kept, PUBLISHED).value < 0.1


def test_more_closed_initiatives_make_a_rate_surer():
    few, many = usual_year(NOTHING, PUBLISHED), usual_year(Watched(900, 40, 20), PUBLISHED)
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low


def test_what_ended_before_it_was_watched_teaches_nothing():
    points = (StagePoint(date(2022, 1, 10), "pilot"), StagePoint(date(2022, 4, 20), "abandoned"))
    assert watched([History("a", "", points, date(2023, 1, 10), date(2025, 11, 28))]) == NOTHING


def test_one_that_is_still_open_gives_months_only():
    seen = watched([history("a")])
    assert (seen.months, seen.abandoned, seen.reached) == (34, 0, 0)
