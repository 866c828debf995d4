"""The range of each month's net: what is drawn, from when to when, and what is added as it is counted."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from metrics.core.money import RateTable
from metrics.core.rollup.initiative import Context, Part, evaluate_all
from metrics.core.rollup.portfolio import Frame, portfolio_of
from metrics.core.types import Initiative
from metrics.core.uncertainty.portfolio import Member, joint
from tests.core.facts import AS_OF, benefit, cost, day, initiative

EURO = Context("EUR", 4, RateTable.of([]))
YEAR = Frame("EUR", AS_OF, day("2026-04-01"), day("2027-03-31"), discount_rate=Decimal("0.08"))
AHEAD = [date(2026, month, 1) for month in range(6, 13)] + [date(2027, month, 1) for month in range(1, 4)]


def earning(key: str = "claims") -> Initiative:
    """Costs and benefits each month, from January 2026 to December 2027."""
    months = [day(f"{year}-{month:02}-05") for year in (2026, 2027) for month in range(1, 13)]
    return initiative(
        [cost(str(on), 40, "actual" if on <= AS_OF else "forecast") for on in months],
        [benefit(str(on), 90, "actual" if on <= AS_OF else "forecast") for on in months],
        key=key,
        go_live=day("2026-01-01"),
        horizon_months=24,
    )


def part(facts: Initiative) -> Part:
    return evaluate_all({0: facts}, EURO, AS_OF)[0].part


def ends(*parts: Part) -> dict[date, tuple[float, float]]:
    return dict(portfolio_of(dict(enumerate(parts)), YEAR).outlook[0].months)


def test_each_month_of_the_fiscal_year_that_is_not_over_has_a_range() -> None:
    found = ends(part(earning()))
    assert list(found) == AHEAD
    assert all(low < high for month, (low, high) in found.items() if month > AHEAD[0])


def test_what_is_booked_in_the_running_month_is_certain() -> None:
    assert ends(part(earning()))[AHEAD[0]] == pytest.approx((50, 50))


def test_months_are_drawn_at_the_correlation_of_the_totals() -> None:
    """Two initiatives that move together a little: wider than at 0, narrower than one of twice the size."""
    first, second = part(earning("one")), part(earning("two"))
    low, high = ends(first, second)[AHEAD[2]]
    alone_low, alone_high = ends(first)[AHEAD[2]]
    assert (high - low) < 2 * (alone_high - alone_low)
    members = [_member(each, AHEAD[2]) for each in (first, second)]
    drawn = joint(members, ["month"], 0.2)["month"]
    assert (low, high) == pytest.approx(tuple(np.quantile(drawn, [0.1, 0.9]).tolist()))


def test_money_of_an_initiative_that_cannot_be_simulated_is_added_as_it_is_counted() -> None:
    only_benefit = part(initiative([], [benefit("2026-09-05", 700, "forecast")], key="hope"))
    assert only_benefit.quantiles is None
    (low, high), (shifted_low, shifted_high) = (
        ends(*parts)[date(2026, 9, 1)] for parts in ([part(earning())], [part(earning()), only_benefit])
    )
    assert (shifted_low - low, shifted_high - high) == pytest.approx((700, 700))


def test_an_initiative_that_has_ended_draws_no_month() -> None:
    facts = initiative([cost("2026-01-05", 40)], stages=[("2026-01-01", "pilot"), ("2026-03-01", "retired")])
    quantiles = part(facts).quantiles
    assert quantiles is None or quantiles.months == {}


def _member(found: Part, month: date) -> Member:
    assert found.quantiles is not None
    return Member(found.key, {"month": found.quantiles.months[month]})


def test_net_added_up_has_a_range_at_a_few_months_and_ends_with_that_of_the_horizon() -> None:
    found = evaluate_all({0: earning()}, EURO, AS_OF)[0]
    assert found.outlook is not None
    added = found.outlook.added
    net = found.figures["net"]
    assert net.low is not None
    assert net.high is not None
    assert len(added) <= 12
    assert next(reversed(added)) == date(2028, 1, 1)
    assert added[date(2028, 1, 1)] == pytest.approx((float(net.low), float(net.high)), abs=0.01)
    widths = [high - low for low, high in added.values()]
    assert widths == sorted(widths)


def test_an_initiative_that_has_ended_adds_nothing_up() -> None:
    facts = initiative([cost("2026-01-05", 40)], stages=[("2026-01-01", "pilot"), ("2026-03-01", "retired")])
    outlook = evaluate_all({0: facts}, EURO, AS_OF)[0].outlook
    assert outlook is None or outlook.added == {}
