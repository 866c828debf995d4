"""KPI effects of initiatives and the money of each period that they stand for (semantics 12, 15, 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from metrics.core.attribution.effects import Effect
from metrics.core.attribution.estimates import Question, answer
from metrics.core.attribution.gates import SIGNIFICANT, adjusted
from metrics.core.attribution.money import (
    PERIODS_OF_A_MONTH,
    Factors,
    factors_of,
    mean_volume,
    money_of_unit,
    money_per_month,
    money_per_period,
    no_money,
)
from metrics.core.attribution.observed import DAYS_OF_WEEK, MODELLED_CADENCE
from metrics.core.cashflow.book import Frame
from metrics.core.money import ONE, ZERO, PriceTable
from metrics.core.periods import DAYS_OF_YEAR, add_months, month_end, month_start, months_of, period_end
from metrics.core.reasons import Reason
from metrics.core.results import Figure
from metrics.core.types import (
    CAPACITY,
    CASH,
    PROVEN,
    Change,
    Destination,
    Dose,
    Gain,
    Initiative,
    Kpi,
    Reading,
    SavedTime,
)

NEAR_DAYS = 92
PRIMARY_ALONE = "Beside the primary KPI this one counts as found only at a stricter level, and it does not reach it."


@dataclass(frozen=True, slots=True)
class KpiEffect:
    """What a KPI did, and what that is worth in an average month; `factors` are the ends of its money's range."""

    kpi: Kpi
    effect: Effect
    money_per_month: Figure
    factors: Factors | None = None


def effects_of_all(
    initiatives: Mapping[int, Initiative], prices: PriceTable, as_of: date
) -> dict[int, list[KpiEffect]]:
    """The effect of every KPI of every initiative, own and shared, each a value or a reason."""
    asked = [
        (place, Question(_with_doses(kpi, initiative), initiative.key))
        for place, initiative in initiatives.items()
        for kpi in initiative.kpis
    ]
    answers = answer([question for _, question in asked], prices, as_of)
    found: dict[int, list[KpiEffect]] = {place: [] for place in initiatives}
    for (place, question), effect in zip(asked, answers, strict=True):
        kpi = question.kpi
        told = _with_changes(effect, initiatives[place].changes)
        factors = factors_of(told, kpi)
        found[place].append(KpiEffect(kpi, told, money_per_month(told, kpi, factors), factors))
    return {place: _held_to_primary(effects) for place, effects in found.items()}


def gains_of(effects: Iterable[KpiEffect]) -> list[Gain]:
    """Money of every period since the first use that has a reading, dated at the period's end."""
    return [gain for found in effects for gain in _gains(found)]


def carried_of(effects: Iterable[KpiEffect], frame: Frame, decay: Decimal = ZERO) -> list[Gain]:
    """The last proven effect of each KPI carried on to the horizon's end, month by month, less `decay` a year.

    Use is held where it was last measured.
    """
    return [gain for found in effects if found.effect.grade in PROVEN for gain in _carried(found, frame, decay)]


def _carried(found: KpiEffect, frame: Frame, decay: Decimal) -> Iterator[Gain]:
    kpi, effect = found.kpi, found.effect
    money = money_per_period(effect, kpi, mean_volume(effect, kpi) or ZERO)
    if frame.horizon_end is None or isinstance(money, Reason) or not effect.credits or not effect.improvement:
        return
    latest = effect.credits[-1]
    monthly = money * PERIODS_OF_A_MONTH[kpi.cadence] * latest.change / effect.improvement
    for month in months_of(add_months(month_start(latest.end), 1), frame.horizon_end):
        end = month_end(month)
        kept = (1 - decay) ** (Decimal((end - latest.end).days) / DAYS_OF_YEAR) if decay else ONE
        if end <= frame.horizon_end:
            yield from _by_destination(kpi, effect, end, monthly * kept, found.factors)


def destination_on(kpi: Kpi, day: date) -> Destination | None:
    """Where saved time goes on that day, as last recorded."""
    known = [place for place in kpi.destinations if place.on <= day]
    return max(known, key=lambda place: place.on) if known else None


def _with_doses(kpi: Kpi, initiative: Initiative) -> Kpi:
    own = Dose(initiative.key, tuple(initiative.adoption), initiative.go_live)
    return kpi if kpi.doses else replace(kpi, doses=(own,))


