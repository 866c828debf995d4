"""When the money is back: the month in which the running sum turns positive and stays so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from metrics.core.cashflow.rates import Cash, discounted_amount
from metrics.core.money import ZERO
from metrics.core.periods import month_start, months_of


@dataclass(frozen=True, slots=True)
class Payback:
    """Months from the start of the first flow's month, and the calendar month in which they end."""

    months: Decimal
    month: date


def payback(flows: Sequence[Cash]) -> tuple[Payback | None, Payback | None]:
    """The lasting payback and the first crossing of zero, linear within the month; None where there is none."""
    monthly = _by_month(flows)
    sums = list(accumulate(monthly.values()))
    months = list(monthly)
    crossings = [index for index, total in enumerate(sums) if total >= 0 and (index == 0 or sums[index - 1] < 0)]
    if not crossings:
        return None, None
    lasting = _crossing(months, sums, crossings[-1]) if sums[-1] >= 0 else None
    return lasting, _crossing(months, sums, crossings[0])


def discounted(flows: Sequence[Cash], rate: Decimal) -> list[Cash]:
    """The same flows, each worth what it is worth at the date of the first at the yearly `rate`."""
    if not flows:
        return []
    first = min(flow.on for flow in flows)
    return [Cash(flow.on, Decimal(repr(discounted_amount(flow, first, rate)))) for flow in flows]


def _by_month(flows: Sequence[Cash]) -> Mapping[date, Decimal]:
    totals: dict[date, Decimal] = defaultdict(Decimal)
    for flow in flows:
        totals[month_start(flow.on)] += flow.amount
    if not totals:
        return {}
    return {month: totals.get(month, ZERO) for month in months_of(min(totals), max(totals))}


def _crossing(months: Sequence[date], sums: Sequence[Decimal], index: int) -> Payback:
    before = sums[index - 1] if index else ZERO
    rise = sums[index] - before
    within = -before / rise if rise and before < 0 else ZERO
    return Payback(index + within, months[index])
