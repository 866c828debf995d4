"""What a published rate is: a share, and everything that decides what it is a share of (methods 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a percentage is a percentage of."""

    INITIATIVE = "initiative"
    COMPANY = "company"
    RESPONDENT = "respondent"


class Kind(StrEnum):
    """How a source came to its figure."""

    MEASUREMENT = "measurement"
    ESTIMATE = "estimate"
    FORECAST = "forecast"
    CITED = "cited"
    NO_STUDY = "no_study"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRate:
    """One published figure about AI or IT projects that fail.

    Args:
        code: stable; workspaces store it when they switch rows on and off.
        figure: what the source says, in words.
        failed: the share of initiatives that never reach production, between 0 and 1; None where the figure is about
            something else, and `why_not` then says about what.
        numerator: what is counted, in words.
        denominator: out of what.
        sample: how many were asked or counted; None where that was not published or not confirmed.
        sample_note: what to know about the sample.
        where: title or number by which the source is found.
        by_default: whether it counts until a workspace chooses otherwise.
        secondary: whether it was read in a copy or a report about the source, not in the source itself.
        caution: what to know before it is switched on.
        used_for: what else of the product rests on it, whether it is switched on or not.
    """

    code: str
    figure: str
    failed: float | None
    unit: Unit
    definition: str
    numerator: str
    denominator: str
    year: int
    sample: int | None
    publisher: str
    where: str
    kind: Kind
    sample_note: str = ""
    by_default: bool = False
    secondary: bool = True
    why_not: str = ""
    caution: str = ""
    used_for: str = ""

    @property
    def is_comparable(self) -> bool:
        """Whether it can be switched on: it is a share of initiatives that never reach production."""
        return self.failed is not None
