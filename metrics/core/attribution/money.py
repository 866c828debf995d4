"""What an effect is worth: effect × value per unit × volume × realisation share (semantics 12)."""

from __future__ import annotations

from decimal import Decimal

from metrics.core.attribution.effects import Effect
from metrics.core.reasons import Reason
from metrics.core.results import Figure, amount, missing
from metrics.core.types import Kpi

NON_MONETARY = "none"
NO_CURRENCY = ""
PERIODS_OF_A_MONTH = {
    "daily": Decimal("365.25") / 12,
    "weekly": Decimal("365.25") / 12 / 7,
    "monthly": Decimal(1),
    "quarterly": Decimal(1) / 3,
}


def money_per_period(effect: Effect, kpi: Kpi, volume: Decimal = Decimal(1)) -> Decimal | Reason:
    """Unrounded money of one period of the KPI's cadence, in `kpi.value_currency`, or why there is none.

    `volume` is the reading of that period of the KPI that multiplies, where one is named. Positive when the KPI
    moved in its good direction, negative when it moved the other way.
    """
    if kpi.benefit_class == NON_MONETARY:
        return Reason.NOT_MONETARY
    if kpi.value_per_unit is None or not kpi.value_currency:
        return Reason.NO_VALUE_PER_UNIT
    if effect.improvement is None:
        return effect.effect.reason or Reason.CANNOT_TELL_YET
    return effect.improvement * kpi.value_per_unit * volume * kpi.realisation_share


def money_per_month(effect: Effect, kpi: Kpi) -> Figure:
    """Money of an average month since the first use, for the page; carries the effect's grade, D or E: indicative."""
    currency = kpi.value_currency or NO_CURRENCY
    volume = _mean_volume(effect, kpi)
    if volume is None:
        return missing(Reason.NO_READINGS, currency)
    money = money_per_period(effect, kpi, volume)
    if isinstance(money, Reason):
        return missing(money, currency)
    return amount(money * PERIODS_OF_A_MONTH[kpi.cadence], currency, grade=effect.grade)


def _mean_volume(effect: Effect, kpi: Kpi) -> Decimal | None:
    """Mean volume since the first use; one where no volume is named; None where it has no readings."""
    if kpi.volume is None:
        return Decimal(1)
    used = [point.value for point in kpi.volume if not effect.first_exposure or point.on >= effect.first_exposure]
    return sum(used, Decimal(0)) / len(used) if used else None
