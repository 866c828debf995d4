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
class Credit:
    """One period since the first use: its last day, the use of that period, what was read, and the change credited.

    `change` is in the KPI's unit with the sign of the good direction, per period of the cadence.
    """

    end: date
    dose: Decimal
    reading: Decimal
    change: Decimal


@dataclass(frozen=True, slots=True)
class Spread:
    """How sure the mean credited change is: its standard deviation and degrees of freedom, sign of the good way."""

    mean: float
    deviation: float
    degrees: float


@dataclass(frozen=True, slots=True)
class Effect:
    """Change of one KPI per period of its cadence that is credited to one initiative.

    `effect` is the mean change since the first use in the KPI's unit, with its 80 % range for grades A to C, and
    `relative` the same as a share of the size of the baseline; `improvement` is the unrounded change with the sign of
    the good direction. Grades D and E carry no range, since a comparison of two means proves none. `judged` is the
    grade that the data alone would earn; it is higher than `grade` where nothing was preregistered. `help` says what
    would raise the grade or allow an answer, `months_needed` about how many more months that takes. `credits` are the
    periods that the effect is worth money in; `share` is this initiative's part of the joint effect of all that share
    the KPI.
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
    judged: Grade | None = None
    method: str = ""
    low95: Decimal | None = None
    high95: Decimal | None = None
    p_value: Decimal | None = None
    help: str = ""
    months_needed: int | None = None
    spread: Spread | None = None
    credits: tuple[Credit, ...] = ()
    controls: tuple[str, ...] = ()
    share: Decimal = Decimal(1)
