"""Charts and their tables come from the same rows."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from metrics.charts import (
    BandRow,
    Chart,
    Event,
    GapRow,
    KpiSeries,
    MonthRow,
    Step,
    WeighedRow,
    bridge_chart,
    cumulative_chart,
    gap_chart,
    kpi_chart,
    months_chart,
    months_of,
    reliability_chart,
    weighed_chart,
)
from web.formats import Formats

FORMATS = Formats()
GOLDENS = Path(__file__).parent.parent / "goldens"
APRIL = {"month": "2026-04", "kind": "actual", "net": "30000.00", "plan_net": "0.00"}


def rows(*nets: int | None) -> list[MonthRow]:
    """Months from January with these values; the first is closed."""
    return [
        MonthRow(date(2026, month, 1), month == 1, None if net is None else Decimal(net), Decimal(10))
        for month, net in enumerate(nets, start=1)
    ]


def charts() -> list[Chart]:
    """One of each kind, of fixed numbers."""
    said = {"title": "A title", "subtitle": "US dollars"}
    ranged = [*rows(5, 7), MonthRow(date(2026, 3, 1), False, Decimal(9), None, Decimal(2), Decimal(20))]
    band = {date(2026, 3, 1): (Decimal(-4), Decimal(30))}
    series = KpiSeries(
        "Handle time", "min",
        {date(2026, 1, 31): Decimal(14), date(2026, 2, 28): Decimal(12)}, {date(2026, 2, 28): Decimal("13.5")},
        Decimal(14), Decimal(10),
    )  # fmt: skip
    bands = [BandRow(Decimal("0.2"), Decimal("0.25"), Decimal("0.1"), Decimal("0.4"), 12, 5)]
    weighed = WeighedRow("Claims", Decimal("0.3"), Decimal(900), None, Decimal(270), "warn", "Uncertain")
    steps = [Step("Plan", Decimal(10), "plan", is_total=True), Step("Delay", Decimal(-4), "actual")]
    return [
        months_chart(ranged, "USD", FORMATS, **said),
        cumulative_chart(ranged, "USD", FORMATS, **said, events=[Event(date(2026, 2, 9), "went live")], band=band),
        bridge_chart(steps, "USD", FORMATS, **said),
        gap_chart([GapRow(1, "Down", Decimal(1), Decimal(8))], "USD", FORMATS, **said),
        kpi_chart(series, FORMATS, chart_id="kpi-1", **said),
        reliability_chart(bands, FORMATS, **said),
        weighed_chart([weighed], "USD", FORMATS, **said),
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


def test_from_an_unknown_month_on_nothing_is_added_up() -> None:
    chart = cumulative_chart(rows(5, None, 7), "USD", FORMATS, title="Added up", subtitle="")
    assert [row["value"] for row in chart.data["rows"]] == [5, None, None]


def test_events_are_flagged_once_a_month_in_the_order_of_time_and_told_below() -> None:
    events = [Event(date(2026, 2, 9), "went live"), Event(date(2026, 2, 1), "pilot"), Event(date(2020, 1, 1), "idea")]
    chart = cumulative_chart(rows(5, 7), "USD", FORMATS, title="Added up", subtitle="", events=events)
    assert chart.data["flags"] == [{"at": 1, "number": "1"}]
    assert chart.notes == (("1", "Feb 1, 2026: pilot; Feb 9, 2026: went live"),)


def test_steps_of_a_bridge_stand_on_the_level_that_the_one_before_reached() -> None:
    steps = [
        Step("Plan", Decimal(10), "plan", is_total=True),
        Step("Delay", Decimal(-14), "actual"),
        Step("Forecast", Decimal(-4), "forecast", is_total=True),
    ]
    chart = bridge_chart(steps, "USD", FORMATS, title="Under plan", subtitle="")
    assert [(row["start"], row["end"]) for row in chart.data["rows"]] == [(0, 10), (10, -4), (0, -4)]


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.kind)
def test_every_member_that_the_csv_names_is_in_every_row(chart: Chart) -> None:
    missing = [(name, row) for row in chart.data["rows"] for name in chart.data["fields"].values() if name not in row]
    assert missing == []


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.kind)
def test_what_a_chart_draws_and_says_is_as_agreed(chart: Chart) -> None:
    """A missing file is written, to be read by a person before it is kept."""
    path = GOLDENS / f"chart-{chart.kind}.json"
    said = json.dumps(asdict(chart), indent=1, ensure_ascii=False) + "\n"
    if not path.exists():
        path.write_text(said, encoding="utf-8")
        pytest.fail(f"{path} was missing and has been written: read it, then keep it.")
    assert json.loads(said) == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.kind)
def test_a_chart_says_its_numbers_in_one_sentence_and_draws_at_most_200_points(chart: Chart) -> None:
    assert chart.summary.startswith(chart.title)
    assert any(digit.isdigit() for digit in chart.summary)
    assert len(chart.data["rows"]) <= 200


def test_the_largest_shortfall_stands_first_and_the_summary_tells_all() -> None:
    gaps = [GapRow(1, "Up", Decimal(9), Decimal(2)), GapRow(2, "Down", Decimal(1), Decimal(8))]
    chart = gap_chart(gaps, "USD", FORMATS, title="Gap", subtitle="")
    assert texts(chart)[0][0] == "Down"
    assert chart.summary == "Gap: Down −$7.00; Up +$7.00."
