"""Figures of one initiative: each a value or a reason, from worked examples."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.cashflow.tables import discounted_return, in_real_terms, npv_profile
from metrics.core.money import PriceTable
from metrics.core.reasons import Reason, sentence
from metrics.core.results import Figure
from tests.core.facts import RATE, benefit, book, cost, day, figures, gain, initiative, rate, value

SPENT = [cost("2025-07-01", 1000), cost("2025-12-31", 500)]
WON = [benefit("2026-01-31", 600), benefit("2026-04-30", 1200)]
PAID = initiative(SPENT, WON)


def test_sums_to_date() -> None:
    found = figures(PAID)
    assert [value(found[name]) for name in ("cost_to_date", "benefit_to_date", "net_to_date")] == [
        "1500.00",
        "1800.00",
        "300.00",
    ]


def test_return_to_date_is_benefit_less_cost_over_cost() -> None:
    assert value(figures(PAID)["roi_to_date"]) == "0.200000"


def test_a_proven_sum_carries_the_grade_of_its_weakest_part() -> None:
    found = figures(PAID, gains=[gain("2026-02-28", 10, "C")])
    assert found["benefit_to_date"].grade == "C"


def test_claimed_money_is_in_no_proven_figure() -> None:
    claim = initiative(SPENT, [*WON, benefit("2026-02-01", 10_000, grade="E")])
    assert figures(claim)["roi_to_date"] == figures(PAID)["roi_to_date"]


def test_indicative_and_claimed_money_is_told_apart() -> None:
    facts = initiative(SPENT, [benefit("2026-02-01", 100, grade="E")])
    found = figures(facts, gains=[gain("2026-02-28", 40, "D")])
    names = ("benefit_indicative", "benefit_claimed_only", "benefit_claimed")
    assert [value(found[name]) for name in names] == ["40.00", "100.00", "140.00"]


def test_nothing_proven_is_zero_once_money_is_spent() -> None:
    found = figures(initiative(SPENT))
    assert (value(found["benefit_to_date"]), value(found["roi_to_date"])) == ("0.00", "-1.000000")


@pytest.mark.parametrize("name", ["cost_to_date", "net_to_date", "roi_to_date", "npv", "irr", "payback_month", "tco"])
def test_without_a_cost_no_figure_is_guessed(name: str) -> None:
    assert figures(initiative([], WON))[name].reason is Reason.NO_COST


def test_nothing_recorded_is_no_benefit_not_zero() -> None:
    assert figures(initiative())["benefit_to_date"].reason is Reason.NO_BENEFIT


def test_present_value_is_discounted_to_the_first_flow() -> None:
    """1,100 one year after spending 1,000 at 10 % is worth nothing more."""
    facts = initiative([cost("2025-01-01", 1000)], [benefit("2026-01-01", 1100)], discount_rate=Decimal("0.1"))
    assert value(figures(facts)["npv_to_date"]) == "0.00"


def test_without_a_discount_rate_there_is_no_present_value() -> None:
    assert figures(initiative(SPENT, WON, discount_rate=None))["npv"].reason is Reason.NO_DISCOUNT_RATE


def test_the_rate_of_return_of_the_spreadsheet_documentation() -> None:
    """Microsoft's documentation of XIRR prints 0.373362535."""
    facts = initiative(
        [cost("2008-01-01", 10000)],
        [benefit(on, sum_) for on, sum_ in _EXCEL],
    )
    assert value(figures(facts)["irr_to_date"]) == "0.373363"


_EXCEL = [("2008-03-01", 2750), ("2008-10-30", 4250), ("2009-02-15", 3250), ("2009-04-01", 2750)]


def test_several_rates_are_counted_and_none_is_shown() -> None:
    facts = initiative([cost("2023-06-16", 1600), cost("2025-06-15", 10000)], [benefit("2024-06-15", 10000)])
    found = figures(facts)
    assert (found["irr"].reason, value(found["irr_roots"])) == (Reason.SEVERAL_RATES, "2")


def test_money_that_never_comes_back_has_no_rate() -> None:
    assert figures(initiative(SPENT, [benefit("2026-01-31", 1)]))["irr"].reason is Reason.NO_RATE


def test_a_horizon_below_a_year_is_not_annualised() -> None:
    facts = initiative([cost("2026-01-01", 10)], [benefit("2026-03-01", 20)], horizon_months=6)
    assert figures(facts)["irr"].reason is Reason.NOT_ANNUALISED


def test_payback_is_linear_within_the_month() -> None:
    """900 spent in January; 300 back in February and 1,200 in March: half of March is needed."""
    facts = initiative([cost("2026-01-10", 900)], [benefit("2026-02-28", 300), benefit("2026-03-31", 1200)])
    found = figures(facts)["payback_month"]
    assert (value(found), found.detail) == ("2.500000", "2026-03")


def test_payback_must_stay() -> None:
    facts = initiative(
        [cost("2026-01-10", 100), cost("2026-03-10", 100)], [benefit("2026-02-28", 150), benefit("2026-05-31", 60)]
    )
    found = figures(facts)
    assert (found["payback_first_month"].detail, found["payback_month"].detail) == ("2026-02", "2026-05")


def test_money_not_earned_back_is_said() -> None:
    assert figures(initiative(SPENT, [benefit("2026-01-31", 1)]))["payback_month"].reason is Reason.NOT_WITHIN_HORIZON


