"""Series of the sample: straight lines between months, with a small fixed unevenness."""

from collections.abc import Iterator
from decimal import Decimal

from config.sample.definitions import Segments

# One year of deviations that sum to about zero; each series starts at its own place.
UNEVEN = (0.2, 0.7, -0.5, 1.0, -0.8, 0.3, -1.0, 0.6, -0.3, 0.8, -0.7, -0.2)
SPREAD_OF_COSTS = 0.03
LARGEST_STEP = 10


def months_of(segments: Segments, every: int = 1) -> dict[int, float]:
    """Value of every month: [from, to, value] or [from, to, first, last] on a straight line."""
    values: dict[int, float] = {}
    for segment in segments:
        first, last, start = int(segment[0]), int(segment[1]), float(segment[2])
        end = float(segment[3]) if len(segment) > 3 else start
        for month in range(first, last + 1, every):
            share = (month - first) / (last - first) if last > first else 0.0
            values[month] = start + (end - start) * share
    return values


def unevenness(label: str, step: int) -> float:
    """A deviation between -1 and 1, the same each time for the same label and step."""
    return UNEVEN[(sum(label.encode()) + step) % len(UNEVEN)]


def money(value: float) -> Decimal:
    """An amount rounded to tens."""
    return Decimal(round(value / LARGEST_STEP) * LARGEST_STEP)


def spent(segments: Segments, label: str) -> Iterator[tuple[int, Decimal]]:
    """Amounts as booked month by month up to the last closed month: near the line, not on it."""
    for month, value in months_of(segments).items():
        if month < 0:
            yield month, money(value * (1 + SPREAD_OF_COSTS * unevenness(label, month)))


def number(value: float, digits: int) -> Decimal:
    """A reading with so many digits after the point."""
    return Decimal(str(round(value, digits))) if digits else Decimal(round(value))
