"""The simulation: its priors, its accuracy against many plain draws, and what moves it."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.types import Driver
from metrics.core.uncertainty.marginals import Points, cost_prior, factor, points_of, realisation, share
from metrics.core.uncertainty.points import POINTS, uniforms
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

MONTHS = 24
EVEN = np.ones(MONTHS)


def case(**changes: object) -> Case:
    settled = Case(
        cost=100.0,
        certain_benefit=20.0,
        cost_valued=100.0,
        benefit_valued=20.0,
        costs=EVEN * 5,
        forecasts=EVEN * 0,
        plans=EVEN * 20,
        discounts=1.08 ** -(np.arange(MONTHS) / 12),
        given_up=1 - 0.98 ** np.arange(1, MONTHS + 1),
        realisation=(-0.31, 0.59),
        may_be_late=True,
        in_year=(np.arange(MONTHS) < 6).astype(float),
        year_to_date=-30.0,
    )
    return replace(settled, **changes)  # type: ignore[arg-type]


def test_the_same_points_are_drawn_in_every_process() -> None:
    assert uniforms().shape == (16, POINTS)
    assert uniforms()[0, :2].tolist() == pytest.approx([0.6387, 0.3826], abs=1)
    assert uniforms() is uniforms()


def test_recorded_points_come_back_as_quantiles() -> None:
    points = points_of(Driver("cost", Decimal("0.9"), Decimal("1.1"), Decimal("1.6")))
    for draw in (factor, share):
        assert np.quantile(draw(uniforms()[0], points), [0.1, 0.5, 0.9]) == pytest.approx([0.9, 1.1, 1.6], abs=0.01)


def test_priors_say_what_their_sources_say() -> None:
    """18 % overrun by more than half (Flyvbjerg and Gardner); 30 % reach their target, 26 % less than half (BCG)."""
    assert (cost_prior(uniforms()[0]) > 1.5).mean() == pytest.approx(0.18, abs=0.01)
    reached = realisation(uniforms()[0], -0.31, 0.59)
    assert (reached >= 1).mean() == pytest.approx(0.30, abs=0.01)
    assert (reached < 0.5).mean() == pytest.approx(0.26, abs=0.01)


def test_the_points_agree_with_400_000_plain_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    few = simulate(case())
    many = np.random.default_rng(11).random((16, 400_000))
    monkeypatch.setattr("metrics.core.uncertainty.simulation.uniforms", lambda: many)
    plain = simulate(case())
    error = (np.quantile(few.net, [0.1, 0.5, 0.9]) - np.quantile(plain.net, [0.1, 0.5, 0.9])) / plain.net.std()
    assert np.abs(error).max() < 0.02
    assert abs((few.net > 0).mean() - (plain.net > 0).mean()) < 0.006


def test_nothing_uncertain_leaves_one_outcome() -> None:
    nothing = np.zeros(0)
    outcomes = simulate(
        case(costs=nothing, forecasts=nothing, plans=nothing, discounts=nothing, given_up=nothing, in_year=nothing)
    )
    assert set(outcomes.net.tolist()) == {-80.0}


def test_given_up_in_the_first_month_keeps_that_months_cost() -> None:
    outcomes = simulate(case(given_up=EVEN, plans=EVEN * 0))
    assert outcomes.net == pytest.approx(-80.0 - 5 * cost_prior(uniforms()[0]))


def test_a_delay_loses_the_last_months_of_the_horizon() -> None:
    late = {"delay": Points(3.0, 3.0, 3.0), "benefit": Points(1.0, 1.0, 1.0)}
    outcomes = simulate(case(drivers=late, given_up=EVEN * 0, costs=EVEN * 0))
    assert outcomes.net == pytest.approx(-80.0 + 20 * (MONTHS - 3))


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 1e9))
def test_scaling_all_money_scales_the_outcomes(scale: float) -> None:
    plain, scaled = (
        case(),
        case(cost=100 * scale, certain_benefit=20 * scale, costs=EVEN * 5 * scale, plans=EVEN * 20 * scale),
    )
    assert simulate(scaled).net == pytest.approx(simulate(plain).net * scale, rel=1e-9)


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
    effect = EffectMoney("effect: time", 50.0, 50.0, EVEN * 0, 0.3, 20.0, Points(1.0, 1.0, 1.0))
    outcomes = simulate(case(plans=EVEN * 0, costs=EVEN * 0, effects=(effect,)))
    assert outcomes.net.mean() == pytest.approx(-30, abs=0.5)
    assert outcomes.net.std() == pytest.approx(50 * 0.3 * (20 / 18) ** 0.5, rel=0.03)


def test_the_worst_tenth_lies_below_the_tenth_point() -> None:
    net = simulate(case()).net
    assert expected_shortfall(net) < np.quantile(net, 0.1)


def test_shared_draws_would_make_a_portfolio_look_as_risky_as_one_initiative() -> None:
    """Methods 1.7: independent, tied and shared draws spread the whole ever wider."""
    net = [float(value) for value in np.quantile(simulate(case(plans=EVEN * 14)).net, KEPT_LEVELS)]
    members = [Member(f"i{place}", {"net": net}) for place in range(40)]
    spreads = [float(joint(members, ["net"], rho)["net"].std()) for rho in (0.0, 0.2, 0.5, 1.0)]
    assert spreads == sorted(spreads)
    assert spreads[0] < spreads[-1] / 4
