"""What the core computes on: plain facts of one initiative, without ids of any database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

COST, BENEFIT, DELAY, ADOPTION, RAMP, DECAY = "cost", "benefit", "delay", "adoption", "ramp", "decay"
MOST_MONTHS_LATE = 24
CASH, CAPACITY = "cash", "capacity"
MOST_DECAY = 0.98


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
    """A cost line; `amount` is positive for spending and negative for a credit; `ref` names its record."""

    on: date
    amount: Decimal
    currency: str
    category: str
    basis: Basis
    ref: str = ""


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
    ref: str = ""


class SavedTime(StrEnum):
    """Where saved time went; only what left as cash is cash, and unknown is shown, never valued as cash."""

    CASH_OUT = "cash_out"
    REDEPLOYED = "redeployed"
    ABSORBED = "absorbed"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """Which rule says what the months ahead bring (semantics 9, 14)."""

    FORECAST = "forecast"
    CARRIED = "carried"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Gain:
    """Money of one period from a KPI's effect, dated at the period's end; `grade` is that of the effect.

    `low` and `high` are the ends of its 80 % range, for grades A to C; `went` says where saved time went.
    """

    on: date
    amount: Decimal
    currency: str
    benefit_class: str
    grade: Grade
    kpi: str
    low: Decimal | None = None
    high: Decimal | None = None
    ref: str = ""
    went: SavedTime | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A number on a date: a reading, a share of use, a target."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value of one period; a rate or a count with exposure has numerator and denominator as well."""

    on: date
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """How far one initiative was in use over time: its adoption, else a step at its go-live."""

    initiative: str
    adoption: tuple[Dated, ...] = ()
    go_live: date | None = None

    @property
    def starts_on(self) -> date | None:
        """The first day of use: the first adoption above zero, else the go-live; None while nobody uses it."""
        used = [point.on for point in self.adoption if point.value > 0]
        return min(used) if used else self.go_live


@dataclass(frozen=True, slots=True)
class Preregistration:
    """How the effect was to be judged, frozen on a day before the rollout."""

    on: date
    design: str
    direction: str
    controls: tuple[str, ...] = ()
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of a randomised comparison of two arms, measured up to `on` and allocated by chance before.

    Counts, means and standard deviations are over units, or over clusters where `in_clusters`. `logged_on` is the day
    on which the allocation was recorded or preregistered.
    """

    on: date
    allocated_on: date
    in_clusters: bool
    treated_count: int
    control_count: int
    treated_mean: Decimal
    control_mean: Decimal
    treated_deviation: Decimal
    control_deviation: Decimal
    logged_on: date | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where saved time went from a day on, as shares; the rest is unknown. Only `cash_out` is cash."""

    on: date
    cash_out: Decimal
    redeployed: Decimal
    absorbed: Decimal

    @property
    def shares(self) -> dict[SavedTime, Decimal]:
        """The share of each destination; they add up to one."""
        known = self.cash_out + self.redeployed + self.absorbed
        return {
            SavedTime.CASH_OUT: self.cash_out,
            SavedTime.REDEPLOYED: self.redeployed,
            SavedTime.ABSORBED: self.absorbed,
            SavedTime.UNKNOWN: 1 - known,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Something else that happened at the same time."""

    on: date
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mitigation:
    """Something to be done against a cause of failure until `due`; `state` is open, done or dropped."""

    cause: str
    due: date
    state: str = "open"
    what: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Raise:
    """Why the score of a cause counts for more than was scored: what happened, in `since` to `last`, and how often.

    `scored` is what people gave, None where nobody did; `effective` is what counts.
    """

    cause: str
    scored: Decimal | None
    effective: Decimal
    incidents: int
    rollbacks: int
    since: date
    last: date


@dataclass(frozen=True, slots=True)
class Driver:
    """10 %, 50 % and 90 % points of an uncertain quantity; names are those of portfolio.choices.DriverName."""

    name: str
    p10: Decimal
    p50: Decimal
    p90: Decimal


def whole_months(months: float) -> int:
    """A number of months as it is counted: whole, and 24 at most."""
    return min(round(months), MOST_MONTHS_LATE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the approved business case promised beside its lines of money; `values` are an amount and its currency."""

    version: int
    approved_on: date
    go_live: date | None = None
    targets: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)
    adoption: tuple[Dated, ...] = ()


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a KPI as they stood from a day on, in order of their own days.

    Those that somebody agreed to say with which version of the business case; None with the approved baseline.
    """

    on: date
    targets: tuple[Dated, ...]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class StagePoint:
    """Entry to a stage on a date."""

    on: date
    to: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI with its treated readings, its controls, and the facts that turn its change into money.

    `owner` is the key of the initiative that it belongs to; `doses` holds the use of every initiative that may move
    it, its owner first, then those that share it. `unit_currency` is set where readings are money.

    `value_per_unit` is money per unit of change per period of the cadence, in `value_currency`;
    `realisation_share` is the share of it that becomes real, between 0 and 1. `agreed` are the targets as agreed last,
    `target_versions` those that stood then and since, oldest first.
    """

    key: str
    name: str
    unit: str
    direction: str
    cadence: str
    aggregation: str
    design: str
    benefit_class: str
    readings: tuple[Reading, ...]
    owner: str = ""
    family: str = "normal"
    unit_currency: str | None = None
    controls: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    control_doses: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    doses: tuple[Dose, ...] = ()
    preregistration: Preregistration | None = None
    trials: tuple[Trial, ...] = ()
    destinations: tuple[Destination, ...] = ()
    baseline_approved_on: date | None = None
    baseline_from: date | None = None
    baseline_to: date | None = None
    redefined_on: date | None = None
    value_per_unit: Decimal | None = None
    value_low: Decimal | None = None
    value_high: Decimal | None = None
    value_currency: str | None = None
    realisation_share: Decimal = Decimal(1)
    volume: tuple[Reading, ...] | None = None
    volume_aggregation: str = "sum"
    targets: tuple[Dated, ...] = ()
    agreed: Targets | None = None
    target_versions: tuple[Targets, ...] = ()
    is_primary: bool = False
    known_since: date | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """Everything that the figures of one initiative are worked out from; `stages` oldest first.

    `kpis` are its own and those that others share with it. Plan lines among `costs` and `benefits` are those of the
    approved business case (`plan`) where there is one. `scores` holds what counts for each cause of failure: its latest
    score, raised by what happened since (`raises` says which); `assessed_on` is the day of the latest assessment.
    `last_activity` is the day on which anything was last recorded, `recorded_on` that on which the record was begun;
    `unit` names its business unit, empty for none; `first_planned_go_live` is the first date that was ever planned, as
    far as the history knows.
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
    drivers: Sequence[Driver] = ()
    changes: Sequence[Change] = ()
    plan: Plan | None = None
    assessed_on: date | None = None
    raises: Sequence[Raise] = ()
    mitigations: Sequence[Mitigation] = ()
    unit: str = ""
    recorded_on: date | None = None
    first_planned_go_live: date | None = None

    def stage_on(self, day: date) -> StagePoint | None:
        """The stage that it is in on `day`, as it entered it; a stage recorded again is one stay."""
        entered: StagePoint | None = None
        for point in self.stages:
            if point.on <= day and (entered is None or point.to != entered.to):
                entered = point
        return entered
