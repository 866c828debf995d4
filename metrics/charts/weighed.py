"""Chance against value."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.charts.base import Cell, Chart, Column, Key, money, number, short, titles
from web.formats import Formats

LABELLED = 5
WEIGHED_TITLES = ("Given up in 12 months", "Benefit to come", "Spend to come", "Value at risk")
SHAPE_KEY: Key = (
    ("tri", "Unlikely to clear its hurdle"),
    ("dia", "Uncertain"),
    ("cir", "Likely"),
    ("ring", "Cannot tell"),
)


@dataclass(frozen=True)
class WeighedRow:
    """An initiative before production: its chance of being given up against what hangs on it.

    Args:
        chance: of being given up within 12 months.
        benefit: still to come.
        spend: still to come; None where it is not known.
        at_risk: chance of never reaching production × benefit.
        tone: of its status, which decides the shape.
        status: its word.
    """

    name: str
    chance: Decimal
    benefit: Decimal
    spend: Decimal | None
    at_risk: Decimal | None
    tone: str
    status: str


def weighed_chart(rows: Sequence[WeighedRow], currency: str, formats: Formats, *, title: str, subtitle: str) -> Chart:
    """Chance against value, a mark for each initiative; those with most at risk are named."""
    largest = max((row.spend for row in rows if row.spend is not None), default=None)
    cells = [_weighed_cells(row, currency, formats) for row in rows]
    named = [row.name for row in rows[:LABELLED]]
    return Chart(
        id="weighed",
        kind="weighed",
        title=title,
        subtitle=subtitle,
        summary=f"{title}. {len(rows)} initiatives; most is at risk in {', '.join(named)}. "
        "The same figures are in the table below.",
        key=SHAPE_KEY,
        columns=(Column("Initiative", False), Column("Status", False), *titles(*WEIGHED_TITLES)),
        rows=tuple(cells),
        data={
            "locale": formats.locale.replace("_", "-"),
            "currency": currency,
            "fields": {
                "initiative": "title",
                "status": "status",
                "given_up_in_12_months": "x",
                "benefit_to_come": "y",
                "spend_to_come": "spend",
                "value_at_risk": "at_risk",
            },
            "rows": [
                {
                    "title": row.name,
                    "label": short(row.name) if place < LABELLED else "",
                    "x": float(row.chance),
                    "y": float(row.benefit),
                    "area": float(row.spend / largest) if row.spend and largest else 0,
                    "spend": number(row.spend),
                    "at_risk": number(row.at_risk),
                    "status": row.status,
                    "tone": row.tone,
                    "tip": [f"{word} {cell.text}" for word, cell in zip(WEIGHED_TITLES, told[2:], strict=True)],
                }
                for place, (row, told) in enumerate(zip(rows, cells, strict=True))
            ],
        },
        height="tall",
    )


def _weighed_cells(row: WeighedRow, currency: str, formats: Formats) -> tuple[Cell, ...]:
    return (
        Cell(row.name, False),
        Cell(row.status, False),
        Cell(formats.chance(row.chance)),
        Cell(money(row.benefit, currency, formats)),
        Cell(money(row.spend, currency, formats)),
        Cell(money(row.at_risk, currency, formats)),
    )
