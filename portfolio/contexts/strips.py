"""The last readings of a KPI as a small line in a box of 96 × 28."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, MARGIN = 96, 28, 3


@dataclass(frozen=True)
class Point:
    """A place in the box."""

    x: str
    y: str


@dataclass(frozen=True)
class Strip:
    """What the component kpi_strip.html draws; places are SVG numbers."""

    points: str
    last: Point
    baseline: str | None
    target: str | None
    summary: str


def strip(values: Sequence[Decimal], baseline: Decimal | None, target: Decimal | None, summary: str) -> Strip | None:
    """The line of two or more values, on one scale with baseline and target; fewer values make no line."""
    if len(values) < 2:
        return None
    shown = [*values, *(one for one in (baseline, target) if one is not None)]
    low, high = min(shown), max(shown)

    def place(value: Decimal) -> str:
        share = float((value - low) / (high - low)) if high > low else 0.5
        return f"{HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN):.1f}"

    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    points = [Point(f"{MARGIN + index * step:.1f}", place(value)) for index, value in enumerate(values)]
    return Strip(
        points=" ".join(f"{point.x},{point.y}" for point in points),
        last=points[-1],
        baseline=None if baseline is None else place(baseline),
        target=None if target is None else place(target),
        summary=summary,
    )
