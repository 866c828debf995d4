"""The numbers of the worked examples in docs/methods are what the core answers."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from metrics.core.attribution.credits import credit
from metrics.core.attribution.engine.families import Family
from metrics.core.attribution.engine.power import minimum_detectable_effect
from metrics.core.cashflow.rates import internal_rates, modified_rate, present_values
from metrics.core.cashflow.realisation import realisation_of
from metrics.core.cashflow.tables import discounted_return, in_real_terms, unit_costs
from metrics.core.money import PriceTable
from metrics.core.results import Figure
from metrics.core.rollup.together import CORRELATIONS
from metrics.core.types import Initiative, Kpi, Reading
from metrics.core.uncertainty.portfolio import Member, joint
from metrics.core.uncertainty.simulation import (
    Case,
    drivers_of,
    expected_shortfall,
    quantiles,
    simulate,
    tornado,
    variance_shares,
)
from tests.core.facts import benefit, book, cash, cost, day, figures, initiative

DOCUMENTS = Path(__file__).resolve().parents[2] / "docs" / "methods"
TWO_YEARS = cash(("2025-01-01", -1000), ("2026-01-01", 500), ("2027-01-01", 700))
ONE = np.ones(1)
GAMBLE = Case(
    cost=0.0,
    certain_benefit=0.0,
    cost_valued=0.0,
    benefit_valued=0.0,
    costs=ONE * 100_000,
    benefits=ONE * 200_000 * float(realisation_of([]).median),
    discounts=ONE,
    given_up=ONE * 0,
    spread=realisation_of([]).spread,
    may_be_late=False,
    begins=0,
    in_year=ONE,
    year_to_date=0.0,
)


def example(document: str) -> str:
    """The worked example of a document, on one line."""
    text = (DOCUMENTS / f"{document}.md").read_text()
    found = re.search(r"\*\*Worked example\.\*\*(.*?)\n\n", f"{text}\n\n", re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


def says(document: str, *numbers: str) -> None:
    """Every number stands in the worked example of the document."""
    assert [number for number in numbers if number not in example(document)] == []


def whole(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


def thousands(value: float) -> str:
    return whole(round(value, -3))


def percent(value: float, digits: int = 0) -> str:
    return f"{value * 100:.{digits}f} %".replace("-", "−")


def valued(found: Mapping[str, Figure], name: str) -> float:
    value = found[name].value
    assert value is not None
    return float(value)


def test_mirr_and_irr() -> None:
    modified, rates = modified_rate(TWO_YEARS, Decimal("0.1")), internal_rates(TWO_YEARS)

    assert modified is not None
    says("mirr", percent(modified, 1), percent(rates[0], 1))
    says("irr", percent(rates[0], 1))


def test_npv_profile() -> None:
    flows = cash(("2025-01-01", -1000), ("2026-01-01", 1100))

    values = present_values(flows, [Decimal(0), Decimal("0.1"), Decimal("0.2")])

    says("npv-profile", *(f"{round(value, 2) + 0.0:.2f}".replace("-", "−") for value in values))


def test_npv_and_discounted_return_of_money_that_just_pays() -> None:
    facts = initiative([cost("2025-01-01", 1000)], [benefit("2026-01-01", 1100)], discount_rate=Decimal("0.1"))

    assert (valued(figures(facts), "npv"), discounted_return(book(facts), Decimal("0.1")).value) == (0, 0)
    says("npv", "1,000", "1,100", "365 days", "10 %: 0.")


def test_payback() -> None:
    facts = initiative([cost("2026-01-01", 900)], [benefit("2026-02-01", 300), benefit("2026-03-01", 1200)])

    found = figures(facts)["payback_month"]

    says("payback", f"{found.value:.1f} months, in March")
    assert found.detail == "2026-03"


def test_costs_and_net() -> None:
    spent = [cost("2026-01-01", 1000), cost("2026-02-01", 500), cost("2026-09-01", 250, "forecast")]
    found = figures(initiative(spent, [benefit("2026-03-01", 1800)]))

    says("cost-to-date", whole(valued(found, "cost_to_date")), whole(valued(found, "tco")))
    says("net-value", f"net {whole(valued(found, 'net_to_date'))}")


def test_returns_of_two_and_of_both() -> None:
    first, second = ([cost("2026-01-01", 100)], 150), ([cost("2026-01-01", 1000)], 900)
    both = ([*first[0], *second[0]], first[1] + second[1])
    found = [figures(initiative(spent, [benefit("2026-03-01", won)])) for spent, won in (first, second, both)]

    returns = [valued(each, "roi_to_date") for each in found]

    says("roi", percent(returns[0]), percent(returns[1]), percent(returns[2], 1))
    says("portfolio", percent(returns[2], 1), whole(valued(found[2], "net_to_date")))


def test_how_much_of_a_plan_comes_true() -> None:
    won = [benefit("2026-01-31", 100, "plan"), benefit("2026-01-31", 70)]
    realised = valued(figures(initiative([cost("2026-01-01", 1)], won)), "realisation_ratio")
    medians = [float(realisation_of(ratios).median) for ratios in ([], [Decimal("0.5")] * 4)]

    says("realisation", *(percent(median, 2) for median in medians), percent(realised))


def test_cost_of_an_outcome() -> None:
    facts: Initiative = initiative([cost("2026-01-01", 1500)])
    counted = Reading(day("2026-02-01"), Decimal(300))
    kpi = Kpi("cases", "Cases", "cases", "up", "monthly", "sum", "before_after", "none", (counted,))

    (found,) = unit_costs(book(facts), [kpi], day("2026-01-15"))

    says("unit-cost", f"{found.cost.value} a case")


def test_todays_prices() -> None:
    prices = PriceTable.of(
        {day("2025-06-01"): Decimal(100), day("2026-06-01"): Decimal(104)}, inflation=Decimal("0.03")
    )
    facts = initiative([cost("2025-06-15", 100)], [benefit("2026-06-01", 0)])

    real = in_real_terms(book(facts), prices, Decimal("0.08"))

    says("real-terms", whole(-valued(real, "net_real")), percent(1.08 / 1.03 - 1, 3))


def test_chances_the_worst_tenth_and_what_makes_them_wide() -> None:
    outcomes, names = simulate(GAMBLE), drivers_of(GAMBLE)
    low, high = np.quantile(outcomes.net, [0.1, 0.9]).tolist()
    swings, shares = tornado(GAMBLE, names), variance_shares(GAMBLE, outcomes.net, names)

    says("chances", percent((outcomes.net > 0).mean()), percent((outcomes.net >= 0.25 * outcomes.cost).mean()))
    says("expected-shortfall", thousands(low), thousands(high), thousands(-expected_shortfall(outcomes.net)))
    says("sensitivity", *(thousands(end) for name in names for end in swings[name]))
    says("sensitivity", *(percent(shares[name]) for name in names))


def test_a_budget_needs_a_reserve() -> None:
    spent = -simulate(replace(GAMBLE, benefits=ONE * 0)).net

    says("ranges", *(thousands(end) for end in np.quantile(spent, [0.1, 0.9]).tolist()))


def test_two_initiatives_drawn_together() -> None:
    kept = quantiles(simulate(GAMBLE).net).tolist()
    members = [Member(key, {"net": kept}) for key in ("first", "second")]
    for correlation in CORRELATIONS:
        net = joint(members, ["net"], float(correlation))["net"]
        says("together", *(thousands(end) for end in np.quantile(net, [0.1, 0.9]).tolist()), percent((net > 0).mean()))


def test_credits_of_two_initiatives_on_one_kpi() -> None:
    shifts = np.array([[math.log(0.8), math.log(0.5)]])

    credits = [float(credit(Family.LOG, np.array([math.log(40)]), shifts, own)[0]) for own in (0, 1)]

    says("shared-kpi", *(whole(each) for each in (*credits, sum(credits))))


@pytest.mark.parametrize("after", [6, 12, 24])
def test_smallest_visible_effect(after: int) -> None:
    history = np.array([10.2, 11.1, 9.8, 10.7, 11.4, 10.1, 9.6, 10.9, 11.2, 10.4, 9.9, 10.6] * 2)

    says("smallest-effect", f"{minimum_detectable_effect(np.arange(24.0), history, after, 12.0):.2f}")
