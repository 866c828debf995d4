"""Forecast less plan of initiatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.charts.base import Cell, Chart, Column, money, short, titles
from web.formats import Formats

TITLES = ("Forecast", "Plan", "Gap")


@dataclass(frozen=True)
class GapRow:
    """An initiative's forecast and plan of the year."""

    initiative_id: int
    name: str
    forecast: Decimal
    plan: Decimal

    @property
    def gap(self) -> Decimal:
        """Forecast less plan."""
        return self.forecast - self.plan


def gap_chart(rows: Sequence[GapRow], currency: str, formats: Formats, *, title: str, subtitle: str) -> Chart:
    """Forecast less plan of each initiative, the largest shortfall first."""
    ordered = sorted(rows, key=lambda row: row.gap)
    texts = [formats.money(row.gap, currency, signed=True) for row in ordered]
    cells = [_gap_cells(row, currency, formats) for row in ordered]
    return Chart(
        id="gap",
        kind="gap",
        title=title,
        subtitle=subtitle,
        summary=f"{title}: " + "; ".join(f"{row.name} {text}" for row, text in zip(ordered, texts, strict=True)) + ".",
        key=(),
        columns=(Column("Initiative", False), *titles("Forecast", "Plan", "Gap")),
        rows=tuple(cells),
        data={
            "fields": {"initiative": "title", "forecast": "forecast", "plan": "plan", "gap": "value"},
            "rows": [
                {
                    "label": short(row.name),
                    "title": row.name,
                    "value": float(row.gap),
                    "forecast": float(row.forecast),
                    "plan": float(row.plan),
                    "text": text,
                    "tip": [f"{word} {cell.text}" for word, cell in zip(TITLES, told[1:], strict=True)],
                }
                for row, text, told in zip(ordered, texts, cells, strict=True)
            ],
        },
        height="tall" if len(rows) > 6 else "small",
    )


def _gap_cells(row: GapRow, currency: str, formats: Formats) -> tuple[Cell, ...]:
    return (
        Cell(row.name, False),
        Cell(money(row.forecast, currency, formats)),
        Cell(money(row.plan, currency, formats)),
        Cell(money(row.gap, currency, formats, signed=True)),
    )
