"""What an effect is worth: effect × value per unit × volume × realisation share (semantics 12)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
from scipy.special import ndtri, stdtrit

from metrics.core.attribution.effects import Effect, Spread
from metrics.core.attribution.engine.covariances import Array
from metrics.core.reasons import Reason
from metrics.core.results import Figure, amount, missing
from metrics.core.types import Kpi

NON_MONETARY = "none"
NO_CURRENCY = ""
LEVEL = Decimal("0.8")
STRATA = 64
Z_90 = 1.2815515655446004
TAILS = (0.1, 0.9)
PERIODS_OF_A_MONTH = {
    "daily": Decimal("365.25") / 12,
    "weekly": Decimal("365.25") / 12 / 7,
    "monthly": Decimal(1),
    "quarterly": Decimal(1) / 3,
}


@dataclass(frozen=True, slots=True)
class Factors:
    """What the point value of money is multiplied by for the ends of its 80 % range."""

    low: Decimal
    high: Decimal


def money_per_period(effect: Effect, kpi: Kpi, volume: Decimal = Decimal(1)) -> Decimal | Reason:
    """Unrounded money of one mean period of the KPI's cadence, in `kpi.value_currency`, or why there is none.

    `volume` is the reading of that period of the KPI that multiplies, where one is named. Positive when the KPI
    moved in its good direction, negative when it moved the other way.
    """
    problem = no_money(kpi)
    if problem:
        return problem
    if effect.improvement is None:
        return effect.effect.reason or Reason.CANNOT_TELL_YET
    return effect.improvement * money_of_unit(kpi) * volume


def no_money(kpi: Kpi) -> Reason | None:
    """Why the KPI's change is not money, if it is not."""
    if kpi.benefit_class == NON_MONETARY:
        return Reason.NOT_MONETARY
    return Reason.NO_VALUE_PER_UNIT if kpi.value_per_unit is None or not kpi.value_currency else None


def money_of_unit(kpi: Kpi) -> Decimal:
    """Money of one unit of improvement, its realisation share taken."""
    return (kpi.value_per_unit or Decimal(0)) * kpi.realisation_share


def money_per_month(effect: Effect, kpi: Kpi, factors: Factors | None = None) -> Figure:
    """Money of an average month since the first use, for the page; `factors` give its range for grades A to C."""
    currency = kpi.value_currency or NO_CURRENCY
    volume = mean_volume(effect, kpi)
    if volume is None:
        return missing(Reason.NO_READINGS, currency)
    money = money_per_period(effect, kpi, volume)
    if isinstance(money, Reason):
        return missing(money, currency)
    value = money * PERIODS_OF_A_MONTH[kpi.cadence]
    if factors is None:
        return amount(value, currency, grade=effect.grade)
    low, high = sorted((value * factors.low, value * factors.high))
    return amount(value, currency, low=low, high=high, level=LEVEL, grade=effect.grade)


def factors_of(effect: Effect, kpi: Kpi) -> Factors | None:
    """The 80 % range of effect × value per unit relative to its point; None where the effect has no range.

    The product of the effect's t-distribution and the value's P10, P50 and P90 is taken over 64 × 64 strata of equal
    weight, so that the same records always give the same range.
    """
    spread = effect.spread
    if spread is None or effect.effect.low is None or not spread.mean or not kpi.value_per_unit:
        return None
    products = np.outer(_effects(spread), _values(kpi)).ravel()
    point = spread.mean * float(kpi.value_per_unit)
    low, high = np.quantile(products, TAILS) / point
    return Factors(Decimal(repr(float(low))), Decimal(repr(float(high))))


@lru_cache(maxsize=256)
def _t_strata(degrees: float) -> Array:
    strata: Array = stdtrit(degrees, _middles())
    return strata


@lru_cache(maxsize=1)
def _middles() -> Array:
    middles: Array = (np.arange(STRATA) + 0.5) / STRATA
    return middles


def _effects(spread: Spread) -> Array:
    found: Array = spread.mean + spread.deviation * _t_strata(spread.degrees)
    return found


def _values(kpi: Kpi) -> Array:
    """Strata of the value per unit: half a normal curve to either side of its point."""
    point = float(kpi.value_per_unit or 0)
    low = point if kpi.value_low is None else float(kpi.value_low)
    high = point if kpi.value_high is None else float(kpi.value_high)
    z = ndtri(_middles()) / Z_90
    values: Array = point + np.where(z < 0, z * (point - low), z * (high - point))
    return values


def mean_volume(effect: Effect, kpi: Kpi) -> Decimal | None:
    """Mean volume since the first use; one where no volume is named; None where it has no readings."""
    if kpi.volume is None:
        return Decimal(1)
    used = [point.value for point in kpi.volume if not effect.first_exposure or point.on >= effect.first_exposure]
    return sum(used, Decimal(0)) / len(used) if used else None
