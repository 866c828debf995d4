"""Stored figures → what a chart draws and what its table says, from the same numbers; one file per chart."""

from metrics.charts.added import Event, cumulative_chart
from metrics.charts.base import DASH, Cell, Chart, Column, Key, currency_name
from metrics.charts.bridge import Step, bridge_chart
from metrics.charts.gaps import GapRow, gap_chart
from metrics.charts.kpis import KpiSeries, kpi_chart
from metrics.charts.months import MonthRow, months_chart, months_of
from metrics.charts.reliability import BandRow, reliability_chart
from metrics.charts.weighed import WeighedRow, weighed_chart

__all__ = [
    "DASH",
    "BandRow",
    "Cell",
    "Chart",
    "Column",
    "Event",
    "GapRow",
    "Key",
    "KpiSeries",
    "MonthRow",
    "Step",
    "WeighedRow",
    "bridge_chart",
    "cumulative_chart",
    "currency_name",
    "gap_chart",
    "kpi_chart",
    "months_chart",
    "months_of",
    "reliability_chart",
    "weighed_chart",
]
