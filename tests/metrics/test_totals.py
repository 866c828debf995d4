"""Totals of a workspace are sums of its snapshots."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from metrics.models import PortfolioSnapshot
from metrics.selectors import portfolio_of, totals_lag, without_figure
from metrics.services import refresh, refresh_portfolio
from portfolio.models import Initiative
from tests.factories import make_initiative
from tests.metrics.record import earn, rates, set_rate, spend

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def two(workspace: Workspace) -> tuple[Initiative, Initiative]:
    """One pays 50 %, one ten times as large loses 10 %."""
    small, large = make_initiative(workspace, "small"), make_initiative(workspace, "large")
    spend(small, "2026-01-05", 100)
    earn(small, "2026-02-28", 150)
    spend(large, "2025-07-05", 1000)
    earn(large, "2026-03-31", 900)
    return small, large


def totals(workspace: Workspace) -> PortfolioSnapshot:
    refresh(workspace=workspace, now=NOW)
    return refresh_portfolio(workspace=workspace, now=NOW)


def value(found: dict[str, Any], name: str) -> str:
    return found[name]["value"]


@pytest.mark.usefixtures("two")
def test_semantics_11_the_return_is_sum_over_sum(workspace: Workspace) -> None:
    assert value(totals(workspace).figures, "roi_to_date") == str(round(Decimal(1050) / 1100 - 1, 6))


@pytest.mark.usefixtures("two")
def test_semantics_11_initiatives_without_a_figure_are_counted_and_named(workspace: Workspace) -> None:
    make_initiative(workspace, "empty")
    found = totals(workspace)
    named = [(row.key, why) for row, why in without_figure(workspace, found, 10)]
    assert (found.coverage["with_figure"], found.coverage["of"], named) == (2, 3, [("empty", "No cost is recorded.")])


@pytest.mark.usefixtures("two")
def test_parts_sum_to_the_whole(workspace: Workspace) -> None:
    found = totals(workspace)
    net = sum(Decimal(month["net"]) for month in found.months)
    assert str(net) == value(found.figures, "net")


@pytest.mark.usefixtures("two")
def test_semantics_10_the_year_holds_its_own_months_only(workspace: Workspace) -> None:
    assert value(totals(workspace).year, "cost_to_date") == "100.00"


def test_semantics_10_present_values_are_carried_to_the_common_day(workspace: Workspace) -> None:
    """1,000 spent 365 days before the day, at 10 %: worth 1,100 on it."""
    set_rate(workspace, "2020-01-01", "0.1")
    spend(make_initiative(workspace), "2025-06-15", 1000)
    assert value(totals(workspace).figures, "npv") == "-1100.00"


def test_semantics_7_totals_convert_straight_from_the_flows_currency(workspace: Workspace) -> None:
    rates(workspace, "2026-01-05", [("EUR", "USD", 2), ("EUR", "GBP", 5)])
    spend(make_initiative(workspace, currency="GBP"), "2026-01-05", 100, currency="USD")
    assert value(totals(workspace).figures, "cost_to_date") == "50.00"


@pytest.mark.usefixtures("two")
def test_an_initiative_without_a_rate_is_left_out_and_named(workspace: Workspace) -> None:
    spend(make_initiative(workspace, "foreign", currency="USD"), "2026-01-05", 100, currency="USD")
    found = totals(workspace)
    why = {row.key: why for row, why in without_figure(workspace, found, 10)}["foreign"]
    assert (value(found.figures, "cost_to_date"), "exchange rate" in why) == ("1100.00", True)


def test_totals_tell_how_many_changes_they_lag(workspace: Workspace, two: tuple[Initiative, Initiative]) -> None:
    found = totals(workspace)
    spend(two[0], "2026-02-05", 1)
    refresh(workspace=workspace, now=NOW)
    assert (totals_lag(workspace, found), totals_lag(workspace, totals(workspace))) == (1, 0)


@pytest.mark.usefixtures("two")
def test_totals_that_do_not_lag_are_not_written_again(workspace: Workspace) -> None:
    assert totals(workspace) == totals(workspace)


@pytest.mark.usefixtures("two")
def test_totals_name_what_they_are_made_of(workspace: Workspace) -> None:
    found = totals(workspace)
    assert (len(found.members), portfolio_of(workspace)) == (2, found)


@pytest.mark.usefixtures("two")
def test_stages_and_verdicts_are_counted(workspace: Workspace) -> None:
    assert totals(workspace).counts == {"stages": {"idea": 2}, "verdicts": {"likely": 1, "unlikely": 1}}
