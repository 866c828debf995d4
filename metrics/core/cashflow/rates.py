"""Present value, and every rate of return that fits dated cash flows.

The year fraction is days/365 counted from the earliest flow, as in Excel's XNPV and XIRR. A rate r is a root of
f(x) = sum of c exp(-x y) with x = log(1 + r).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.cashflow.roots import Array, all_roots, curves_of
from metrics.core.periods import DAYS_OF_YEAR, year_fraction

LOWEST_RATE = -0.99
HIGHEST_RATE = 1096.0


@dataclass(frozen=True, slots=True)
class Cash:
    """One dated amount, negative when paid."""

    on: date
    amount: Decimal


def present_value(flows: Sequence[Cash], rate: Decimal) -> float:
    """Value at the date of the earliest flow, discounted at the yearly `rate`, which is above -1."""
    if not flows:
        return 0.0
    first = min(flow.on for flow in flows)
    log_rate = math.log1p(float(rate))
    return math.fsum(float(flow.amount) * math.exp(-log_rate * year_fraction(first, flow.on)) for flow in flows)


def present_values(flows: Sequence[Cash], rates: Sequence[Decimal]) -> list[float]:
    """The same at many rates, in their order."""
    if not flows:
        return [0.0] * len(rates)
    first = min(flow.on for flow in flows)
    amounts = np.array([float(flow.amount) for flow in flows])
    years = np.array([year_fraction(first, flow.on) for flow in flows])
    log_rates = np.log1p(np.array([float(rate) for rate in rates]))
    values: list[float] = (np.exp(-np.outer(log_rates, years)) @ amounts).tolist()
    return values


def discounted_amount(flow: Cash, first: date, rate: Decimal) -> float:
    """What one flow is worth at the date of the first."""
    return float(flow.amount) * math.exp(-math.log1p(float(rate)) * year_fraction(first, flow.on))


def internal_rates(flows: Sequence[Cash]) -> tuple[float, ...]:
    """Every yearly rate between -0.99 and 1,096 at which the present value is zero, lowest first.

    A curve that only touches zero counts as one root.
    """
    return internal_rates_of_all([flows])[0]


def internal_rates_of_all(portfolio: Sequence[Sequence[Cash]]) -> list[tuple[float, ...]]:
    """The same for many flows at once, which changes no answer."""
    curves = curves_of([_terms(flows) for flows in portfolio])
    found = all_roots(curves, math.log1p(LOWEST_RATE), math.log1p(HIGHEST_RATE))
    return [tuple(math.expm1(root) for root in roots) for roots in found]


def modified_rate(flows: Sequence[Cash], rate: Decimal) -> float | None:
    """Yearly rate that turns the money paid into the money received, both moved in time at `rate`.

    None unless money is both paid and received on different days.
    """
    first, last = min(flow.on for flow in flows), max(flow.on for flow in flows)
    years = year_fraction(first, last)
    start = Cash(first, Decimal(0))
    received = present_value([start, *(flow for flow in flows if flow.amount > 0)], rate)
    paid = -present_value([start, *(flow for flow in flows if flow.amount < 0)], rate)
    if not (received and paid and years):
        return None
    return math.exp(math.log1p(float(rate)) + math.log(received / paid) / years) - 1


def _terms(flows: Sequence[Cash]) -> tuple[Array, Array]:
    """Years from the first flow and amounts, one for each day."""
    days = _by_day(flows)
    when = np.array([on.toordinal() for on in days], dtype=float)
    return (when - when.min(initial=math.inf)) / DAYS_OF_YEAR, np.array([float(amount) for amount in days.values()])


def _by_day(flows: Iterable[Cash]) -> dict[date, Decimal]:
    """Flows of one day added up as decimals, so that those which cancel leave no rounding behind as a root."""
    days: dict[date, Decimal] = {}
    for flow in flows:
        known = days.get(flow.on)
        days[flow.on] = flow.amount if known is None else known + flow.amount
    return days
