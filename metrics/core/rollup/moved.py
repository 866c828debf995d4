"""Which figures moved between two snapshots, by as much as a reader would see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from metrics.core.results import COUNT, MONTHS, PROBABILITY, RATIO

UNDER_TEN_PERCENT = Decimal("0.0995")
STEPS = {MONTHS: Decimal("0.1"), COUNT: Decimal(1)}
LEAST_CHANCE, MOST_CHANCE = Decimal("0.01"), Decimal("0.99")


@dataclass(frozen=True, slots=True)
class Said:
    """What a snapshot said of one figure: a value of a unit, or the code of a reason."""

    value: Decimal | None
    unit: str
    reason: str | None = None


def moved(was: Mapping[str, Said], now: Mapping[str, Said]) -> list[str]:
    """The names of figures that read differently, in the order of `now`; those that only one side has are left out."""
    return [name for name, said in now.items() if name in was and _reads(was[name]) != _reads(said)]


def _reads(said: Said) -> tuple[str, Decimal | str | None]:
    """The figure as far as people see it: whole units of money, whole percent, tenths of a percent under ten."""
    if said.value is None:
        return said.unit, said.reason
    value = said.value
    if said.unit == PROBABILITY:
        value = min(max(value, LEAST_CHANCE), MOST_CHANCE)
    return said.unit, value.quantize(_step(value, said.unit)) + 0


def _step(value: Decimal, unit: str) -> Decimal:
    if unit in STEPS:
        return STEPS[unit]
    if unit == PROBABILITY:
        return Decimal("0.01")
    if unit == RATIO:
        return Decimal("0.001") if abs(value) < UNDER_TEN_PERCENT else Decimal("0.01")
    if len(unit) == 3 and unit.isupper():
        return Decimal(1)
    return Decimal(1) if abs(value) >= 1000 else Decimal("0.1") if abs(value) >= 10 else Decimal("0.01")
