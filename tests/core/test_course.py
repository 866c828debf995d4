"""The value and the middle of its range rest on the same points of the recorded drivers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.cashflow.book import Book, book_of, frame_of
from metrics.core.cashflow.course import course_of
from metrics.core.cashflow.realisation import Realisation
from metrics.core.money import ONE, RateTable
from metrics.core.rollup.effects import KpiEffect, carried_of, effects_of_all
from metrics.core.rollup.initiative import Context, Evaluation, evaluate_all
from metrics.core.rollup.outlook import Grounds, case_of
from metrics.core.types import Driver, Grade, Initiative, Kpi, Preregistration, Reading
from metrics.core.uncertainty.points import Table
from metrics.core.uncertainty.simulation import simulate
from tests.core.facts import AS_OF, benefit, cost, day, gain, initiative, value

EURO = Context("EUR", 4, RateTable.of([]))


def driver(name: str, *points: Any) -> Driver:
    low, middle, high = points if len(points) == 3 else points * 3
    return Driver(name, *(Decimal(str(point)) for point in (low, middle, high)))


def ahead(basis: str = "forecast", **changes: Any) -> Initiative:
    """100 spent, 50 to spend and 30 a month to earn from July to December."""
    months = [f"2026-{month:02}-10" for month in range(7, 13)]
    return initiative(
        [cost("2026-01-10", 100), cost("2026-08-10", 50, "forecast")],
        [benefit(on, 30, basis, "E") for on in months],
        horizon_months=12,
        planned_go_live=day("2026-01-15"),
        **changes,
    )


def evaluated(facts: Initiative) -> Evaluation:
    return evaluate_all({0: facts}, EURO, AS_OF)[0]


def net(facts: Initiative) -> Decimal:
    return Decimal(value(evaluated(facts).figures["net"]))


def book(facts: Initiative) -> Book:
    return book_of(facts, [], frame_of(facts, AS_OF), RateTable.of([]), course=course_of(facts, ONE))


def middle(facts: Initiative) -> float:
    """Net with every draw at its middle and nothing given up."""
    found = book(facts)
    grounds = Grounds(
        effects=[],
        realisation=Realisation(),
        given_up=[0.0] * 60,
        year_from=date(2026, 4, 1),
        year_to=date(2027, 3, 31),
        discount_rate=facts.discount_rate,
        hurdle=None,
        portfolio_hurdle=None,
        may_be_late=facts.go_live is None,
    )
    case = case_of(facts, found, grounds)
    points = np.full((7 + 2 * len(case.effects), 1), 0.5)
    return float(simulate(case, Table(points)).net[0])


def test_nothing_recorded_leaves_forecasts_as_they_are() -> None:
    assert net(ahead()) == 180 - 150


@pytest.mark.parametrize("basis", ["forecast", "plan"])
def test_the_middle_of_cost_and_benefit_multiplies_what_is_ahead(basis: str) -> None:
    recorded = [driver("cost", 1, "1.2", 2), driver("benefit", "0.4", "0.8", 1)]
    assert net(ahead(basis, drivers=recorded)) == Decimal("0.8") * 180 - 100 - 50 * Decimal("1.2")


def test_a_line_multiplied_keeps_what_was_recorded() -> None:
    found = book(ahead(drivers=[driver("cost", "1.2"), driver("benefit", "0.8")]))
    assert {(flow.amount, flow.source) for flow in found.cost_ahead.flows} == {(Decimal("60.0"), (Decimal(50), "EUR"))}
    assert {(flow.amount, flow.source) for flow in found.benefit_ahead.flows} == {
        (Decimal("24.0"), (Decimal(30), "EUR"))
    }


def test_a_benefit_driver_leaves_what_was_earned_and_proven_alone() -> None:
    facts = ahead(drivers=[driver("benefit", "0.5")])
    earned = book_of(facts, [gain("2026-02-28", 7, "A")], frame_of(facts, AS_OF), RateTable.of([]))
    assert earned.proven.total == 7


def test_a_delay_moves_benefits_until_the_go_live_and_none_afterwards() -> None:
    late = [driver("delay", 3)]
    days = [flow.on for flow in book(ahead(drivers=late)).benefit_ahead.flows if flow.amount]
    assert days == [day("2026-10-10"), day("2026-11-10"), day("2026-12-10"), day("2027-01-10")]
    assert net(ahead(drivers=late)) == 4 * 30 - 150
    assert net(ahead(drivers=late, go_live=day("2026-01-20"))) == 180 - 150


def test_a_benefit_moved_into_the_last_month_counts_on_its_last_day() -> None:
    late = ahead(drivers=[driver("delay", 1)])
    found = book_of(
        initiative(late.costs, [benefit("2026-12-31", 9, "forecast", "E")], horizon_months=12,
                   planned_go_live=day("2026-01-15"), drivers=late.drivers),
        [], frame_of(late, AS_OF), RateTable.of([]), course=course_of(late, ONE),
    )  # fmt: skip
    assert [(flow.on, flow.amount) for flow in found.benefit_ahead.flows] == [(day("2027-01-15"), 9)]


def test_benefits_that_a_delay_moves_beyond_the_horizon_are_known_to_be_nothing() -> None:
    assert net(ahead(drivers=[driver("delay", 20)])) == -150


def test_a_ramp_starts_with_use_and_not_anew_on_every_day() -> None:
    """Six months to full use from the first benefit in July; live since January it is half way and then through."""
    ramp = [driver("ramp", 6)]
    assert net(ahead(drivers=ramp)) == pytest.approx(Decimal(30 * 21) / 6 - 150)
    assert net(ahead(drivers=[driver("ramp", 12)], go_live=day("2026-01-20"))) == pytest.approx(
        Decimal(30 * (7 + 8 + 9 + 10 + 11 + 12)) / 12 - 150
    )


def test_a_decay_shrinks_lines_from_today_on() -> None:
    found = net(ahead(drivers=[driver("decay", "0.2")]))
    assert float(found) == pytest.approx(sum(30 * 0.8 ** (month / 12) for month in range(2, 8)) - 150, abs=0.01)


recorded = st.fixed_dictionaries(
    {
        "cost": st.floats(0.5, 3),
        "benefit": st.floats(0.2, 2),
        "delay": st.floats(0, 9),
        "ramp": st.floats(0, 9),
        "decay": st.floats(0, 1),
        "adoption": st.floats(0.1, 1),
    }
)


@settings(max_examples=60, deadline=None)
@given(recorded, st.sampled_from(["forecast", "plan"]), st.sampled_from([None, "2025-11-20"]))
def test_with_every_driver_recorded_the_middle_of_the_simulation_is_the_value(
    middles: dict[str, float], basis: str, live: str | None
) -> None:
    drivers = [driver(name, round(point, 4)) for name, point in middles.items()]
    facts = ahead(basis, drivers=drivers, go_live=day(live) if live else None)
    found = book(facts)
    expected = found.benefit_ahead.total - found.cost.total - found.cost_ahead.total
    assert middle(facts) == pytest.approx(float(expected), abs=0.01)


@settings(max_examples=40, deadline=None)
@given(recorded, st.integers(1, 99))
def test_splitting_every_line_into_two_changes_nothing(middles: dict[str, float], share: int) -> None:
    """To a cent: where a drawn amount stands on half a cent, the last bit of a sum decides how it is rounded."""
    drivers = [driver(name, round(point, 4)) for name, point in middles.items()]
    whole = ahead(drivers=drivers)
    parts = [Decimal(share) / 100, 1 - Decimal(share) / 100]
    split = replace(
        whole,
        costs=[replace(row, amount=row.amount * part) for row in whole.costs for part in parts],
        benefits=[replace(row, amount=row.amount * part) for row in whole.benefits for part in parts],
    )
    for name in ("net", "npv", "expected_shortfall", "chance_roi_positive"):
        one, two = evaluated(whole).figures[name], evaluated(split).figures[name]
        assert (two.reason, two.low is None) == (one.reason, one.low is None)
        pairs = [(one.value, two.value), (one.low, two.low), (one.high, two.high)]
        assert all(
            abs(again - once) <= Decimal("0.01") for once, again in pairs if once is not None and again is not None
        )


def proven_series(**changes: Any) -> Initiative:
    """A KPI in its own history: 24 months before and 8 after the go-live, which moves it by 10."""
    noise = np.random.default_rng(4).normal(0, 0.5, 32).round(3).tolist()
    ends = [date(2023 + (9 + place) // 12, (9 + place) % 12 + 1, 28) for place in range(32)]
    readings = [
        Reading(on, Decimal(str(round((50 if on < day("2025-10-01") else 40) + each, 3))))
        for on, each in zip(ends, noise, strict=True)
    ]
    kpi = Kpi(
        key="time", name="Handling time", unit="minutes", direction="down", cadence="monthly", aggregation="mean",
        design="series", benefit_class="cash", readings=tuple(readings), baseline_from=day("2023-10-01"),
        baseline_to=day("2025-09-30"), value_per_unit=Decimal(2), value_low=Decimal(1), value_high=Decimal(3),
        value_currency="EUR", preregistration=Preregistration(day("2025-09-01"), "series", "down", is_primary=True),
    )  # fmt: skip
    settled = {"go_live": day("2025-10-01"), "horizon_months": 24, "stages": [("2025-10-01", "production")], **changes}
    return initiative([cost("2025-08-10", 100)], kpis=[kpi], **settled)


def effects(facts: Initiative) -> list[KpiEffect]:
    return effects_of_all({0: facts}, EURO.prices, AS_OF)[0]


def test_money_of_an_effect_to_date_spreads_the_year_as_well() -> None:
    """Retired, so that nothing is ahead: what was earned is as unsure as the effect behind it."""
    found = evaluated(proven_series(stages=[("2026-06-01", "retired")]))
    year = found.year["net_forecast"]
    assert (found.effects[0].effect.grade, found.year["benefit_to_date"].value) == (Grade.SERIES, year.value)
    assert year.low is not None
    assert year.high is not None
    assert year.low < year.value < year.high


def test_a_decay_counts_once_on_money_carried_on() -> None:
    """The range of a decay that is sure lies around the value, not below it."""
    facts = proven_series(drivers=[driver("decay", "0.3")])
    frame = frame_of(facts, AS_OF)
    assert sum(line.amount for line in carried_of(effects(facts), frame, Decimal("0.3"))) < sum(
        line.amount for line in carried_of(effects(facts), frame)
    )
    found = evaluated(facts)
    assert found.outlook is not None
    assert found.outlook.net[7] == pytest.approx(float(found.figures["net"].value or 0), rel=0.01)


def test_forecast_lines_of_an_open_month_are_simulated_when_the_horizon_has_just_ended() -> None:
    facts = initiative(
        [cost("2025-05-20", 100)],
        [benefit("2026-05-28", 70, "forecast", "E")],
        horizon_months=12,
        go_live=day("2025-06-01"),
        closed_through=day("2026-04-30"),
    )
    found = evaluated(facts)
    assert found.outlook is not None
    assert found.figures["net"].value == -30
    assert found.outlook.net[0] < -30 < found.outlook.net[-1]


def test_two_kpis_of_one_name_are_two_drivers() -> None:
    facts = proven_series()
    other = replace(facts.kpis[0], key="other")
    twice = replace(facts, kpis=[facts.kpis[0], other])
    outlook = evaluated(twice).outlook
    assert outlook is not None
    assert {name for name, _, _ in outlook.sensitivity} == {
        f"{kind}: Handling time ({key})" for kind in ("effect", "value") for key in ("time", "other")
    }
