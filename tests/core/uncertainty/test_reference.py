"""The simulation against a plain loop over draws and months, and what has to hold of it whatever the case."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri, stdtrit

from metrics.core.uncertainty.marginals import Points
from metrics.core.uncertainty.points import Table
from metrics.core.uncertainty.simulation import Case, EffectMoney, drivers_of, simulate, simulate_months, tornado

DRAWS = 24
NAMES = ("cost", "benefit", "delay", "abandonment", "adoption", "ramp", "decay")
ROUND = 1e-9


def line(uniform: float, points: Points) -> float:
    slope = (points.middle - points.low if uniform < 0.5 else points.high - points.middle) / 0.4
    return max(points.middle + (uniform - 0.5) * slope, 0.0)


def lognormal(uniform: float, points: Points) -> float:
    z = float(ndtri(uniform)) / 1.2815515655446004
    return points.middle * (points.high / points.middle if z > 0 else points.middle / points.low) ** z


def bell(uniform: float, points: Points) -> float:
    z = float(ndtri(uniform)) / 1.2815515655446004
    return points.middle + z * (points.high - points.middle if z > 0 else points.middle - points.low)


def prior_of_cost(uniform: float) -> float:
    if uniform < 0.82:
        return min(1.05 * float(np.exp(0.2 * ndtri(min(uniform / 0.82, 1 - 1e-9)))), 1.5)
    inside = (uniform - 0.82) / 0.18
    return 1.5 * float((1 - inside * (1 - 0.15**1.38)) ** (-1 / 1.38))


def decay_of(uniform: float, points: Points) -> float:
    """In steps of two points to either side of the middle."""
    middle = min(points.middle, 0.98)
    steps = float(np.round((min(line(uniform, points), 0.98) - middle) * 50))
    return min(max(middle + steps / 50, 0.0), 0.98)


def months_left(case: Case, uniform: float) -> int:
    """Months that are still spent and earned, that of giving up included."""
    past = [month for month in range(case.costs.size) if uniform >= case.given_up[month]]
    return min(len(past) + 1, case.costs.size)


def by_hand(case: Case, u: dict[str, float], effects: list[tuple[float, float]]) -> tuple[float, ...]:
    """Net, cost, present value, net of the year and of each of its months of one draw."""
    drivers = case.drivers
    cost = lognormal(u["cost"], drivers["cost"]) / drivers["cost"].middle if "cost" in drivers else None
    overrun = prior_of_cost(u["cost"]) if cost is None else cost
    if "benefit" in drivers:
        realised = lognormal(u["benefit"], drivers["benefit"]) / drivers["benefit"].middle
    else:
        realised = float(np.exp(case.spread * ndtri(u["benefit"])))
    late = 0
    if case.may_be_late:
        late = min(int(np.round(line(u["delay"], drivers.get("delay", Points(0, 2, 7))))), 24)
    ramp = min(int(np.round(line(u["ramp"], drivers["ramp"]))), 24) if "ramp" in drivers else 0
    decay = decay_of(u["decay"], drivers["decay"]) if "decay" in drivers else 0.0
    in_it = min(drivers["decay"].middle, 0.98) if "decay" in drivers else 0.0
    use = 1.0
    if "adoption" in drivers and drivers["adoption"].middle:
        use = min(line(u["adoption"], drivers["adoption"]), 1.0) / drivers["adoption"].middle
    net, spent = case.certain_benefit - case.cost, case.cost
    value, year = case.benefit_valued - case.cost_valued, case.year_to_date
    months = [case.month_to_date, *[0.0] * (case.costs.size - 1)]
    sure = []
    for effect, (t, v) in zip(case.effects, effects, strict=True):
        drawn = 1 + effect.deviation * float(stdtrit(effect.degrees, t))
        drawn *= bell(v, effect.value) / effect.value.middle
        sure.append(drawn)
        net += drawn * effect.to_date
        value += drawn * effect.to_date_valued
        year += drawn * effect.year_to_date
        months[0] += drawn * effect.month_to_date
    for month in range(months_left(case, u["abandonment"])):
        paid = overrun * case.costs[month]
        earned = 0.0
        if month >= late:
            begun = month - late
            grown = min(max((begun - case.begins + 1) / ramp, 0.0), 1.0) if ramp else 1.0
            earned += use * realised * case.benefits[begun] * grown * (1 - decay) ** ((month + 1) / 12)
        for effect, drawn in zip(case.effects, sure, strict=True):
            earned += use * drawn * effect.ahead[month] * ((1 - decay) / (1 - in_it)) ** effect.years[month]
        spent += paid
        net += earned - paid
        value += (earned - paid) * case.discounts[month]
        year += (earned - paid) * case.in_year[month]
        months[month] += earned - paid
    return net, spent, value, year, *months[: int(case.in_year.sum())]


amounts = st.floats(0, 1e6)
shares = st.floats(0.01, 0.95)


@st.composite
def points(draw: Any, within: Any) -> Points:
    return Points(*sorted(draw(st.lists(within, min_size=3, max_size=3))))


@st.composite
def drivers(draw: Any) -> dict[str, Points]:
    within = {
        "cost": st.floats(0.2, 5), "benefit": st.floats(0.2, 5), "adoption": shares, "decay": st.floats(0, 1),
        "delay": st.floats(0, 30), "ramp": st.floats(0, 30),
    }  # fmt: skip
    return {name: draw(points(each)) for name, each in within.items() if draw(st.booleans())}


@st.composite
def effects_of(draw: Any, months: int) -> tuple[EffectMoney, ...]:
    return tuple(
        EffectMoney(
            name=f"kpi {place}",
            kpi=f"k{place}",
            to_date=draw(amounts),
            to_date_valued=draw(amounts),
            year_to_date=draw(amounts),
            ahead=draw(money(months)),
            years=(np.arange(months) + 1.5) / 12,
            deviation=draw(st.floats(-1, 1)),
            degrees=draw(st.floats(3, 40)),
            value=draw(points(st.floats(0.1, 9))),
            month_to_date=draw(amounts),
        )
        for place in range(draw(st.integers(0, 6)))
    )


def money(months: int) -> Any:
    return st.lists(amounts, min_size=months, max_size=months).map(np.array)


@st.composite
def cases(draw: Any) -> Case:
    months = draw(st.integers(1, 40))
    chances = draw(st.lists(st.floats(0, 1), min_size=months, max_size=months))
    return Case(
        cost=draw(amounts),
        certain_benefit=draw(amounts),
        cost_valued=draw(amounts),
        benefit_valued=draw(amounts),
        year_to_date=draw(st.floats(-1e6, 1e6)),
        costs=draw(money(months)),
        benefits=draw(money(months)),
        discounts=1.08 ** -(np.arange(months) / 12),
        given_up=np.array(sorted(chances)),
        spread=draw(st.floats(0.1, 1)),
        may_be_late=draw(st.booleans()),
        begins=draw(st.integers(-30, months)),
        in_year=(np.arange(months) < draw(st.integers(0, months))).astype(float),
        effects=draw(effects_of(months)),
        drivers=draw(drivers()),
        month_to_date=draw(st.floats(-1e6, 1e6)),
    )


def drawn(case: Case, seed: int) -> Table:
    return Table(np.random.default_rng(seed).random((len(NAMES) + 2 * len(case.effects), DRAWS)))


def rows(case: Case, table: Table) -> Iterator[tuple[float, ...]]:
    for column in table.points.T.tolist():
        own = column[len(NAMES) :]
        pairs = list(zip(own[::2], own[1::2], strict=True))
        yield by_hand(case, dict(zip(NAMES, column[: len(NAMES)], strict=True)), pairs)


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 1000))
def test_a_plain_loop_over_draws_and_months_comes_to_the_same_outcomes(case: Case, seed: int) -> None:
    found = simulate(case, drawn(case, seed))
    expected = np.array(list(rows(case, drawn(case, seed)))).T
    months = simulate_months(case, drawn(case, seed))
    for ours, theirs in zip((found.net, found.cost, found.npv, found.year_net, *months), expected, strict=True):
        assert ours == pytest.approx(theirs, rel=ROUND, abs=1e-3)


@settings(max_examples=50, deadline=None)
@given(cases(), st.floats(0.01, 1e6))
def test_scaling_all_money_scales_every_outcome(case: Case, scale: float) -> None:
    sums = ("cost", "certain_benefit", "cost_valued", "benefit_valued", "year_to_date", "costs", "benefits")
    carried = ("to_date", "to_date_valued", "year_to_date", "ahead")
    scaled = replace(
        case,
        **{name: getattr(case, name) * scale for name in sums},
        effects=tuple(
            replace(effect, **{name: getattr(effect, name) * scale for name in carried}) for effect in case.effects
        ),
    )
    plain, larger = simulate(case, drawn(case, 3)), simulate(scaled, drawn(case, 3))
    for name in ("net", "cost", "npv", "year_net"):
        assert getattr(larger, name) == pytest.approx(getattr(plain, name) * scale, rel=ROUND, abs=1e-3 * scale)


@settings(max_examples=50, deadline=None)
@given(cases())
def test_each_end_of_a_driver_is_a_plain_outcome_with_all_others_at_their_middle(case: Case) -> None:
    names = [name for name in drivers_of(case) if name in NAMES and name != "abandonment"]
    for name, ends in tornado(case, names).items():
        for point, end in zip((0.1, 0.9), ends, strict=True):
            middle = dict.fromkeys(NAMES, 0.5) | {"abandonment": 1 - 1e-12, name: point}
            assert end == pytest.approx(by_hand(case, middle, [(0.5, 0.5)] * len(case.effects))[0], rel=ROUND, abs=1e-3)
