"""What the core computes on: plain facts of one initiative, without ids of any database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Grade(StrEnum):
    """How good the evidence for a benefit is (methods 2b)."""

    LEDGER = "L"
    RANDOMISED = "A"
    CONTROLLED = "B"
    SERIES = "C"
    BEFORE_AFTER = "D"
    CLAIM = "E"


PROVEN = frozenset({Grade.LEDGER, Grade.RANDOMISED, Grade.CONTROLLED, Grade.SERIES})


class Basis(StrEnum):
    """Whether a line happened, was promised or is expected."""

    ACTUAL = "actual"
    PLAN = "plan"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Cost:
    """A cost line; `amount` is positive for spending and negative for a credit."""

    on: date
    amount: Decimal
    currency: str
    category: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit line; `grade` is L where finance confirmed it, else E; `kpi` names the KPI that it is about."""

    on: date
    amount: Decimal
    currency: str
    benefit_class: str
    basis: Basis
    grade: Grade
    kpi: str | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """Money of one period from a KPI's effect, dated at the period's end; `grade` is that of the effect."""

    on: date
    amount: Decimal
    currency: str
    benefit_class: str
    grade: Grade
    kpi: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A number on a date: a reading, a share of use, a target."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class StagePoint:
    """Entry to a stage on a date."""

    on: date
    to: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI with its treated readings and the facts that turn its change into money.

    `value_per_unit` is money per unit of change per period of the cadence, in `value_currency`;
    `realisation_share` is the share of it that becomes real, between 0 and 1.
    """

    key: str
    name: str
    unit: str
    direction: str
    cadence: str
    aggregation: str
    design: str
    benefit_class: str
    readings: tuple[Dated, ...]
    baseline_from: date | None = None
    baseline_to: date | None = None
    redefined_on: date | None = None
    value_per_unit: Decimal | None = None
    value_low: Decimal | None = None
    value_high: Decimal | None = None
    value_currency: str | None = None
    realisation_share: Decimal = Decimal(1)
    volume: tuple[Dated, ...] | None = None
    volume_aggregation: str = "sum"
    targets: tuple[Dated, ...] = ()
    is_primary: bool = False
    known_since: date | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """Everything that the figures of one initiative are worked out from; `stages` oldest first.

    `scores` holds the latest score of each cause of failure; `last_activity` the day on which anything was last
    recorded.
    """

    key: str
    currency: str
    horizon_months: int
    planned_go_live: date | None
    go_live: date | None
    costs: Sequence[Cost]
    benefits: Sequence[Benefit]
    kpis: Sequence[Kpi] = ()
    adoption: Sequence[Dated] = ()
    stages: Sequence[StagePoint] = ()
    closed_through: date | None = None
    hurdle: Decimal | None = None
    discount_rate: Decimal | None = None
    scores: Mapping[str, Decimal] = field(default_factory=dict)
    last_activity: date | None = None

    def stage_on(self, day: date) -> StagePoint | None:
        """The stage entered last on or before `day`."""
        return next((point for point in reversed(self.stages) if point.on <= day), None)
