"""Saved time is counted by where it went."""

from dataclasses import replace
from decimal import Decimal

from metrics.core.money import ZERO
from metrics.core.rollup.initiative import Money
from metrics.core.types import Benefit, Destination, Grade, Kpi
from tests.core.facts import benefit, cost, day, initiative
from tests.core.test_rollup import READINGS, evaluated, kpi, portfolio, with_kpi


def placed(*rows: tuple[str, str, str, str]) -> Kpi:
    where = tuple(Destination(day(on), Decimal(cash), Decimal(new), Decimal(lost)) for on, cash, new, lost in rows)
    return kpi(READINGS, destinations=where)


def shown(money: Money, group: str) -> dict[str, str]:
    return {went: f"{sums[group]:.2f}" for went, sums in money.saved_time.items() if group in sums}


def test_semantics_15_saved_time_is_split_by_its_destination() -> None:
    found = evaluated(with_kpi(placed(("2026-01-01", "0.25", "0.5", "0"))))
    assert shown(found.money, "indicative") == {"cash_out": "3.00", "redeployed": "6.00", "unknown": "3.00"}


def test_semantics_15_each_period_counts_by_the_shares_that_hold_on_its_last_day() -> None:
    found = evaluated(with_kpi(placed(("2026-03-31", "0.5", "0", "0.5"))))
    assert shown(found.money, "indicative") == {"unknown": "4.00", "cash_out": "4.00", "absorbed": "4.00"}


def test_semantics_15_saved_time_without_a_recorded_destination_is_unknown_and_never_cash() -> None:
    found = evaluated(with_kpi(kpi(READINGS)))
    assert shown(found.money, "indicative") == {"unknown": "12.00"}
    assert found.money.benefits == {"capacity": {"indicative": Decimal(12)}}


def test_a_line_of_saved_time_is_unknown() -> None:
    line = Benefit(day("2026-02-01"), Decimal(7), "EUR", "capacity", benefit("2026-02-01", 7).basis, Grade.CLAIM)
    assert shown(evaluated(initiative([cost("2026-01-05", 1)], [line])).money, "claimed") == {"unknown": "7.00"}


def test_money_that_is_no_saved_time_has_no_destination() -> None:
    found = evaluated(with_kpi(replace(placed(("2026-01-01", "1", "0", "0")), benefit_class="cost_avoided")))
    assert found.money.saved_time == {}


def test_destinations_other_than_cash_add_up_to_capacity() -> None:
    money = evaluated(with_kpi(placed(("2026-01-01", "0.1", "0.3", "0.2")))).money
    rest = sum((sums["indicative"] for went, sums in money.saved_time.items() if went != "cash_out"), ZERO)
    assert (rest, money.saved_time["cash_out"]["indicative"]) == (
        money.benefits["capacity"]["indicative"],
        money.benefits["cash"]["indicative"],
    )


def test_the_portfolios_saved_time_is_the_sum_of_its_initiatives() -> None:
    first, second = with_kpi(placed(("2026-01-01", "0.25", "0.5", "0"))), with_kpi(kpi(READINGS))
    total = portfolio(first, second).money
    assert shown(total, "indicative") == {"cash_out": "3.00", "redeployed": "6.00", "unknown": "15.00"}
