"""What was forecast of an initiative month by month, and what came of it."""

from dataclasses import dataclass
from datetime import date

from metrics.models import RiskForecast
from portfolio.models import Initiative
from web.formats import Formats

MOST = 36
WIDTH, HEIGHT = 96.0, 28.0
CAME = {"failed": "Given up", "held": "Not given up", "censored": "Out of sight before"}
ENDED_BEFORE = "Had ended by then"


@dataclass(frozen=True)
class Dot:
    """The last point of a strip."""

    x: str
    y: str


@dataclass(frozen=True)
class Strip:
    """The chances as a small line from 0 to 100 % (components/kpi_strip.html)."""

    points: str
    last: Dot
    summary: str
    baseline: str = ""
    target: str = ""


@dataclass(frozen=True)
class ForecastLine:
    """One stored forecast of being given up within 12 months, beside the base rate of its day and its outcome."""

    month: str
    chance: str
    range: str
    base_rate: str
    resolves: str
    came: str


@dataclass(frozen=True)
class Course:
    """The stored forecasts, newest first; `words` counts those whose date has come."""

    strip: Strip | None
    lines: tuple[ForecastLine, ...]
    words: str


def course_of(initiative: Initiative, through: date | None, formats: Formats) -> Course | None:
    """The forecasts made up to `through`, or all, in one query; None where there are none."""
    rows = RiskForecast.objects.filter(initiative=initiative).select_related("outcome").order_by("-month")
    if through is not None:
        rows = rows.filter(made_on__lte=through)
    found = list(rows[:MOST])
    if not found:
        return None
    lines = tuple(_line(row, through, formats) for row in found)
    resolved = sum(bool(line.came) for line in lines)
    strip = _strip(found[::-1], formats) if len(found) > 1 else None
    return Course(strip, lines, f"{resolved} of {len(lines)} have come due.")


def _line(row: RiskForecast, through: date | None, formats: Formats) -> ForecastLine:
    return ForecastLine(
        month=formats.month(row.month),
        chance=formats.chance(row.value),
        range=f"{formats.chance(row.low)} to {formats.chance(row.high)}",
        base_rate=formats.chance(row.base_rate),
        resolves=formats.day(row.resolves_on),
        came=_came(row, through),
    )


def _came(row: RiskForecast, through: date | None) -> str:
    """What came of it; empty before its date, also on a page of a day before that."""
    outcome = getattr(row, "outcome", None)
    if outcome is None or (through is not None and outcome.resolved_on > through):
        return ""
    if outcome.ended_on is not None and outcome.ended_on <= row.made_on:
        return ENDED_BEFORE
    return CAME[outcome.outcome] + (", by its silence" if outcome.inferred else "")


def _strip(rows: list[RiskForecast], formats: Formats) -> Strip:
    steps = max(len(rows) - 1, 1)
    places = [(WIDTH * step / steps, HEIGHT * (1 - row.value)) for step, row in enumerate(rows)]
    first, last = rows[0], rows[-1]
    summary = f"From {formats.chance(first.value)} in {formats.month(first.month)} to {formats.chance(last.value)} now"
    dot = Dot(f"{places[-1][0]:.1f}", f"{places[-1][1]:.1f}")
    return Strip(" ".join(f"{x:.1f},{y:.1f}" for x, y in places), dot, summary)
