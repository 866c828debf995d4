"""The simulation: its priors, its accuracy against many plain draws, and what moves it."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from metrics.core.cashflow.realisation import Realisation
from metrics.core.types import Driver
from metrics.core.uncertainty.marginals import Points, cost_prior, factor, points_of, realised, share, worth
from metrics.core.uncertainty.points import POINTS, STORED, Table
from metrics.core.uncertainty.portfolio import Member, joint
from metrics.core.uncertainty.simulation import (
    KEPT_LEVELS,
    Case,
    EffectMoney,
    drivers_of,
    expected_shortfall,
    simulate,
    tornado,
    variance_shares,
)

ROOT = Path(__file__).parents[3]
MONTHS = 24
EVEN = np.ones(MONTHS)


def case(**changes: object) -> Case:
    settled = Case(
        cost=100.0,
        certain_benefit=20.0,
        cost_valued=100.0,
        benefit_valued=20.0,
        costs=EVEN * 5,
        benefits=EVEN * 15,
        discounts=1.08 ** -(np.arange(MONTHS) / 12),
        given_up=1 - 0.98 ** np.arange(1, MONTHS + 1),
        spread=0.59,
        may_be_late=True,
        begins=0,
        in_year=(np.arange(MONTHS) < 6).astype(float),
        year_to_date=-30.0,
    )
    return replace(settled, **changes)  # type: ignore[arg-type]


def effect(**changes: object) -> EffectMoney:
    settled = EffectMoney(
        name="time",
        kpi="time",
        to_date=50.0,
        to_date_valued=48.0,
        year_to_date=10.0,
        ahead=EVEN * 0,
        years=(np.arange(MONTHS) + 1) / 12,
        deviation=0.3,
        degrees=20.0,
        value=Points(1.0, 1.0, 1.0),
    )
    return replace(settled, **changes)  # type: ignore[arg-type]


FINGERPRINT = """
import hashlib
from metrics.core.uncertainty.points import STORED
for dimension in {order}:
    STORED.uniform(dimension)
