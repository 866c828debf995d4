"""Spend against budget: the chart's frozen data, its table and its title come from the same sums."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portfolio.contexts.money import Cell, CostTable, MonthRow
from portfolio.contexts.spending import spend_chart, spent_to_date
from web.formats import Formats

TODAY = date(2026, 3, 10)
FORMATS = Formats()


def cell(actual: int | None = None, plan: int | None = None, forecast: int | None = None) -> Cell:
    return Cell(*(None if amount is None else Decimal(amount) for amount in (actual, plan, forecast)))


def table(*months: Sequence[Cell], kinds: Sequence[str] = ("People", "Data")) -> CostTable:
    """A table with a row for each month from January on."""
    rows = [
        MonthRow(date(2026, month, 1), list(cells), sum(cells, Cell())) for month, cells in enumerate(months, start=1)
    ]
    totals = [sum((row.cells[place] for row in rows), Cell()) for place in range(len(kinds))]
    return CostTable("EUR", list(kinds), rows, totals, sum(totals, Cell()))


def texts(chart: Any) -> list[list[str]]:
    return [[each.text for each in row] for row in chart.rows]


YEAR = table(
    [cell(100, 90), cell(20)],
    [cell(110, 90), cell(None, 30)],
    [cell(None, 90, 95), cell(None, 30, 5)],
)


def test_the_chart_of_a_year_is_frozen() -> None:
    chart = spend_chart(YEAR, "2026", TODAY, FORMATS)
    assert (chart.id, chart.kind, chart.title) == ("spend-eur", "spend", "Spend is €20 over budget")
    assert chart.subtitle == "euros, fiscal year 2026. €230 to February 2026, budget €210."
    assert chart.key == (("c1", "People"), ("c2", "Data"), ("fc", "Forecast"), ("pl", "Budget"))
    assert chart.data == {
        "locale": "en",
        "currency": "EUR",
        "fields": {
            "month": "month", "kind": "kind", "People": "k0", "Data": "k1", "together": "value", "budget": "plan",
        },
        "series": [{"name": "People", "member": "k0"}, {"name": "Data", "member": "k1"}],
        "rows": [
            {
                "month": "2026-01", "label": "Jan", "title": "January 2026", "kind": "actual",
                "k0": 100.0, "k1": 20.0, "value": 120.0, "plan": 90.0,
                "tip": ["Spent €120", "People €100", "Data €20", "Budget €90"],
            },
            {
                "month": "2026-02", "label": "Feb", "title": "February 2026", "kind": "actual",
                "k0": 110.0, "k1": None, "value": 110.0, "plan": 120.0,
                "tip": ["Spent €110", "People €110", "Budget €120"],
            },
            {
                "month": "2026-03", "label": "Mar", "title": "March 2026", "kind": "forecast",
                "k0": 95.0, "k1": 5.0, "value": 100.0, "plan": 120.0,
                "tip": ["Forecast €100", "People €95", "Data €5.00", "Budget €120"],
            },
        ],
    }  # fmt: skip


def test_the_table_beneath_says_the_same_with_the_gap_to_the_budget() -> None:
    assert texts(spend_chart(YEAR, "2026", TODAY, FORMATS)) == [
        ["January 2026", "€100", "€20", "€120", "€90", "+€30"],
        ["February 2026", "€110", "–", "€110", "€120", "−€10"],
        ["March 2026, forecast", "€95", "€5.00", "€100", "€120", "−€20"],
    ]


def test_a_past_month_without_a_cost_is_empty_and_takes_no_forecast() -> None:
    chart = spend_chart(table([cell(None, 90, 80), cell()], [cell(100), cell()]), "2026", TODAY, FORMATS)
    assert (chart.data["rows"][0]["kind"], chart.data["rows"][0]["value"]) == ("actual", None)


def test_a_month_with_actuals_shows_no_forecast_of_another_kind() -> None:
    chart = spend_chart(
        table([cell(), cell()], [cell(), cell()], [cell(70), cell(None, None, 40)]), "2026", TODAY, FORMATS
    )
    assert (chart.data["rows"][2]["k1"], chart.data["rows"][2]["value"]) == (None, 70.0)


def test_from_six_kinds_on_the_smallest_are_taken_together() -> None:
    kinds = ("A", "B", "C", "D", "E", "F")
    chart = spend_chart(table([cell(size) for size in (6, 1, 5, 2, 4, 3)], kinds=kinds), "2026", TODAY, FORMATS)
    assert [each["name"] for each in chart.data["series"]] == ["A", "C", "E", "F", "Other kinds"]
    assert chart.data["rows"][0]["k4"] == 3.0


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ([cell(None, 90)], "Nothing is spent yet"),
        ([cell(100)], "€100 is spent, without a budget to hold it against"),
        ([cell(1000, 1004)], "Spend is on budget"),
        ([cell(80, 100)], "Spend is €20 under budget"),
    ],
)
def test_the_title_says_where_spend_stands(cells: list[Cell], title: str) -> None:
    assert spend_chart(table(cells, kinds=["People"]), "2026", TODAY, FORMATS).title == title


def test_the_budget_of_months_ahead_is_not_held_against_what_is_spent() -> None:
    spent = spent_to_date(YEAR)
    assert (spent.amount, spent.budget, spent.until) == (230, 210, date(2026, 2, 1))
