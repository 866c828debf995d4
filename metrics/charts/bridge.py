"""From the plan over the forecast to what is realised: what makes up the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.charts.base import Cell, Chart, Column, Key, money, titles
from web.formats import Form, Formats

BRIDGE_KEY: Key = (
    ("pl", "Plan"),
    ("fc", "Forecast"),
    ("ac", "Realised"),
    ("up", "▲ more than planned"),
    ("down", "▼ less"),
)


@dataclass(frozen=True)
class Step:
    """A bar of the bridge.

    Args:
        amount: where a total stands, or by how much a step goes up or down.
        kind: plan, forecast or actual.
        is_total: whether it stands on zero.
        is_neutral: whether it is neither better nor worse than planned, as what is still to come.
    """

    label: str
    amount: Decimal
    kind: str
    is_total: bool = False
    is_neutral: bool = False


def bridge_chart(steps: Sequence[Step], currency: str, formats: Formats, *, title: str, subtitle: str) -> Chart:
    """Floating bars from one total to the next; the steps between two totals add up to their difference."""
    spans = _spans(steps)
    texts = [formats.money(step.amount, currency, Form.SHORT, signed=not step.is_total) for step in steps]
    told = "; ".join(f"{step.label} {text}" for step, text in zip(steps, texts, strict=True))
    return Chart(
        id="bridge",
        kind="bridge",
        title=title,
        subtitle=subtitle,
        summary=f"{title}: {told}.",
        key=BRIDGE_KEY,
        columns=(Column("Step", False), Column("Rests on", False), *titles("Amount", "Running total")),
        rows=tuple(_cells(step, end, currency, formats) for step, (_, end) in zip(steps, spans, strict=True)),
        data={
            "locale": formats.locale.replace("_", "-"),
            "currency": currency,
            "fields": {"step": "title", "rests_on": "kind", "amount": "amount", "running_total": "end"},
            "rows": [
                {
                    "title": step.label,
                    "kind": step.kind,
                    "total": step.is_total,
                    "neutral": step.is_neutral,
                    "amount": float(step.amount),
                    "start": float(start),
                    "end": float(end),
                    "text": text,
                    "tip": [text, f"Running total {money(end, currency, formats)}"],
                }
                for step, (start, end), text in zip(steps, spans, texts, strict=True)
            ],
        },
    )


def _spans(steps: Sequence[Step]) -> list[tuple[Decimal, Decimal]]:
    """Where each bar begins and ends."""
    level, found = Decimal(0), list[tuple[Decimal, Decimal]]()
    for step in steps:
        start = Decimal(0) if step.is_total else level
        level = start + step.amount
        found.append((start, level))
    return found


def _cells(step: Step, end: Decimal, currency: str, formats: Formats) -> tuple[Cell, ...]:
    return (
        Cell(step.label, False),
        Cell(step.kind.capitalize(), False),
        Cell(money(step.amount, currency, formats, signed=not step.is_total)),
        Cell(money(end, currency, formats)),
    )