print(hashlib.sha256(b"".join(STORED.uniform(d).tobytes() for d in (0, 6, 15, 16, 40))).hexdigest())
"""


def test_the_points_are_equal_in_every_process_whatever_was_asked_for_before() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT.format(order=order)], check=True, capture_output=True, cwd=ROOT
        ).stdout
        for order in ([], [40, 0], [16, 100])
    }
    here = b"".join(STORED.uniform(place).tobytes() for place in (0, 6, 15, 16, 40))
    assert printed == {f"{hashlib.sha256(here).hexdigest()}\n".encode()}


def test_every_dimension_is_even_and_none_repeats_another() -> None:
    rows = np.stack([STORED.uniform(place) for place in range(48)])
    assert rows.shape == (48, POINTS)
    assert np.abs(np.sort(rows, axis=1) - (np.arange(POINTS) + 0.5) / POINTS).max() < 1 / POINTS
    assert np.abs(np.corrcoef(rows) - np.eye(48)).max() < 0.05


def test_recorded_points_come_back_as_quantiles() -> None:
    points = points_of(Driver("cost", Decimal("0.9"), Decimal("1.1"), Decimal("1.6")))
    for drawn in (factor(STORED.normal(0), points), worth(STORED.normal(0), points), share(STORED.uniform(0), points)):
        assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx([0.9, 1.1, 1.6], abs=0.01)


def test_priors_say_what_their_sources_say() -> None:
    """18 % overrun by more than half (Flyvbjerg and Gardner); 30 % reach their target, 26 % less than half (BCG)."""
    assert (cost_prior(STORED.uniform(0)) > 1.5).mean() == pytest.approx(0.18, abs=0.01)
    reached = float(Realisation().median) * realised(STORED.normal(0), Realisation().spread)
    assert (reached >= 1).mean() == pytest.approx(0.30, abs=0.01)
    assert (reached < 0.5).mean() == pytest.approx(0.26, abs=0.01)


def test_the_points_agree_with_400_000_plain_draws() -> None:
    few = simulate(case())
    plain = simulate(case(), Table(np.random.default_rng(11).random((7, 400_000))))
    error = (np.quantile(few.net, [0.1, 0.5, 0.9]) - np.quantile(plain.net, [0.1, 0.5, 0.9])) / plain.net.std()
    assert np.abs(error).max() < 0.02
    assert abs((few.net > 0).mean() - (plain.net > 0).mean()) < 0.006


def test_nothing_uncertain_leaves_one_outcome() -> None:
    nothing = np.zeros(0)
    outcomes = simulate(case(costs=nothing, benefits=nothing, discounts=nothing, given_up=nothing, in_year=nothing))
    assert set(outcomes.net.tolist()) == {-80.0}


def test_given_up_in_the_first_month_keeps_that_months_cost() -> None:
    outcomes = simulate(case(given_up=EVEN, benefits=EVEN * 0))
    assert outcomes.net == pytest.approx(-80.0 - 5 * cost_prior(STORED.uniform(0)))


def test_a_delay_loses_the_last_months_of_the_horizon() -> None:
    late = {"delay": Points(3.0, 3.0, 3.0), "benefit": Points(1.0, 1.0, 1.0)}
    outcomes = simulate(case(drivers=late, given_up=EVEN * 0, costs=EVEN * 0))
    assert outcomes.net == pytest.approx(-80.0 + 15 * (MONTHS - 3))


def test_a_wider_driver_widens_the_range() -> None:
    narrow, wide = (
        simulate(case(drivers={"benefit": points})).net.std()
        for points in (Points(0.9, 1.0, 1.1), Points(0.5, 1.0, 2.0))
    )
    assert wide > narrow


def test_the_driver_with_the_widest_points_swings_most() -> None:
    found = case(drivers={"benefit": Points(0.2, 1.0, 3.0), "cost": Points(0.99, 1.0, 1.01)}, given_up=EVEN * 0)
    swings = {name: high - low for name, (low, high) in tornado(found, drivers_of(found)).items()}
    shares = variance_shares(found, simulate(found).net, drivers_of(found))
    assert max(swings, key=lambda name: abs(swings[name])) == "benefit" == max(shares, key=lambda name: shares[name])
    assert sum(shares.values()) == pytest.approx(1)


def test_an_unsure_effect_spreads_money_that_was_earned() -> None:
    outcomes = simulate(case(benefits=EVEN * 0, costs=EVEN * 0, effects=(effect(),)))
    assert outcomes.net.mean() == pytest.approx(-30, abs=0.5)
    assert outcomes.net.std() == pytest.approx(50 * 0.3 * (20 / 18) ** 0.5, rel=0.03)


def test_the_worst_tenth_lies_below_the_tenth_point() -> None:
    net = simulate(case()).net
    assert expected_shortfall(net) < np.quantile(net, 0.1)


def test_shared_draws_would_make_a_portfolio_look_as_risky_as_one_initiative() -> None:
    """Methods 1.7: independent, tied and shared draws spread the whole ever wider."""
    net = [float(value) for value in np.quantile(simulate(case(benefits=EVEN * 10)).net, KEPT_LEVELS)]
    members = [Member(f"i{place}", {"net": net}) for place in range(40)]
    spreads = [float(joint(members, ["net"], rho)["net"].std()) for rho in (0.0, 0.2, 0.5, 1.0)]
    assert spreads == sorted(spreads)
    assert spreads[0] < spreads[-1] / 4


def test_every_effect_has_its_own_draws_however_many_there_are() -> None:
    """Ten equal effects draw apart: their sum spreads by the root of ten, not by ten."""
    ten = tuple(effect(name=f"kpi {place}", kpi=f"k{place}", degrees=1e6) for place in range(10))
    found = case(benefits=EVEN * 0, costs=EVEN * 0, effects=ten)
    assert simulate(found).net.std() == pytest.approx(50 * 0.3 * 10**0.5, rel=0.02)
    shares = variance_shares(found, simulate(found).net, drivers_of(found))
    assert list(shares.values()) == pytest.approx([0.1] * 10, abs=0.02)


def test_effects_spread_the_money_of_the_year_as_they_spread_net() -> None:
    outcomes = simulate(case(benefits=EVEN * 0, costs=EVEN * 0, effects=(effect(degrees=1e6),)))
    assert outcomes.year_net.mean() == pytest.approx(-30 + 10, abs=0.1)
    assert outcomes.year_net.std() == pytest.approx(10 * 0.3, rel=0.02)


def test_the_value_per_unit_is_a_driver_beside_the_effect() -> None:
    found = case(effects=(effect(value=Points(1.0, 2.0, 5.0)),), given_up=EVEN * 0)
    swings = tornado(found, drivers_of(found))
    assert swings["value: time"] == pytest.approx((swings["value: time"][1] - 50 * 2.0, swings["value: time"][1]))


def test_the_ends_of_a_cost_are_the_nets_at_its_own_points() -> None:
    """A cost at its 90 % point lowers net."""
    found = case(drivers={"cost": Points(0.5, 1.0, 2.0)}, given_up=EVEN * 0)
    low, high = tornado(found, drivers_of(found))["cost"]
    assert low - high == pytest.approx(5 * MONTHS * 1.5)


def test_money_carried_on_is_neither_late_nor_ramped_up() -> None:
    slow = {"delay": Points(6.0, 6.0, 6.0), "ramp": Points(12.0, 12.0, 12.0)}
    found = case(
        benefits=EVEN * 0, costs=EVEN * 0, given_up=EVEN * 0, drivers=slow, effects=(effect(ahead=EVEN, deviation=0.0),)
    )
    assert simulate(found).net == pytest.approx(-80 + 50 + MONTHS)


def test_a_sure_decay_leaves_money_carried_on_as_the_value_has_it() -> None:
    """The carried money holds the middle decay already."""
    found = case(
        benefits=EVEN * 0,
        costs=EVEN * 0,
        given_up=EVEN * 0,
        drivers={"decay": Points(0.15, 0.15, 0.15)},
        effects=(effect(ahead=EVEN, deviation=0.0),),
    )
    assert simulate(found).net == pytest.approx(-80 + 50 + MONTHS)
