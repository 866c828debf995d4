"""Where ranges, points and reference lines lie: percentages as text, for SVG attributes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from metrics.contexts.figures import Shown
from web.formats import Formats

STEPS = tuple(Decimal(step) for step in ("0.05", "0.1", "0.25", "0.5", "1", "2", "5", "10"))
MOST_TICKS = 4
WORST_ROI = Decimal("-1")
WIDEST_ROI = Decimal("4")
EDGE = Decimal("0.08")
NEAR = Decimal("0.16")
LOWER_LINE, LOWEST_LINE, UPPER_LINE = 66, 82, 12


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    at: str
    label: str


@dataclass(frozen=True)
class Axis:
    """A ratio axis that several rows share; values outside are drawn at its end."""

    low: Decimal
    high: Decimal
    ticks: tuple[Tick, ...] = ()

    def share(self, value: Decimal) -> Decimal:
        """The place of a value between the ends, 0 to 1."""
        return min(max((value - self.low) / (self.high - self.low), Decimal(0)), Decimal(1))

    def at(self, value: Decimal) -> str:
        """The place as an SVG percentage."""
        return f"{self.share(value) * 100:.1f}%"

    def width(self, low: Decimal, high: Decimal) -> str:
        """The distance between two places as an SVG percentage."""
        return f"{(self.share(high) - self.share(low)) * 100:.1f}%"


@dataclass(frozen=True)
class Band:
    """A range on an axis."""

    at: str
    width: str


@dataclass(frozen=True)
class Interval:
    """One row's range (components/interval.html)."""

    tone: str
    zero: str
    hurdle: str
    point: str
    band: Band | None
    beyond: str
    summary: str


@dataclass(frozen=True)
class Mark:
    """A labelled mark on the large track."""

    at: str
    label: str
    anchor: str
    y: int


@dataclass(frozen=True)
class Track:
    """The large range against hurdle and plan (components/range_track.html)."""

    title: str
    caption: str
    summary: str
    interval: Band | None
    point: Mark | None
    hurdle: Mark | None
    plan: Mark | None


def axis_for(values: Iterable[Decimal | None], formats: Formats) -> Axis:
    """An axis that holds zero and all values, at most 400 % wide, with round ticks."""
    known = [min(max(value, WORST_ROI), WIDEST_ROI) for value in values if value is not None]
    low, high = min([*known, Decimal(0)]), max([*known, Decimal("0.5")])
    step = next((step for step in STEPS if (high - low) / step <= MOST_TICKS), STEPS[-1])
    low = (low / step).to_integral_value(ROUND_FLOOR) * step - step / 4
    high = (high / step).to_integral_value(ROUND_CEILING) * step + step / 4
    axis = Axis(low, high)
    first = (low / step).to_integral_value(ROUND_CEILING)
    count = int((high - first * step) / step)
    marks = [(first + index) * step for index in range(count + 1)]
    return Axis(low, high, tuple(Tick(axis.at(mark), formats.percent(mark)) for mark in marks))


def interval(axis: Axis, figure: Shown, *, hurdle: Decimal | None, tone: str, what: str = "ROI forecast") -> Interval:
    """A row's range and point on the shared axis; without a value only the reference lines."""
    value = figure.value
    summary = f"{what} {figure.text}. {figure.range}".strip() if figure.is_known else figure.text
    return Interval(
        tone=tone,
        zero=axis.at(Decimal(0)),
        hurdle="" if hurdle is None else axis.at(hurdle),
        point="" if value is None else axis.at(value),
        band=_band(axis, figure),
        beyond=_beyond(axis, value),
        summary=summary,
    )


def track(
    title: str, figure: Shown, formats: Formats, *, hurdle: Decimal | None, plan: Decimal | None, caption: str
) -> Track:
    """A figure's range with hurdle and plan; neighbours' labels move to their own line."""
    axis = axis_for([figure.value, figure.low, figure.high, hurdle, plan], formats)
    is_crowded = hurdle is not None and plan is not None and abs(axis.share(hurdle) - axis.share(plan)) < NEAR * 2
    references = [("hurdle", hurdle), ("plan", plan)]
    words = ", ".join(f"{name} {formats.percent(value)}" for name, value in references if value is not None)
    return Track(
        title=title,
        caption=caption,
        summary=f"{title}: {figure.text} {figure.range}".strip() + (f"; {words}" if words else ""),
        interval=_band(axis, figure),
        point=None if figure.value is None else _mark(axis, figure.value, figure.text, UPPER_LINE),
        hurdle=None if hurdle is None else _mark(axis, hurdle, f"Hurdle {formats.percent(hurdle)}", LOWER_LINE),
        plan=None
        if plan is None
        else _mark(axis, plan, f"Plan {formats.percent(plan)}", LOWEST_LINE if is_crowded else LOWER_LINE),
    )


def _band(axis: Axis, figure: Shown) -> Band | None:
    if figure.low is None or figure.high is None:
        return None
    return Band(axis.at(figure.low), axis.width(figure.low, figure.high))


def _beyond(axis: Axis, value: Decimal | None) -> str:
    if value is None or axis.low <= value <= axis.high:
        return ""
    return "left" if value < axis.low else "right"


def _mark(axis: Axis, value: Decimal, label: str, y: int) -> Mark:
    share = axis.share(value)
    anchor = "start" if share < EDGE else "end" if share > 1 - EDGE else "middle"
    return Mark(axis.at(value), label, anchor, y)
