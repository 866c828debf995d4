"""KPI effects of one initiative and the money of each period that they stand for (semantics 12)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.attribution.before_after import before_after, first_exposure
from metrics.core.attribution.effects import Effect
from metrics.core.attribution.money import money_per_month, money_per_period
from metrics.core.money import ZERO
from metrics.core.periods import period_end
from metrics.core.reasons import Reason
from metrics.core.results import Figure
from metrics.core.types import Gain, Initiative, Kpi, Reading


@dataclass(frozen=True, slots=True)
class KpiEffect:
    """What a KPI did and what that is worth in an average month."""

    kpi: Kpi
    effect: Effect
    money_per_month: Figure


def effects_of(initiative: Initiative) -> list[KpiEffect]:
    """The effect of every KPI of `initiative`, each a value or a reason."""
    exposed_on = first_exposure(initiative.adoption, initiative.go_live)
    effects = [(kpi, before_after(kpi, exposed_on)) for kpi in initiative.kpis]
    return [KpiEffect(kpi, effect, money_per_month(effect, kpi)) for kpi, effect in effects]


def gains_of(effects: Iterable[KpiEffect]) -> list[Gain]:
    """Money of every period since the first use that has a reading, dated at the period's end."""
    return [gain for found in effects for gain in _gains(found.kpi, found.effect)]


def _gains(kpi: Kpi, effect: Effect) -> Iterable[Gain]:
    if effect.grade is None or effect.first_exposure is None:
        return
    since = effect.first_exposure
    volumes = _volumes(kpi)
    for end in sorted({period_end(point.on, kpi.cadence) for point in kpi.readings if point.on >= since}):
        volume = volumes.get(end) if volumes is not None else Decimal(1)
        money = Reason.NO_READINGS if volume is None else money_per_period(effect, kpi, volume)
        if not isinstance(money, Reason):
            yield Gain(end, money, kpi.value_currency or "", kpi.benefit_class, effect.grade, kpi.key)


def _volumes(kpi: Kpi) -> Mapping[date, Decimal] | None:
    """The volume of each period of the KPI's cadence; None where no volume is named."""
    if kpi.volume is None:
        return None
    by_period: dict[date, list[Reading]] = defaultdict(list)
    for point in kpi.volume:
        by_period[period_end(point.on, kpi.cadence)].append(point)
    return {end: _aggregated(points, kpi.volume_aggregation) for end, points in by_period.items()}


def _aggregated(points: list[Reading], aggregation: str) -> Decimal:
    if aggregation == "last":
        return max(points, key=lambda point: point.on).value
    total = sum((point.value for point in points), ZERO)
    return total if aggregation == "sum" else total / len(points)
