"""A KPI's readings as arrays: one value per period, true times, and the use of every initiative in each period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.families import Family, to_scale
from metrics.core.money import PriceTable
from metrics.core.periods import MONTHS_OF_YEAR, period_end
from metrics.core.types import Dated, Dose, Kpi, Reading

MODELLED_CADENCE = {"daily": "weekly"}
PERIODS_OF_YEAR = {"daily": 365.25, "weekly": 365.25 / 7, "monthly": 12.0, "quarterly": 4.0}
MOST_BEFORE = 156
DAYS_OF_WEEK = 7
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Observed:
    """One KPI, period by period, oldest first.

    Args:
        cadence: of the periods; a daily KPI is modelled by weekly means.
        ends: last days of the T periods that have a reading.
        times: (T,) numbers of the periods, gaps as they are.
        values: (T,) in the KPI's unit; money in the prices of the first use.
        scaled: (T,) on the scale of the KPI's family.
        doses: (T, D) use of each initiative, from 0 to 1.
        before: periods before the first use of any of them.
    """

    family: Family
    cadence: str
    ends: tuple[date, ...]
    times: Array
    values: Array
    scaled: Array
    doses: Array
    before: int

    @property
    def after(self) -> int:
        """Periods since the first use."""
        return len(self.ends) - self.before

    @property
    def season(self) -> float | None:
        """Periods of a year, where the time before the first use holds at least one."""
        year = PERIODS_OF_YEAR[self.cadence]
        return year if self.before >= year else None


def observe(kpi: Kpi, doses: Sequence[Dose], prices: PriceTable, as_of: date) -> Observed:
    """The KPI's treated series up to `as_of`, at most three years of weeks before the first use.

    Raises:
        Unfit: a reading that the KPI's family does not hold.
    """
    cadence = MODELLED_CADENCE.get(kpi.cadence, kpi.cadence)
    family = Family(kpi.family)
    periods = by_period(kpi, _counting(kpi, doses, as_of), cadence)
    ends = tuple(periods)
    uses = np.array([[use_at(dose, end) for dose in doses] for end in ends]).reshape(len(ends), len(doses))
    before = _before(uses)
    start = max(before - MOST_BEFORE, 0)
    values = np.array([_value(kpi, point, end, prices) for end, point in periods.items()])
    scaled = _scaled(family, values, list(periods.values()))
    return Observed(
        family=family,
        cadence=cadence,
        ends=ends[start:],
        times=np.array([number_of(end, cadence) for end in ends[start:]], dtype=float),
        values=values[start:],
        scaled=scaled[start:],
        doses=uses[start:],
        before=before - start,
    )


def by_period(kpi: Kpi, readings: Sequence[Reading], cadence: str) -> dict[date, Reading]:
    """One reading per period, oldest first; several of one period by the KPI's aggregation, days as a mean of days."""
    found: dict[date, list[Reading]] = defaultdict(list)
    for point in readings:
        found[period_end(point.on, cadence)].append(point)
    rule = "mean" if kpi.cadence != cadence and kpi.aggregation == "sum" else kpi.aggregation
    return {end: _one(end, points, rule) for end, points in sorted(found.items())}


def use_at(dose: Dose, end: date) -> float:
    """The last known share of use on that day; a step at the go-live where no use was ever measured."""
    if not dose.adoption:
        return float(dose.go_live is not None and dose.go_live <= end)
    known = [point for point in dose.adoption if point.on <= end]
    return float(max(known, key=_day).value) if known else 0.0


def number_of(end: date, cadence: str) -> int:
    """The running number of the period that ends on that day."""
    if cadence == "weekly":
        return end.toordinal() // DAYS_OF_WEEK
    months = end.year * MONTHS_OF_YEAR + end.month
    return months // MONTHS_OF_QUARTER if cadence == "quarterly" else months


def aligned(kpi: Kpi, observed: Observed, series: Mapping[str, Sequence[Reading]]) -> dict[str, Array]:
    """Controls on the family's scale at the treated series' periods; those that lack one of them are left out."""
    found: dict[str, Array] = {}
    for name, readings in sorted(series.items()):
        periods = by_period(kpi, readings, observed.cadence)
        if all(end in periods for end in observed.ends):
            points = [periods[end] for end in observed.ends]
            values = np.array([float(point.value) for point in points])
            found[name] = _scaled(observed.family, values, points)
    return found


def _counting(kpi: Kpi, doses: Sequence[Dose], as_of: date) -> list[Reading]:
    """Readings known by then and made by the definition that holds since the first use."""
    start = min((start for dose in doses if (start := dose.starts_on)), default=None)
    redefined = kpi.redefined_on if kpi.redefined_on and start and kpi.redefined_on <= start else date.min
    return [point for point in kpi.readings if redefined <= point.on <= as_of]


def _before(uses: Array) -> int:
    used = (uses > 0).any(axis=1)
    return int(np.argmax(used)) if used.any() else len(uses)


def _one(end: date, points: Sequence[Reading], rule: str) -> Reading:
    if len(points) == 1:
        return points[0]
    numerator, denominator = _sum(points, "numerator"), _sum(points, "denominator")
    if rule == "ratio" and numerator is not None and denominator:
        return Reading(end, numerator / denominator, numerator, denominator)
    if rule == "last":
        return max(points, key=_day_of_reading)
    total = sum((point.value for point in points), Decimal(0))
    return Reading(end, total if rule == "sum" else total / len(points), numerator, denominator)


def _sum(points: Sequence[Reading], name: str) -> Decimal | None:
    values = [getattr(point, name) for point in points]
    return None if any(value is None for value in values) else sum(values, Decimal(0))


def _value(kpi: Kpi, point: Reading, end: date, prices: PriceTable) -> float:
    """The reading; money in the prices of the last known month, where an index is kept."""
    value = float(point.value)
    return value * prices.factor(end) if kpi.unit_currency else value


def _scaled(family: Family, values: Array, points: Sequence[Reading]) -> Array:
    if any(point.numerator is None or point.denominator is None for point in points):
        return to_scale(family, values, None, None)
    numerators = np.array([float(point.numerator or 0) for point in points])
    denominators = np.array([float(point.denominator or 0) for point in points])
    return to_scale(family, values, numerators, denominators)


def _day(point: Dated) -> date:
    return point.on


def _day_of_reading(point: Reading) -> date:
    return point.on
