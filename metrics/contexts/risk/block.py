"""The three chances of failure and what moves them, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.figures import Shown, shown
from metrics.contexts.risk.words import STATUS_WORDS
from metrics.contexts.words import CAUSE_WORDS
from portfolio.choices import Cause
from web.formats import Formats

CHANCES = (
    ("never_in_production", "Never reaches production"),
    ("abandoned_12m", "Abandoned within 12 months"),
    ("misses_roi", "Misses its ROI"),
)


@dataclass(frozen=True)
class Chance:
    """One of the three chances."""

    label: str
    figure: Shown


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


def risk_of(stored: Mapping[str, Any], formats: Formats) -> ShownRisk:
    """The stored risk of a snapshot in words."""
    return ShownRisk(
        chances=tuple(Chance(label, shown(stored.get(name), formats)) for name, label in CHANCES),
        contributions=contributions_of(stored, formats),
        note=stored.get("note", ""),
        status=STATUS_WORDS.get(stored.get("status", ""), ""),
        own_cases=_own_cases(stored.get("closed_cases", 0), stored.get("inferred_cases", 0)),
    )


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
