"""One KPI: what was read, what would have been read without the initiative, baseline and target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.charts.base import DASH, Cell, Chart, Column, Key, number, titles
from metrics.charts.months import MOST_POINTS
from web.formats import Formats

KPI_KEY: Key = (
    ("dot", "Reading"),
    ("dot open", "Without it"),
    ("ln base", "Baseline"),
    ("ln target", "Target"),
)


@dataclass(frozen=True)
class KpiSeries:
    """What is drawn of a KPI; `without` are the readings expected without the initiative (the counterfactual)."""

    name: str
    unit: str
    readings: Mapping[date, Decimal]
    without: Mapping[date, Decimal]
    baseline: Decimal | None
    target: Decimal | None


def kpi_chart(series: KpiSeries, formats: Formats, *, chart_id: str, title: str, subtitle: str) -> Chart:
    """Readings against baseline, target and what was expected without the initiative."""
    days = sorted({*series.readings, *series.without})[-MOST_POINTS:]

    def written(value: Decimal | None) -> str:
        return DASH if value is None else formats.quantity(value)

    pairs = [(day, series.readings.get(day), series.without.get(day)) for day in days]
    has_without = bool(series.without)
    held = [True, has_without, series.baseline is not None, series.target is not None]
    return Chart(
        id=chart_id,
        kind="kpi",
        title=title,
        subtitle=subtitle,
        summary=f"{title}. {_span(series, formats)} The same figures are in the table below.",
        key=tuple(mark for mark, is_held in zip(KPI_KEY, held, strict=True) if is_held),
        columns=(Column("Date", False), *titles("Reading", *(["Without it"] if has_without else []))),
        rows=tuple(
            (Cell(formats.day(day), False), Cell(written(read)), *([Cell(written(other))] if has_without else []))
            for day, read, other in pairs
        ),
        data={
            "locale": formats.locale.replace("_", "-"),
            "fields": {
                "on": "on",
                "reading": "value",
                "without_it": "without",
                "baseline": "baseline",
                "target": "target",
            },
            "rows": [
                {
                    "on": day.isoformat(),
                    "label": f"{formats.month(day, short=True)} {day:%y}",
                    "title": formats.day(day),
                    "value": number(read),
                    "without": number(other),
                    "baseline": number(series.baseline),
                    "target": number(series.target),
                    "tip": [
                        f"Reading {written(read)}",
                        *([f"Without it {written(other)}"] if other is not None else []),
                    ],
                }
                for day, read, other in pairs
            ],
        },
        height="small",
    )


def _span(series: KpiSeries, formats: Formats) -> str:
    """The first and the last reading, baseline and target in a sentence."""
    if not series.readings:
        return "Nothing is read yet."
    first, last = min(series.readings), max(series.readings)
    ends = " ".join(
        f"{word} {formats.quantity(series.readings[day])} {series.unit} on {formats.day(day)}".replace("  ", " ")
        for word, day in (("From", first), ("to", last))
    )
    named = (("baseline", series.baseline), ("target", series.target))
    lines = "".join(f", {word} {formats.quantity(value)}" for word, value in named if value is not None)
    return f"{ends}{lines}."
