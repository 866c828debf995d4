"""How wide the outcomes spread: twenty equally likely ones as dots on an axis against the hurdle."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from metrics.contexts.marks import Axis, Tick, axis_for
from metrics.models import Snapshot
from web.formats import Formats

COUNT = 20
FACTS = (
    ("1 in 10 is below", Decimal("0.1")),
    ("Half are below", Decimal("0.5")),
    ("1 in 10 is above", Decimal("0.9")),
)
APART = Decimal("0.04")
RADIUS, STEP, FOOT, HEAD = 7, 14, 24, 20


@dataclass(frozen=True)
class Dot:
    """One outcome; `tone` is crit below the hurdle."""

    x: str
    y: int
    tone: str


@dataclass(frozen=True)
class DotStrip:
    """What components/dots.html draws, and its sentence and table."""

    words: str
    summary: str
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    hurdle: str
    hurdle_label: str
    height: int
    foot: int
    rows: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str, str], ...]


def dots_of(snapshot: Snapshot, formats: Formats) -> DotStrip | None:
    """The return over the horizon in twenty outcomes; None where it has none or nothing is uncertain."""
    outlook = snapshot.outlook
    stored = outlook.get("quantiles", {}).get("roi")
    if not stored or stored[0] == stored[-1]:
        return None
    levels = [Decimal(str(level)) for level in outlook["levels"]]
    values = [Decimal(value) for value in stored]
    outcomes = [_at(Decimal(2 * place + 1) / (2 * COUNT), levels, values) for place in range(COUNT)]
    held = snapshot.figures["hurdle"]["value"]
    hurdle = None if held is None else Decimal(held)
    axis = axis_for([*outcomes, hurdle], formats)
    places = _stacked(outcomes, axis)
    top = HEAD + STEP * (max(level for _, level in places) + 1)
    words = _words(outcomes, hurdle, formats)
    return DotStrip(
        words=words,
        summary=f"{words}. From {formats.percent(outcomes[0])} to {formats.percent(outcomes[-1])}.",
        dots=tuple(
            Dot(f"{x * 100:.1f}%", top - STEP * level - RADIUS, _tone(value, hurdle))
            for value, (x, level) in zip(outcomes, places, strict=True)
        ),
        ticks=axis.ticks,
        hurdle="" if hurdle is None else axis.at(hurdle),
        hurdle_label="" if hurdle is None else f"Hurdle {formats.percent(hurdle)}",
        height=top + FOOT,
        foot=top + 1,
        rows=tuple(
            (formats.percent(level), formats.percent(value)) for level, value in zip(levels, values, strict=True)
        ),
        facts=_facts(snapshot, levels, values, formats),
    )


def _facts(
    snapshot: Snapshot, levels: Sequence[Decimal], values: Sequence[Decimal], formats: Formats
) -> tuple[tuple[str, str, str], ...]:
    """The two ends of the range and the middle: label, return and net."""
    nets = [Decimal(value) for value in snapshot.outlook["quantiles"]["net"]]
    return tuple(
        (label, formats.percent(values[place]), f"{formats.money(nets[place], snapshot.currency)} net")
        for label, level in FACTS
        for place in [levels.index(level)]
    )


def _words(outcomes: Sequence[Decimal], hurdle: Decimal | None, formats: Formats) -> str:
    """How many dots lie below the hurdle, or below zero where none is set."""
    below = sum(value < (hurdle or 0) for value in outcomes)
    line = "below zero" if hurdle is None else f"below the {formats.percent(hurdle)} hurdle"
    count = f"All {COUNT}" if below == COUNT else f"None of {COUNT}" if not below else f"{below} of {COUNT}"
    return f"{count} dots {'is' if below == 1 else 'are'} {line}"


def _at(level: Decimal, levels: Sequence[Decimal], values: Sequence[Decimal]) -> Decimal:
    """The outcome at a level, in a straight line between the kept ones."""
    for (low, start), (high, end) in pairwise(zip(levels, values, strict=True)):
        if low <= level <= high:
            return start + (end - start) * (level - low) / (high - low)
    return values[0] if level < levels[0] else values[-1]


def _stacked(outcomes: Sequence[Decimal], axis: Axis) -> list[tuple[Decimal, int]]:
    """The place of each dot, and the lowest row on which it touches no other."""
    last: list[Decimal] = []
    found = []
    for value in outcomes:
        x = axis.share(value)
        level = next((row for row, before in enumerate(last) if x - before >= APART), len(last))
        last[level : level + 1] = [x]
        found.append((x, level))
    return found


def _tone(value: Decimal, hurdle: Decimal | None) -> str:
    return "crit" if value < (hurdle or 0) else ""
