"""Stored figures → what a chart draws and what its table says, from the same numbers; one file per chart."""

from metrics.charts.base import DASH, Cell, Chart, Column, Key, currency_name
from metrics.charts.gaps import GapRow, gap_chart
from metrics.charts.months import Flag, MonthRow, cumulative_chart, months_chart, months_of
from metrics.charts.reliability import BandRow, reliability_chart
from metrics.charts.weighed import WeighedRow, weighed_chart

__all__ = [
    "DASH",
    "BandRow",
    "Cell",
    "Chart",
    "Column",
    "Flag",
    "GapRow",
    "Key",
    "MonthRow",
    "WeighedRow",
    "cumulative_chart",
    "currency_name",
    "gap_chart",
    "months_chart",
    "months_of",
    "reliability_chart",
    "weighed_chart",
]
