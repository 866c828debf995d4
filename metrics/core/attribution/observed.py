"""A KPI's readings as arrays: one value per period, true times, and the use of every initiative in each period."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.families import Family, read_as, to_scale
from metrics.core.attribution.engine.series import Unfit
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
        scaled: (T,) on the scale of `family`, the KPI's own or normal where it has few cases.
        unit: how much of the KPI's unit is one of the scale's (100 for a percentage with numerator and denominator).
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
    unit: float = 1.0

    @property
    def after(self) -> int:
        """Periods since the first use."""
        return len(self.ends) - self.before

    @property
    def is_moved_by_one(self) -> bool:
        """Whether at most one initiative was ever in use."""
        return int((self.doses > 0).any(axis=0).sum()) <= 1

    @property
    def season(self) -> float | None:
        """Periods of a year, where the time before the first use holds at least one."""
        year = PERIODS_OF_YEAR[self.cadence]
        return year if self.before >= year else None


def observe(kpi: Kpi, doses: Sequence[Dose], prices: PriceTable, as_of: date) -> Observed:
    """The KPI's treated series up to `as_of`, at most three years of weeks before the first use.

    Raises:
        Unfit: a reading that the KPI's family does not hold, or money from before the first price level.
    """
    cadence = MODELLED_CADENCE.get(kpi.cadence, kpi.cadence)
    periods = by_period(kpi, _counting(kpi, doses, as_of), cadence)
    uses = np.array([use_of(dose, tuple(periods)) for dose in doses]).reshape(len(doses), len(periods)).T
    start = max(_before(uses) - MOST_BEFORE, 0)
    uses, ends, points = uses[start:], tuple(periods)[start:], list(periods.values())[start:]
    before = _before(uses)
    values = _values(kpi, ends, points, prices)
    family, scaled, unit = _read(Family(kpi.family), values, points, before)
    return Observed(
        family=family,
        cadence=cadence,
        ends=ends,
        times=np.array([number_of(end, cadence) for end in ends], dtype=float),
        values=values,
        scaled=scaled,
        doses=uses,
        before=before,
        unit=unit,
    )


def by_period(kpi: Kpi, readings: Sequence[Reading], cadence: str) -> dict[date, Reading]:
    """One reading per period, oldest first; several of one period by the KPI's aggregation, days as a mean of days."""
    found: dict[date, list[Reading]] = defaultdict(list)
    for point in readings:
        found[period_end(point.on, cadence)].append(point)
    rule = "mean" if kpi.cadence != cadence and kpi.aggregation == "sum" else kpi.aggregation
    return {end: _one(end, points, rule) for end, points in sorted(found.items())}


def use_of(dose: Dose, ends: Sequence[date]) -> list[float]:
    """The last known share of use on each day; a step at the go-live where no use was ever measured."""
    if not dose.adoption:
        return [float(dose.go_live is not None and dose.go_live <= end) for end in ends]
    known = sorted(dose.adoption, key=_day)
    days, shares = [point.on for point in known], [0.0, *(float(point.value) for point in known)]
    return [shares[bisect_right(days, end)] for end in ends]


def number_of(end: date, cadence: str) -> int:
    """The running number of the period that ends on that day."""
    if cadence == "weekly":
        return end.toordinal() // DAYS_OF_WEEK
    months = end.year * MONTHS_OF_YEAR + end.month
    return months // MONTHS_OF_QUARTER if cadence == "quarterly" else months


def aligned(
    kpi: Kpi, observed: Observed, series: Mapping[str, Sequence[Reading]], prices: PriceTable
) -> dict[str, Array]:
    """Controls on the family's scale at the treated series' periods.

    Those that lack one of the periods, or that hold a reading the scale does not hold, are left out.
    """
    found: dict[str, Array] = {}
    for name, readings in sorted(series.items()):
        periods = by_period(kpi, readings, observed.cadence)
        if all(end in periods and periods[end].value.is_finite() for end in observed.ends):
            points = [periods[end] for end in observed.ends]
            with suppress(Unfit):
                values = _values(kpi, observed.ends, points, prices)
                found[name] = to_scale(observed.family, values, *_cases(points))
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


def _values(kpi: Kpi, ends: Sequence[date], points: Sequence[Reading], prices: PriceTable) -> Array:
    """The readings; money in the prices of the last known month, where an index is kept."""
    values = np.array([float(point.value) for point in points])
    if not kpi.unit_currency or not prices.months or not ends:
        return values
    if prices.level(ends[0]) is None:
        raise Unfit("Its money is older than the first price level. Enter earlier levels under Settings.")
    deflated: Array = values * np.array([prices.factor(end) for end in ends])
    return deflated


def _read(family: Family, values: Array, points: Sequence[Reading], before: int) -> tuple[Family, Array, float]:
    """The family that the readings are read as, the readings on its scale, and the KPI's unit per unit of the scale."""
    numerators, denominators = _cases(points)
    scaled = to_scale(family, values, numerators, denominators)
    early = [None if part is None else part[:before] for part in (numerators, denominators)]
    kept = read_as(family, values[:before], *early)
    if kept is Family.NORMAL:
        return kept, values, 1.0
    if numerators is None or denominators is None or kept is Family.LOG:
        return kept, scaled, 1.0
    total = float((numerators / denominators).sum())
    return kept, scaled, float(values.sum()) / total if total else 1.0


def _cases(points: Sequence[Reading]) -> tuple[Array | None, Array | None]:
    """Numerators and denominators, where every reading has both."""
    if any(point.numerator is None or point.denominator is None for point in points):
        return None, None
    numerators = np.array([float(point.numerator or 0) for point in points])
    return numerators, np.array([float(point.denominator or 0) for point in points])


def _day(point: Dated) -> date:
    return point.on


def _day_of_reading(point: Reading) -> date:
    return point.on
