"""Amounts: minor units, the one rounding, and exchange rates by date."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
RATIO_DIGITS = 6
OLDEST_RATE_DAYS = 7
DAYS_OF_YEAR = 365

# Currencies whose minor unit is not 1/100 (ISO 4217, list one).
_DIGITS_OF: dict[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {currency: digits for digits, currencies in _DIGITS_OF.items() for currency in currencies.split()}
_STEPS = {digits: ONE.scaleb(-digits) for digits in range(RATIO_DIGITS + 1)}
_WIDE = Context(prec=80, rounding=ROUND_HALF_EVEN)


class MissingRate(Exception):
    """No usable exchange rate for a currency in a month."""

    def __init__(self, currency: str, on: date) -> None:
        super().__init__(f"{currency} {on:%Y-%m}")
        self.currency = currency
        self.on = on

    @property
    def where(self) -> str:
        """Currency and month, as the reason's sentence names them."""
        return f"{self.currency} in {self.on:%B %Y}"


def minor_unit(currency: str) -> int:
    """Digits after the point of `currency` by ISO 4217 (2 unless the list says otherwise)."""
    return _EXPONENTS.get(currency, 2)


def round_amount(value: Decimal, currency: str) -> Decimal:
    """Half-even to the minor unit of `currency`."""
    return _rounded(value, minor_unit(currency))


def round_ratio(value: Decimal) -> Decimal:
    """Half-even to six decimals."""
    return _rounded(value, RATIO_DIGITS)


def _rounded(value: Decimal, digits: int) -> Decimal:
    result = value.quantize(_STEPS[digits], context=_WIDE)
    return result if result else abs(result)


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` costs `rate` units of `quote` on that date."""

    on: date
    base: str
    quote: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class _Series:
    """Rates of one currency against one base, oldest first."""

    dates: tuple[date, ...]
    rates: tuple[Decimal, ...]

    def on(self, day: date, *, any_age: bool) -> tuple[date, Decimal] | None:
        """The last rate on or before `day`, at most seven days older unless `any_age`."""
        place = bisect_right(self.dates, day) - 1
        if place < 0:
            return None
        found = self.dates[place]
        if not any_age and (day - found).days > OLDEST_RATE_DAYS:
            return None
        return found, self.rates[place]


@dataclass(frozen=True)
class RateTable:
    """Exchange rates by date, with inverse rates and crosses through one shared base.

    The rate of a flow's own date is the last one on or before it, at most seven days older (semantics 7).
    """

    series: Mapping[tuple[str, str], _Series] = field(default_factory=dict)

    @classmethod
    def of(cls, rates: Iterable[Rate]) -> RateTable:
        """A table of `rates`; a later one for the same pair and day takes the earlier one's place."""
        found: dict[tuple[str, str], dict[date, Decimal]] = defaultdict(dict)
        for rate in rates:
            found[rate.base, rate.quote][rate.on] = rate.rate
        return cls({pair: _series(days) for pair, days in found.items()})

    def factor(self, source: str, target: str, on: date, *, last_known: bool = False) -> Decimal:
        """Units of `target` for one unit of `source` on that date.

        `last_known` takes the last rate however old: the rule for forecast flows.
        Raises MissingRate where there is none.
        """
        if source == target:
            return ONE
        direct = self._direct(source, target, on, last_known)
        if direct is not None:
            return direct
        cross = self._cross(source, target, on, last_known)
        if cross is None:
            raise MissingRate(target if self._known(source, on, last_known) else source, on)
        return cross

    def convert(self, amount: Decimal, source: str, target: str, on: date, *, last_known: bool = False) -> Decimal:
        """`amount` of `source` in `target`, unrounded. Raises MissingRate."""
        return amount * self.factor(source, target, on, last_known=last_known)

    def _direct(self, source: str, target: str, on: date, last_known: bool) -> Decimal | None:
        """The newer of the rate as given and the inverse of the rate the other way round."""
        given = self._lookup(source, target, on, last_known)
        other = self._lookup(target, source, on, last_known)
        if other is not None and (given is None or other[0] > given[0]):
            return ONE / other[1]
        return given[1] if given else None

    def _cross(self, source: str, target: str, on: date, last_known: bool) -> Decimal | None:
        for base in sorted({currency for pair in self.series for currency in pair}):
            to_source = self._direct(base, source, on, last_known)
            to_target = self._direct(base, target, on, last_known)
            if to_source is not None and to_target is not None:
                return to_target / to_source
        return None

    def _known(self, currency: str, on: date, last_known: bool) -> bool:
        return any(self._lookup(*pair, on, last_known) for pair in self.series if currency in pair)

    def _lookup(self, base: str, quote: str, on: date, last_known: bool) -> tuple[date, Decimal] | None:
        series = self.series.get((base, quote))
        return series.on(on, any_age=last_known) if series else None


def _series(days: Mapping[date, Decimal]) -> _Series:
    ordered = sorted(days.items())
    return _Series(tuple(day for day, _ in ordered), tuple(rate for _, rate in ordered))


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Price levels by month, oldest first, on a scale of any base; empty where nobody keeps an index.

    `inflation` is the yearly rise expected after the last level.
    """

    months: tuple[date, ...] = ()
    levels: tuple[Decimal, ...] = ()
    inflation: Decimal | None = None

    @classmethod
    def of(cls, levels: Mapping[date, Decimal], inflation: Decimal | None = None) -> PriceTable:
        """A table of levels by the first day of their month."""
        ordered = sorted(levels)
        return cls(tuple(ordered), tuple(levels[month] for month in ordered), inflation)

    def level(self, on: date) -> float | None:
        """The price level of a day: its month's or the last one known; after the last one along expected inflation."""
        place = bisect_right(self.months, on) - 1
        if place < 0:
            return None
        level, is_last = float(self.levels[place]), place == len(self.months) - 1
        if not is_last or self.inflation is None or on.replace(day=1) == self.months[place]:
            return level
        years = (on - self.months[place]).days / DAYS_OF_YEAR
        return level * math.exp(math.log1p(float(self.inflation)) * max(years, 0.0))

    def factor(self, on: date, base: date | None = None) -> float:
        """What turns money of that day into prices of `base` (the last level known); 1 where no level is known."""
        own = self.level(on)
        other = self.level(base) if base else (float(self.levels[-1]) if self.levels else None)
        return 1.0 if own is None or other is None else other / own
