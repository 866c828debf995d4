"""The answer to "what did it change?": an effect with its grade and its assumption, or a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from metrics.core.results import Figure
from metrics.core.types import Grade


class Design(StrEnum):
    """How the owner set out to measure the effect."""

    RANDOMISED = "randomised"
    CONTROLLED = "controlled"
    SERIES = "series"
    BEFORE_AFTER = "before_after"
    CLAIM = "claim"


class Movement(StrEnum):
    """Where the KPI went, seen from its good direction."""

    BETTER = "better"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Window:
    """The readings of one side of the comparison: their mean per period, number, first and last date."""

    mean: Decimal
    count: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Effect:
    """Change of one KPI per period of its cadence.

    `effect` is the raw change in the KPI's unit and `relative` the same as a share of the size of the baseline;
    `improvement` is the unrounded change with the sign of the good direction, for the money. Grades D and E carry
    no range, since a comparison of two means proves none.
    """

    kpi: str
    design: Design
    grade: Grade | None
    effect: Figure
    relative: Figure
    movement: Movement
    assumption: str
    improvement: Decimal | None = None
    before: Window | None = None
    after: Window | None = None
    first_exposure: date | None = None