def test_the_whole_cost_holds_what_is_still_ahead() -> None:
    facts = initiative([*SPENT, cost("2026-09-30", 250, "forecast")])
    assert value(figures(facts)["tco"]) == "1750.00"


def test_the_forecast_return_takes_actuals_to_date_and_forecasts_after() -> None:
    facts = initiative(SPENT, [*WON, benefit("2026-09-30", 450, "forecast", grade="E")])
    assert value(figures(facts)["roi_forecast"]) == "0.500000"


@pytest.mark.parametrize(
    "name", ["roi_forecast", "net", "npv", "irr", "irr_roots", "mirr", "payback_month", "discounted_payback_month"]
)
def test_unknown_benefits_ahead_are_not_zero(name: str) -> None:
    assert figures(initiative(SPENT))[name].reason is Reason.NO_FORECAST


def test_what_is_spent_and_ahead_is_known_without_any_benefit() -> None:
    assert value(figures(initiative([*SPENT, cost("2026-09-30", 250, "forecast")]))["tco"]) == "1750.00"


@pytest.mark.parametrize(("facts", "reason"), [((SPENT,), Reason.NO_FORECAST), (((), WON), Reason.NO_COST)])
def test_in_todays_prices_and_discounted_no_more_is_known_than_in_nominal_ones(facts: Any, reason: Reason) -> None:
    held = book(initiative(*facts))
    prices = PriceTable.of({day("2025-01-01"): Decimal(100)}, inflation=Decimal("0.02"))
    found = {**in_real_terms(held, prices, RATE), "roi_discounted": discounted_return(held, RATE)}
    assert {figure.reason for figure in found.values()} == {reason}
    assert npv_profile(held) == []


def test_an_abandoned_initiative_has_lost_its_costs() -> None:
    assert value(figures(initiative(SPENT, stages=[("2026-02-01", "abandoned")]))["roi_forecast"]) == "-1.000000"


def test_the_realisation_ratio_compares_the_same_months() -> None:
    planned = [benefit("2026-01-31", 800, "plan", grade="E"), benefit("2027-01-31", 9999, "plan", grade="E")]
    assert value(figures(initiative(SPENT, [*WON, *planned]))["realisation_ratio"]) == "0.750000"


def test_without_a_plan_there_is_no_realisation_ratio() -> None:
    assert figures(PAID)["realisation_ratio"].reason is Reason.NO_PLAN


def test_chances_wait_for_the_simulation() -> None:
    assert figures(PAID)["chance_clears_hurdle"].reason is Reason.NOT_SIMULATED


def test_a_missing_exchange_rate_is_named_in_every_figure_that_needs_it() -> None:
    found = figures(initiative([cost("2026-01-05", 10, currency="USD")], WON))
    assert (
        found["roi_to_date"].sentence == "There is no exchange rate for USD in January 2026. Enter one under Settings."
    )


def test_a_yen_amount_has_no_decimals() -> None:
    facts = initiative([cost("2026-01-05", "10.6", currency="JPY")], currency="JPY")
    assert value(figures(facts)["cost_to_date"]) == "11"


def test_rounding_happens_once() -> None:
    thirds = initiative([cost("2026-01-05", "0.004", currency="USD") for _ in range(3)])
    assert value(figures(thirds, rates=[rate("2026-01-05", "USD", 1)])["cost_to_date"]) == "0.01"


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    assert sentence(reason, "USD in May 2026").endswith(".")


@pytest.mark.parametrize(("value", "reason"), [(None, None), (Decimal(1), Reason.NO_COST)])
def test_a_figure_is_a_value_or_a_reason(value: Decimal | None, reason: Reason | None) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Figure(value, "EUR", reason=reason)


def test_the_order_of_lines_changes_nothing() -> None:
    found = {str(figures(initiative(list(order), WON))) for order in permutations([*SPENT, cost("2026-05-01", 3)])}
    assert len(found) == 1


money = st.decimals(min_value=1, max_value=10**7, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(money, min_size=2, max_size=6), st.lists(money, min_size=1, max_size=6))
def test_splitting_lines_changes_no_figure(spent: list[Decimal], won: list[Decimal]) -> None:
    whole = initiative([cost("2025-07-01", sum(spent))], [benefit("2026-03-31", sum(won))])
    split = initiative(
        [cost("2025-07-01", amount) for amount in spent], [benefit("2026-03-31", amount) for amount in won]
    )
    assert figures(split) == figures(whole)


@settings(max_examples=60, deadline=None)
@given(money, money)
def test_return_and_net_agree_in_sign(spent: Decimal, won: Decimal) -> None:
    found = figures(initiative([cost("2025-07-01", spent)], [benefit("2026-03-31", won)]))
    assert Decimal(value(found["roi_to_date"])) * Decimal(value(found["net_to_date"])) >= 0


def test_a_stage_recorded_again_is_in_it_since_it_was_entered() -> None:
    again = initiative(stages=[("2024-01-10", "pilot"), ("2024-06-30", "pilot"), ("2025-01-15", "development")])
    entered = {on: again.stage_on(day(on)) for on in ("2024-01-09", "2024-12-31", "2025-02-01")}
    assert [point and str(point.on) for point in entered.values()] == [None, "2024-01-10", "2025-01-15"]
