"""The money of each period of a KPI, worked out again from an effect as it was stored and the KPI as recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.attribution.before_after import GOOD_SIGN
from metrics.core.attribution.money import money_of_unit, no_money
from metrics.core.attribution.observed import DAYS_OF_WEEK, MODELLED_CADENCE
from metrics.core.money import ONE
from metrics.core.periods import period_end
from metrics.core.rollup.effects import volumes_of
from metrics.core.types import Kpi

CENT = Decimal("0.01")
STORED_DIGITS = Decimal("0.0000005")
KEPT_DIGITS = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class Credit:
    """What is credited for one period as stored: its end, the use, the reading and the improvement.

    Use and reading are None where only the mean change is known.
    """

    end: date
    change: Decimal
    dose: Decimal | None = None
    reading: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The money of one period: change × volume × worth; `days` of a week's change of a KPI that is read daily.

    `counted` is what the flows of the period say, None where none of them comes from the KPI.
    """

    credit: Credit
    days: int
    volume: Decimal | None
    worth: Decimal | None
    counted: Decimal | None = None

    @property
    def money(self) -> Decimal | None:
        """In the currency of the value per unit; None where the volume has no reading or the KPI has no money."""
        if self.volume is None or self.worth is None:
            return None
        return self.credit.change * self.days * self.volume * self.worth

    @property
    def ties(self) -> bool:
        """Whether the flows say the same, as far as the digits of the stored change reach."""
        if self.counted is None or self.money is None:
            return self.counted is None
        factor = abs(self.days * (self.volume or ONE) * (self.worth or ONE))
        slack = CENT / 2 + factor * STORED_DIGITS + abs(self.money) * KEPT_DIGITS
        return abs(self.counted - self.money) <= slack


def periods_of(
    kpi: Kpi,
    credits: Sequence[Credit],
    effect: Decimal | None,
    first_use: date | None,
    counted: Mapping[date, Decimal],
) -> list[Period]:
    """Every period since the first use, and those that only flows name.

    Args:
        credits: as stored; empty where the mean change stands for every period.
        effect: the stored mean change in the unit of the readings.
        counted: money of the flows by the end of their period, in the currency of the value per unit.
    """
    weekly = bool(credits) and kpi.cadence in MODELLED_CADENCE
    cadence = MODELLED_CADENCE[kpi.cadence] if weekly else kpi.cadence
    volumes, worth = volumes_of(kpi, cadence), None if no_money(kpi) else money_of_unit(kpi)
    told = list(credits) or _alike(kpi, effect, first_use)
    found = [
        Period(
            credit,
            DAYS_OF_WEEK if weekly else 1,
            ONE if volumes is None else volumes.get(credit.end),
            worth,
            counted.get(credit.end),
        )
        for credit in told
    ]
    known = {credit.end for credit in told}
    found += [
        Period(Credit(end, Decimal(0)), 1, ONE, worth, money) for end, money in counted.items() if end not in known
    ]
    return sorted(found, key=lambda period: period.credit.end)


def _alike(kpi: Kpi, effect: Decimal | None, first_use: date | None) -> list[Credit]:
    """The mean improvement for every period since the first use that has a reading."""
    if effect is None or first_use is None:
        return []
    ends = {period_end(point.on, kpi.cadence) for point in kpi.readings if point.on >= first_use}
    return [Credit(end, effect * GOOD_SIGN[kpi.direction]) for end in sorted(ends)]
