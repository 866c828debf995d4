"""Which money counts where (semantics 5, 7, 9, 13, 14)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.core.cashflow.book import Group
from tests.core.facts import benefit, book, cost, day, gain, initiative, rate

ON_DAY = day("2026-06-15")


def total(group: Group) -> str:
    return f"{group.total.normalize():f}"


def amounts(group: Group) -> list[str]:
    return [str(flow.amount) for flow in group.flows]


def test_semantics_5_inception_is_the_first_cost_of_any_kind_except_plan() -> None:
    facts = initiative([cost("2025-01-10", 5, "plan"), cost("2025-03-02", 5, "forecast"), cost("2025-04-01", 5)])
    assert book(facts).frame.inception == day("2025-03-02")


@pytest.mark.parametrize(
    ("dates", "end"),
    [
        ({"go_live": day("2026-01-15"), "planned_go_live": day("2025-10-01")}, "2027-01-15"),
        ({"planned_go_live": day("2025-10-01")}, "2026-10-01"),
        ({}, "2026-02-01"),
    ],
)
def test_semantics_5_the_horizon_runs_from_go_live_else_the_plan_else_inception(dates: dict, end: str) -> None:
    facts = initiative([cost("2025-02-01", 5)], horizon_months=12, **dates)
    assert book(facts).frame.horizon_end == day(end)


def test_semantics_5_flows_after_the_horizon_count_nowhere_and_are_counted() -> None:
    facts = initiative([cost("2025-01-01", 5), cost("2026-01-02", 7)], horizon_months=12)
    found = book(facts)
    assert (total(found.cost), found.left_out) == ("5", 1)


def test_semantics_9_plan_never_stands_in_for_a_past_month_without_actuals() -> None:
    facts = initiative([cost("2026-01-10", 5), cost("2026-03-10", 9, "plan")])
    assert book(facts).cost_ahead.flows == ()


def test_semantics_9_a_month_ahead_takes_its_forecast_before_its_plan() -> None:
    facts = initiative([cost("2026-01-10", 5), cost("2026-08-01", 9, "plan"), cost("2026-08-01", 4, "forecast")])
    assert amounts(book(facts).cost_ahead) == ["4"]


def test_semantics_9_a_month_ahead_without_a_forecast_takes_its_plan() -> None:
    facts = initiative([cost("2026-01-10", 5), cost("2026-08-01", 9, "plan"), cost("2026-09-01", 4, "forecast")])
    assert sorted(amounts(book(facts).cost_ahead)) == ["4", "9"]


def test_semantics_9_in_an_open_month_the_forecast_counts_beyond_the_actuals_per_category() -> None:
    facts = initiative(
        [
            cost("2026-06-02", 30, category="people"),
            cost("2026-06-30", 100, "forecast", "people"),
            cost("2026-06-30", 50, "forecast", "compute"),
        ]
    )
    assert total(book(facts).cost_ahead) == "120"


def test_semantics_9_actuals_above_the_forecast_leave_nothing_of_it() -> None:
    facts = initiative([cost("2026-06-02", 130), cost("2026-06-30", 100, "forecast")])
    assert total(book(facts).cost_ahead) == "0"


def test_semantics_9_a_closed_month_uses_actuals_alone() -> None:
    facts = initiative([cost("2026-05-02", 30), cost("2026-05-31", 100, "forecast")])
    assert total(book(facts).cost_ahead) == "0"


def test_semantics_9_the_month_that_finance_closed_last_decides() -> None:
    facts = initiative([cost("2026-05-02", 30), cost("2026-05-31", 100, "forecast")], closed_through=day("2026-04-30"))
    assert total(book(facts).cost_ahead) == "70"


def test_nothing_is_planned_or_forecast_once_an_initiative_has_ended() -> None:
    facts = initiative([cost("2026-01-10", 5), cost("2026-08-01", 9, "forecast")], stages=[("2026-05-01", "abandoned")])
    assert book(facts).cost_ahead.flows == ()


def test_semantics_14_the_ledger_is_proven_and_a_claim_is_not() -> None:
    found = book(initiative([cost("2026-01-10", 5)], [benefit("2026-02-01", 7), benefit("2026-02-01", 9, grade="E")]))
    assert (total(found.proven), total(found.claimed)) == ("7", "9")


@pytest.mark.parametrize(("grade", "group"), [("A", "proven"), ("C", "proven"), ("D", "indicative"), ("E", "claimed")])
def test_semantics_14_an_effect_counts_by_its_grade(grade: str, group: str) -> None:
    found = book(initiative([cost("2026-01-10", 5)]), gains=[gain("2026-02-28", 7, grade)])
    assert total(getattr(found, group)) == "7"


def test_semantics_13_the_ledger_stands_before_the_effect_of_the_same_kpi_and_month() -> None:
    facts = initiative([cost("2026-01-10", 5)], [benefit("2026-02-10", 7, kpi="time")])
    found = book(facts, gains=[gain("2026-02-28", 20, "D"), gain("2026-03-31", 20, "D")])
    assert (total(found.proven), total(found.indicative)) == ("7", "20")


def test_semantics_13_a_claim_about_a_kpi_is_not_added_to_its_effect() -> None:
    facts = initiative([cost("2026-01-10", 5)], [benefit("2026-02-10", 7, grade="E", kpi="time")])
    found = book(facts, gains=[gain("2026-02-28", 20, "D")])
    assert (total(found.indicative), total(found.claimed)) == ("20", "0")


def test_semantics_13_a_line_about_no_kpi_adds() -> None:
    facts = initiative([cost("2026-01-10", 5)], [benefit("2026-02-10", 7)])
    found = book(facts, gains=[gain("2026-02-28", 20, "A")])
    assert total(found.proven) == "27"


def test_an_effect_dated_at_the_end_of_a_running_period_waits_for_it() -> None:
    found = book(initiative([cost("2026-01-10", 5)]), gains=[gain("2026-06-30", 7, "D")])
    assert found.indicative.flows == ()


def test_semantics_7_flows_are_converted_at_the_rate_of_their_own_date() -> None:
    facts = initiative([cost("2026-01-05", 10, currency="USD"), cost("2026-02-05", 10, currency="USD")])
    found = book(facts, rates=[rate("2026-01-05", "USD", 2), rate("2026-02-04", "USD", 4)])
    assert amounts(found.cost) == ["5.0", "2.50"]


def test_semantics_7_a_missing_rate_names_currency_and_month_and_spares_the_other_groups() -> None:
    facts = initiative([cost("2026-01-05", 10, currency="USD")], [benefit("2026-02-01", 7)])
    found = book(facts)
    assert (found.cost.problem and found.cost.problem.where, total(found.proven)) == ("USD in January 2026", "7")


def test_semantics_7_a_forecast_takes_the_last_known_rate() -> None:
    facts = initiative([cost("2026-01-05", 1), cost("2027-01-05", 10, "forecast", currency="USD")])
    assert amounts(book(facts, rates=[rate("2025-02-04", "USD", 4)]).cost_ahead) == ["2.50"]


def test_semantics_7_totals_go_straight_from_the_flows_currency() -> None:
    facts = initiative([cost("2026-01-05", 10, currency="USD")], currency="GBP")
    found = book(facts, rates=[rate("2026-01-05", "USD", 2)], currency="EUR")
    assert amounts(found.cost) == ["5.0"]


parts = st.lists(st.decimals(min_value=1, max_value=10**6, places=2), min_size=1, max_size=8)


@given(parts, parts)
def test_an_open_month_comes_to_the_larger_of_booked_and_forecast(
    booked: list[Decimal], forecast: list[Decimal]
) -> None:
    facts = initiative(
        [
            *(cost("2026-06-02", amount) for amount in booked),
            *(cost("2026-06-30", amount, "forecast") for amount in forecast),
        ]
    )
    found = book(facts)
    assert round(found.cost.total + found.cost_ahead.total, 10) == max(sum(booked), sum(forecast))
