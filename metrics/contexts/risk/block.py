"""The three chances of failure and what moves them, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.figures import NOT_YET, Shown, shown
from metrics.contexts.marks import Axis, Interval, interval
from metrics.contexts.risk.words import BASE_RATE_ONLY, REFERENCE_CLASS, STATUS_WORDS
from metrics.contexts.words import CAUSE_WORDS
from metrics.core.reasons import Reason
from portfolio.choices import Cause
from web.formats import Formats

CHANCES = (
    ("never_in_production", "Never reaches production"),
    ("abandoned_12m", "Given up within 12 months"),
    ("misses_roi", "Misses its ROI"),
)
BASED = "never_in_production"
OVER: Mapping[str, str] = {
    Reason.ALREADY_IN_PRODUCTION: "It has reached production, so the first two are over: it can no longer fail to get "
    "there. What remains is whether it earns what it must.",
    Reason.ENDED: "It has ended, so nothing of this is open any more.",
}
AXIS = Axis(Decimal(0), Decimal(1))


@dataclass(frozen=True)
class Chance:
    """One of the three chances, with its place on an axis from 0 to 100 %."""

    label: str
    figure: Shown
    interval: Interval


@dataclass(frozen=True)
class Contribution:
    """What one cause adds, as a bar: `width` is an SVG percentage of the longest."""

    cause: str
    label: str
    text: str
    range: str
    own: str
    width: str
    is_worse: bool


@dataclass(frozen=True)
class ShownRisk:
    """The risk block of an initiative."""

    chances: tuple[Chance, ...]
    contributions: tuple[Contribution, ...]
    note: str
    status: str
    own_cases: str
    base_rate: Shown
    over: str
    value_at_risk: Shown
    is_base_rate_only: bool
    is_checklist: bool


def risk_of(stored: Mapping[str, Any], formats: Formats) -> ShownRisk:
    """The stored risk of a snapshot in words."""
    status, base = stored.get("status", ""), shown(stored.get("base_rate"), formats)
    return ShownRisk(
        chances=tuple(_chance(name, label, stored, base.value, formats) for name, label in CHANCES),
        contributions=contributions_of(stored, formats),
        note=stored.get("note", ""),
        status=STATUS_WORDS.get(status, ""),
        own_cases=_own_cases(stored.get("closed_cases", 0), stored.get("inferred_cases", 0)),
        base_rate=base,
        over=OVER.get((stored.get("never_in_production") or {}).get("reason") or "", ""),
        value_at_risk=shown(stored["value_at_risk"], formats) if "value_at_risk" in stored else NOT_YET,
        is_base_rate_only=status == BASE_RATE_ONLY,
        is_checklist=status == REFERENCE_CLASS,
    )


def _chance(name: str, label: str, stored: Mapping[str, Any], base: Decimal | None, formats: Formats) -> Chance:
    """A chance on the axis; the base rate is a line through that of never reaching production, which it is about."""
    figure = shown(stored.get(name), formats)
    return Chance(label, figure, interval(AXIS, figure, hurdle=base if name == BASED else None, tone="", what=label))


def _own_cases(closed: int, inferred: int) -> str:
    if not closed:
        return "None of your own initiatives has reached production or been abandoned yet."
    silent = f", {inferred} of them counted as abandoned after 12 months without any record" if inferred else ""
    return f"Closed cases of your own: {closed}{silent}."


def contributions_of(stored: Mapping[str, Any], formats: Formats) -> tuple[Contribution, ...]:
    """What each scored cause adds, by the stored risk of a snapshot."""
    parts: Sequence[Mapping[str, Any]] = stored.get("contributions", ())
    longest = max((abs(Decimal(each["points"])) for each in parts), default=Decimal(1)) or Decimal(1)
    return tuple(_contribution(each, longest, formats) for each in parts)


def _contribution(stored: Mapping[str, Any], longest: Decimal, formats: Formats) -> Contribution:
    points = Decimal(stored["points"])
    low, high = (formats.number(stored[end], digits=1, signed=True) for end in ("low", "high"))
    return Contribution(
        cause=stored["cause"],
        label=CAUSE_WORDS[Cause(stored["cause"])],
        text=f"{formats.number(points, digits=1, signed=True)} pts",
        range=f"80% range {low} to {high}",
        own=_own(stored, formats),
        width=f"{abs(points) / longest * 62:.1f}%",
        is_worse=points > 0,
    )


def _own(stored: Mapping[str, Any], formats: Formats) -> str:
    """How much of the weight comes from one's own data."""
    share = stored.get("own_share")
    return "" if share is None else f"own data {formats.percent(Decimal(str(share)))}"
