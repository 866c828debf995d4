"""One initiative from its facts, and a portfolio from its initiatives."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.core.money import RateTable
from metrics.core.reasons import Reason
from metrics.core.rollup.initiative import Context, Evaluation, Verdict, evaluate_all, judged
from metrics.core.rollup.portfolio import Frame, Portfolio, portfolio_of
from metrics.core.types import Change, Dated, Initiative, Kpi, Reading
from tests.core.facts import AS_OF, benefit, cost, day, initiative, rate, value

EURO = Context("EUR", 4, RateTable.of([rate("2026-01-05", "USD", 2)]))
YEAR = Frame("EUR", AS_OF, day("2026-04-01"), day("2027-03-31"), discount_rate=Decimal("0.08"))


def evaluated(facts: Initiative, context: Context = EURO) -> Evaluation:
    return evaluate_all({0: facts}, context, AS_OF)[0]


def portfolio(*facts: Initiative) -> Portfolio:
    return portfolio_of({key: evaluated(found).part for key, found in enumerate(facts)}, YEAR)


def kpi(readings: dict[str, Any], **changes: Any) -> Kpi:
    settled: dict[str, Any] = {
        "key": "time",
        "name": "Handling time",
        "unit": "minutes",
        "direction": "down",
        "cadence": "monthly",
        "aggregation": "mean",
        "design": "before_after",
        "benefit_class": "capacity",
        "baseline_from": day("2025-10-01"),
        "baseline_to": day("2025-12-31"),
        "value_per_unit": Decimal(2),
        "value_currency": "EUR",
        **changes,
    }
    return Kpi(readings=tuple(Reading(day(on), Decimal(str(value))) for on, value in readings.items()), **settled)


READINGS = {
    **dict.fromkeys(["2025-10-31", "2025-11-30", "2025-12-31"], 10),
    **dict.fromkeys(["2026-02-28", "2026-03-31", "2026-04-30"], 8),
}


def with_kpi(found: Kpi, **changes: Any) -> Initiative:
    return initiative([cost("2026-01-05", 10)], kpis=[found], go_live=day("2026-02-01"), **changes)


def indicative(facts: Initiative) -> str | None:
    value = evaluated(facts).figures["benefit_indicative"].value
    return None if value is None else str(value)


def test_semantics_12_money_of_an_effect_is_effect_times_value_for_each_period_with_a_reading() -> None:
    assert indicative(with_kpi(kpi(READINGS))) == "12.00"


def test_semantics_12_money_is_multiplied_by_the_periods_volume() -> None:
    volume = tuple(Dated(day(on), Decimal(100)) for on in ("2026-02-10", "2026-02-20", "2026-03-31"))
    assert indicative(with_kpi(kpi(READINGS, volume=volume))) == "1200.00"


def test_semantics_15_only_the_realised_share_counts() -> None:
    assert indicative(with_kpi(kpi(READINGS, realisation_share=Decimal("0.25")))) == "3.00"


def test_semantics_15_a_benefit_without_money_has_an_effect_and_no_money() -> None:
    found = evaluated(with_kpi(kpi(READINGS, benefit_class="none")))
    assert (found.effects[0].effect.effect.value, found.figures["benefit_indicative"].reason) == (
        Decimal(-2),
        Reason.NO_BENEFIT,
    )


@pytest.mark.parametrize(
    ("won", "hurdle", "verdict"),
    [
        (90, None, Verdict.UNLIKELY),
        (110, None, Verdict.LIKELY),
        (110, "0.2", Verdict.UNLIKELY),
        (130, "0.2", Verdict.LIKELY),
    ],
)
def test_the_verdict_of_money_that_is_certain_says_on_which_side_of_the_hurdle_it_lies(
    won: int, hurdle: str | None, verdict: str
) -> None:
    facts = initiative(
        [cost("2026-01-05", 100)], [benefit("2026-02-01", won)], hurdle=Decimal(hurdle) if hurdle else None
    )
    assert evaluated(facts).verdict == verdict


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [("0.25", "unlikely"), ("0.26", "uncertain"), ("0.33", "uncertain"), ("0.74", "uncertain"), ("0.75", "likely")],
)
def test_the_verdict_is_the_chance_in_a_word(chance: str, verdict: str) -> None:
    assert judged(Decimal(chance)) == verdict


def test_a_verdict_of_an_earlier_method_is_not_known() -> None:
    assert Verdict("clears") is Verdict.UNKNOWN


def test_an_initiative_without_a_cost_has_no_verdict() -> None:
    assert evaluated(initiative()).verdict == Verdict.UNKNOWN


def test_risk_follows_the_latest_stage() -> None:
    facts = initiative(stages=[("2026-01-01", "pilot"), ("2026-03-01", "production"), ("2026-04-01", "pilot")])
    assert evaluated(facts).risk.abandoned_12m.reason is Reason.ALREADY_IN_PRODUCTION


def test_signals_come_with_the_figures() -> None:
    facts = initiative([cost("2026-01-05", 100), cost("2026-05-05", 100)])
    assert [signal.code for signal in evaluated(facts).signals] == ["NO_ACTUALS"]


def test_spending_over_plan_is_judged_in_the_workspaces_currency() -> None:
    facts = initiative(
        [cost("2026-01-05", 90_000, currency="USD"), cost("2026-01-05", 60_000, "plan", currency="USD")],
        currency="USD",
    )
    assert [signal.code for signal in evaluated(facts).signals if signal.code == "OVERSPEND"] == []


def test_months_without_a_forecast_are_counted() -> None:
    facts = initiative([cost("2025-12-31", 1), cost("2026-07-31", 1, "forecast")], horizon_months=12)
    assert evaluated(facts).without_forecast == (5, 6)


def test_nothing_proven_in_a_year_with_costs_is_zero_as_in_the_totals() -> None:
    year = evaluated(initiative(costs=[cost("2026-05-05", 5)])).year
    assert (value(year["benefit_to_date"]), value(year["net_to_date"])) == ("0.00", "-5.00")


def test_the_year_of_an_initiative_ends_with_the_workspaces_fiscal_year() -> None:
    facts = initiative([cost("2026-03-31", 7), cost("2026-04-01", 5), cost("2027-04-01", 9, "forecast")])
    assert str(evaluated(facts).year["cost_forecast"].value) == "5.00"


def test_the_gap_to_plan_is_forecast_less_plan() -> None:
    facts = initiative([cost("2026-05-01", 7), cost("2026-05-01", 5, "plan")])
    assert str(evaluated(facts).year["gap_to_plan"].value) == "-2.00"


amounts = st.lists(st.decimals(min_value=1, max_value=10**6, places=2), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=5))
def test_the_portfolio_is_the_sum_of_its_initiatives(groups: Sequence[Sequence[Decimal]]) -> None:
    facts = [initiative([cost("2026-05-01", amount) for amount in group]) for group in groups]
    whole = sum((amount for group in groups for amount in group), Decimal(0))
    assert portfolio(*facts).figures["cost_to_date"].value == whole


@settings(max_examples=40, deadline=None)
@given(amounts, amounts)
def test_moving_lines_between_initiatives_changes_no_total(first: list[Decimal], second: list[Decimal]) -> None:
    lines = [cost("2026-01-05", amount, currency="USD") for amount in first]
    more = [cost("2026-02-05", amount) for amount in second]
    apart = portfolio(initiative(lines), initiative(more))
    together = portfolio(initiative([*lines, *more]))
    assert (apart.figures["cost_to_date"], apart.year) == (together.figures["cost_to_date"], together.year)


def test_an_empty_portfolio_has_reasons_throughout() -> None:
    assert {figure.value for figure in portfolio().year.values()} == {None}


def test_totals_that_only_an_initiative_without_a_rate_would_fill_name_the_rate() -> None:
    left_out = initiative([cost("2026-01-05", 10, currency="CHF")])
    figure = portfolio(left_out).figures["benefit_claimed"]
    assert (figure.reason, figure.detail) == (Reason.NO_EXCHANGE_RATE, "CHF in January 2026")


def test_an_effect_names_what_else_changed_within_three_months_of_the_first_use() -> None:
    readings = {"2025-10-31": 10, "2025-11-30": 11, "2025-12-31": 12, "2026-01-31": 8, "2026-02-28": 8, "2026-03-31": 7}
    changes = [
        Change(day("2025-06-01"), "market", "Too early."),
        Change(day("2026-02-10"), "other", "New telephones."),
        Change(day("2025-12-01"), "policy"),
    ]
    found = evaluated(initiative(kpis=[kpi(readings)], go_live=day("2026-01-01"), changes=changes)).effects[0]
    named = found.effect.assumption.partition("Other changes at the same time: ")[2]
    assert named == "policy (2025-12-01); New telephones (2026-02-10)."


def test_money_of_an_initiative_that_cannot_be_simulated_moves_the_range_as_it_moves_the_total() -> None:
    lines = [cost("2026-01-05", 100), cost("2026-09-01", 50, basis="forecast")]
    simulated = initiative(lines, [benefit("2026-09-01", 300, basis="forecast")], key="simulated")
    unknown = initiative([cost("2026-05-05", 70)], key="unknown")
    assert evaluated(unknown).part.quantiles is None
    alone, both = portfolio(simulated), portfolio(simulated, unknown)
    for of_alone, of_both in (
        (alone.figures["net"], both.figures["net"]),
        (alone.year["net_forecast"], both.year["net_forecast"]),
    ):
        assert of_both.value < of_alone.value
        assert of_both.low - of_alone.low == of_both.high - of_alone.high == of_both.value - of_alone.value
