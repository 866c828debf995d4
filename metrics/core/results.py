"""A figure: a value or a reason, never both, never zero for unknown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from metrics.core.money import round_amount, round_ratio
from metrics.core.reasons import Reason, sentence
from metrics.core.types import Grade

RATIO = "ratio"
PROBABILITY = "probability"
MONTHS = "months"
MONTH = "month"
COUNT = "count"


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed figure as it leaves the core, rounded once.

    `unit` is a currency code, or one of ratio, probability, months, count, or a KPI's own unit. `low` and `high`
    bound the value at `level` (0.8 is the 80 % range). `detail` completes the reason's sentence.
    Raises ValueError unless exactly one of `value` and `reason` is given.
    """

    value: Decimal | None
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    level: Decimal | None = None
    reason: Reason | None = None
    grade: Grade | None = None
    detail: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a figure is a value or a reason, exactly one of them")

    @property
    def sentence(self) -> str | None:
        """The plain sentence that stands in the place of a missing value."""
        return sentence(self.reason, self.detail) if self.reason else None


def amount(
    value: Decimal,
    currency: str,
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
    level: Decimal | None = None,
    grade: Grade | None = None,
) -> Figure:
    """An amount of money, rounded half-even to the minor unit of `currency`."""
    return Figure(
        value=round_amount(value, currency),
        unit=currency,
        low=None if low is None else round_amount(low, currency),
        high=None if high is None else round_amount(high, currency),
        level=level,
        grade=grade,
    )


def ratio(
    value: Decimal | float,
    unit: str = RATIO,
    *,
    low: Decimal | float | None = None,
    high: Decimal | float | None = None,
    level: Decimal | None = None,
    grade: Grade | None = None,
) -> Figure:
    """A ratio, probability or other plain number, rounded half-even to six decimals."""
    return Figure(
        value=plain(value),
        unit=unit,
        low=None if low is None else plain(low),
        high=None if high is None else plain(high),
        level=level,
        grade=grade,
    )


def plain(value: Decimal | float) -> Decimal:
    """A number at six decimals; the only way a float leaves the core."""
    return round_ratio(value if isinstance(value, Decimal) else Decimal(repr(float(value))))


def missing(reason: Reason, unit: str, detail: str | None = None) -> Figure:
    """A figure that cannot be known, with its reason."""
    return Figure(value=None, unit=unit, reason=reason, detail=detail)