def _with_changes(effect: Effect, changes: Sequence[Change]) -> Effect:
    """Names what else happened within three months of the first use."""
    start = effect.first_exposure
    near = [] if start is None else [change for change in changes if abs((change.on - start).days) <= NEAR_DAYS]
    if not near or not effect.assumption:
        return effect
    named = "; ".join(
        f"{change.note.rstrip('.') or change.kind} ({change.on:%Y-%m-%d})"
        for change in sorted(near, key=lambda row: row.on)
    )
    return replace(effect, assumption=f"{effect.assumption} Other changes at the same time: {named}.")


def _held_to_primary(effects: list[KpiEffect]) -> list[KpiEffect]:
    """KPIs beside the primary one are judged together (Benjamini and Hochberg); those that fall short say so."""
    others = [place for place, found in enumerate(effects) if not found.kpi.is_primary and found.effect.p_value]
    p_values = adjusted([float(effects[place].effect.p_value or 0) for place in others])
    for place, p_value in zip(others, p_values, strict=True):
        effect = effects[place].effect
        if p_value >= SIGNIFICANT > float(effect.p_value or 0):
            effects[place] = replace(
                effects[place], effect=replace(effect, assumption=f"{effect.assumption} {PRIMARY_ALONE}")
            )
    return effects


def _gains(found: KpiEffect) -> Iterator[Gain]:
    kpi, effect = found.kpi, found.effect
    if effect.grade is None or effect.first_exposure is None or no_money(kpi):
        return
    volumes = volumes_of(kpi, MODELLED_CADENCE.get(kpi.cadence, kpi.cadence) if effect.spread else kpi.cadence)
    worth = money_of_unit(kpi)
    for end, change in _changes(kpi, effect):
        volume = volumes.get(end) if volumes is not None else ONE
        if volume is not None:
            yield from _by_destination(kpi, effect, end, change * worth * volume, found.factors)


def _changes(kpi: Kpi, effect: Effect) -> Iterator[tuple[date, Decimal]]:
    """Improvement of each period since the first use that has a reading."""
    if effect.credits:
        days = DAYS_OF_WEEK if kpi.cadence in MODELLED_CADENCE and effect.spread else 1
        yield from ((credit.end, credit.change * days) for credit in effect.credits)
    elif effect.first_exposure is not None and effect.improvement is not None:
        since = effect.first_exposure
        for end in sorted({period_end(point.on, kpi.cadence) for point in kpi.readings if point.on >= since}):
            yield end, effect.improvement


def _by_destination(kpi: Kpi, effect: Effect, end: date, money: Decimal, factors: Factors | None) -> Iterator[Gain]:
    """Saved time split by where it went: cash where it left as cash, the rest capacity."""
    gain = _gain(kpi, effect, end, money, factors)
    if kpi.benefit_class != CAPACITY:
        yield gain
        return
    place = destination_on(kpi, end)
    for went, share in (place.shares if place else {SavedTime.UNKNOWN: ONE}).items():
        if share:
            yield _part_of(gain, went, share)


def _part_of(gain: Gain, went: SavedTime, share: Decimal) -> Gain:
    low, high = (None if end is None else end * share for end in (gain.low, gain.high))
    benefit_class = CASH if went is SavedTime.CASH_OUT else gain.benefit_class
    return replace(gain, amount=gain.amount * share, low=low, high=high, benefit_class=benefit_class, went=went)


def _gain(kpi: Kpi, effect: Effect, end: date, money: Decimal, factors: Factors | None) -> Gain:
    if effect.grade is None:
        raise ValueError("An effect without a grade is worth no money.")
    low, high = (None, None) if factors is None else sorted((money * factors.low, money * factors.high))
    currency = kpi.value_currency or ""
    return Gain(end, money, currency, kpi.benefit_class, effect.grade, kpi.key, low, high, f"kpi:{kpi.key}")


def volumes_of(kpi: Kpi, cadence: str) -> Mapping[date, Decimal] | None:
    """The volume of each period of the cadence; None where no volume is named."""
    if kpi.volume is None:
        return None
    by_period: dict[date, list[Reading]] = defaultdict(list)
    for point in kpi.volume:
        by_period[period_end(point.on, cadence)].append(point)
    return {end: _aggregated(points, kpi.volume_aggregation) for end, points in by_period.items()}


def _aggregated(points: list[Reading], aggregation: str) -> Decimal:
    if aggregation == "last":
        return max(points, key=lambda point: point.on).value
    total = sum((point.value for point in points), ZERO)
    return total if aggregation == "sum" else total / len(points)
