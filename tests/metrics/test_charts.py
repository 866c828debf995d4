"""Charts and their tables come from the same rows."""

from datetime import date
from decimal import Decimal
from typing import Any

from metrics.charts import Flag, GapRow, MonthRow, cumulative_chart, gap_chart, months_chart, months_of
from web.formats import Formats

FORMATS = Formats()
APRIL = {"month": "2026-04", "kind": "actual", "net": "30000.00", "plan_net": "0.00"}


def rows(*nets: int | None) -> list[MonthRow]:
    """Months from January with these values; the first is closed."""
    return [
        MonthRow(date(2026, month, 1), month == 1, None if net is None else Decimal(net), Decimal(10))
        for month, net in enumerate(nets, start=1)
    ]


def texts(chart: Any) -> list[list[str]]:
    """The table's cells."""
    return [[cell.text for cell in row] for row in chart.rows]


def test_a_month_without_a_plan_line_has_no_plan_rather_than_a_plan_of_nothing() -> None:
    (row,) = months_of([{**APRIL, "plan_cost": "0.00", "plan_benefit": "0.00"}])
    assert (row.month, row.plan) == (date(2026, 4, 1), None)


def test_a_plan_that_balances_is_a_plan_of_zero() -> None:
    (row,) = months_of([{**APRIL, "plan_cost": "5.00", "plan_benefit": "5.00"}])
    assert row.plan == 0


def test_an_unknown_month_is_a_gap_in_chart_and_table() -> None:
    chart = months_chart(rows(5, None), "USD", FORMATS, title="Net", subtitle="")
    assert (chart.data["rows"][1]["value"], texts(chart)[1][2:]) == (None, ["–", "$10", "–"])


def test_values_add_up_month_by_month() -> None:
    chart = cumulative_chart(rows(5, 7, -20), "USD", FORMATS, title="Added up", subtitle="")
    assert [row["value"] for row in chart.data["rows"]] == [5, 12, -8]


def test_a_stage_change_outside_the_chart_has_no_flag() -> None:
    flags = [Flag(date(2026, 2, 1), "1"), Flag(date(2020, 1, 1), "2")]
    chart = cumulative_chart(rows(5, 7), "USD", FORMATS, title="Added up", subtitle="", flags=flags)
    assert chart.data["flags"] == [{"at": 1, "number": "1"}]


def test_the_largest_shortfall_stands_first_and_the_summary_tells_all() -> None:
    gaps = [GapRow(1, "Up", Decimal(9), Decimal(2)), GapRow(2, "Down", Decimal(1), Decimal(8))]
    chart = gap_chart(gaps, "USD", FORMATS, title="Gap", subtitle="")
    assert texts(chart)[0][0] == "Down"
    assert chart.summary == "Gap: Down −$7.00; Up +$7.00."
