"""Chances said against shares that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.charts.base import Cell, Chart, Key, titles
from web.formats import Formats

RELIABILITY_KEY: Key = (("wh", "80% range of what came"), ("ln pl", "Came as often as said"))


@dataclass(frozen=True)
class BandRow:
    """Forecasts of about the same chance: the chance said, the share that came with its range, and how many."""

    said: Decimal
    came: Decimal
    low: Decimal
    high: Decimal
    forecasts: int
    initiatives: int


def reliability_chart(rows: Sequence[BandRow], formats: Formats, *, title: str, subtitle: str) -> Chart:
    """Chance said against share that came; on the diagonal the two are the same."""
    cells = [_band_cells(row, formats) for row in rows]
    told = "; ".join(f"said {said.text}, came {came.text}" for said, came, *_ in cells)
    return Chart(
        id="reliability",
        kind="reliability",
        title=title,
        subtitle=subtitle,
        summary=f"{title}: {told}. The same figures are in the table below.",
        key=RELIABILITY_KEY,
        columns=(*titles("Chance said", "Share that came", "80% range", "Forecasts", "Initiatives"),),
        rows=tuple(cells),
        data={
            "locale": formats.locale.replace("_", "-"),
            "fields": {name: name for name in ("said", "came", "low", "high", "forecasts", "initiatives")},
            "rows": [
                {
                    "said": float(row.said),
                    "came": float(row.came),
                    "low": float(row.low),
                    "high": float(row.high),
                    "forecasts": row.forecasts,
                    "initiatives": row.initiatives,
                    "title": f"{row.forecasts} forecasts of {row.initiatives} initiatives",
                    "tip": [f"Said {said.text}", f"Came {came.text}", f"80% range {span.text}"],
                }
                for row, (said, came, span, *_) in zip(rows, cells, strict=True)
            ],
        },
    )


def _band_cells(row: BandRow, formats: Formats) -> tuple[Cell, ...]:
    return (
        Cell(formats.chance(row.said)),
        Cell(formats.percent(row.came)),
        Cell(f"{formats.percent(row.low)} to {formats.percent(row.high)}"),
        Cell(formats.number(row.forecasts)),
        Cell(formats.number(row.initiatives)),
    )
