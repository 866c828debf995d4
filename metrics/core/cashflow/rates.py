"""Present value, and every rate of return that fits dated cash flows.

The year fraction is days/365 counted from the earliest flow, as in Excel's XNPV and XIRR. A rate r is a root of
f(x) = sum of c exp(-x y) with x = log(1 + r).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from metrics.core.periods import year_fraction

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

LOWEST_RATE = -0.99
HIGHEST_RATE = 1096.0
FIRST_CELLS = 48
NARROWEST = 1e-10
TOUCHES_ZERO = 1e-12
SAME_PLACE = 1e-4
MOST_STEPS = 200
SMALLEST_STEP = 4e-16


@dataclass(frozen=True, slots=True)
class Cash:
    """One dated amount, negative when paid."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Curve:
    """f, written as amounts over years; `weights` holds c, -c y, c y^2 and -c y^3 for f and its derivatives."""

    years: Array
    weights: Array

    def derivatives(self, x: Array) -> tuple[Array, Array]:
        """f and its first three derivatives at each x, and the same with every term taken as positive.

        Every x has a positive factor of its own, which leaves signs, zeros and ratios alone and keeps flows that lie a
        century apart within what a float holds.
        """
        exponents = -np.outer(x, self.years)
        discounts = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        return discounts @ self.weights, discounts @ np.abs(self.weights)


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

    Cells of x are refined until f keeps its sign or is monotone on each of them, so that no root is missed; a curve
    that only touches zero counts as one root.
    """
    curve = _curve(flows)
    amounts = curve.weights[:, 0]
    if not ((amounts > 0).any() and (amounts < 0).any()):
        return ()
    grid = np.linspace(math.log1p(LOWEST_RATE), math.log1p(HIGHEST_RATE), FIRST_CELLS + 1)
    cells, touching = _isolated(curve, grid)
    roots = [_bracketed_root(curve, low, high) for low, high in cells]
    roots += [_turning_point(curve, place) for place in touching]
    return tuple(math.expm1(root) for root in sorted(roots))


def modified_rate(flows: Sequence[Cash], rate: Decimal) -> float | None:
    """Yearly rate that turns the money paid into the money received, both moved in time at `rate`.

    None unless money is both paid and received on different days.
    """
    first, last = min(flow.on for flow in flows), max(flow.on for flow in flows)
    years = year_fraction(first, last)
    start = Cash(first, Decimal(0))
    received = present_value([start, *_by_day(flow for flow in flows if flow.amount > 0)], rate)
    paid = -present_value([start, *_by_day(flow for flow in flows if flow.amount < 0)], rate)
    if not (received and paid and years):
        return None
    return math.exp(math.log1p(float(rate)) + math.log(received / paid) / years) - 1


def _curve(flows: Sequence[Cash]) -> _Curve:
    merged = _by_day(flows)
    first = min((flow.on for flow in merged), default=date.min)
    amounts = np.array([float(flow.amount) for flow in merged])
    years = np.array([year_fraction(first, flow.on) for flow in merged])
    scaled = amounts / (np.abs(amounts).max(initial=0.0) or 1.0)
    return _Curve(years, np.stack([scaled * (-years) ** power for power in range(4)], axis=1))


def _by_day(flows: Iterable[Cash]) -> list[Cash]:
    """Flows of one day added up as decimals, so that those which cancel leave no rounding behind as a root."""
    days: dict[date, Decimal] = defaultdict(Decimal)
    for flow in flows:
        days[flow.on] += flow.amount
    return [Cash(on, amount) for on, amount in days.items()]


def _isolated(curve: _Curve, grid: Array) -> tuple[list[tuple[float, float]], list[float]]:
    """Cells that hold exactly one crossing, and the places where the curve only touches zero."""
    low, high = grid[:-1], grid[1:]
    cells: list[tuple[float, float]] = []
    touching: list[float] = []
    while low.size:
        crossing, undecided, at_zero = _judged(curve, low, high)
        cells.extend(zip(low[crossing].tolist(), high[crossing].tolist(), strict=True))
        _note_touching(touching, low[undecided & at_zero].tolist())
        low, high = _halved(low[undecided & ~at_zero], high[undecided & ~at_zero])
    return cells, touching


def _judged(curve: _Curve, low: Array, high: Array) -> tuple[Mask, Mask, Mask]:
    """For each cell: it holds one crossing, it cannot be decided at this width, f is zero there within rounding.

    By Taylor's theorem f keeps its sign where its tangent at the low end stays further from zero than the largest
    second derivative allows; f is monotone where the same holds for its slope. Every positive term falls as x rises,
    so the bounds at the low end hold on the whole cell.
    """
    at_low, size_low = curve.derivatives(low)
    at_high, size_high = curve.derivatives(high)
    width = high - low
    apart = _keeps_sign(at_low[:, 0], at_low[:, 1], size_low[:, 2], width)
    monotone = _keeps_sign(at_low[:, 1], at_low[:, 2], size_low[:, 3], width)
    crosses = (at_low[:, 0] > 0) != (at_high[:, 0] > 0)
    at_zero = _is_zero(at_low[:, 0], size_low[:, 0]) & _is_zero(at_high[:, 0], size_high[:, 0])
    return ~apart & monotone & crosses, ~apart & ~monotone, at_zero | (width < NARROWEST)


def _keeps_sign(value: Array, slope: Array, curvature: Array, width: Array) -> Mask:
    end = value + slope * width
    same_sign: Mask = (value > 0) == (end > 0)
    least: Array = np.minimum(np.abs(value), np.abs(end))
    return same_sign & (least > curvature * width**2 / 2)


def _is_zero(value: Array, size: Array) -> Mask:
    near: Mask = np.abs(value) <= TOUCHES_ZERO * size
    return near


def _halved(low: Array, high: Array) -> tuple[Array, Array]:
    middle = (low + high) / 2
    return np.concatenate([low, middle]), np.concatenate([middle, high])


def _note_touching(touching: list[float], places: list[float]) -> None:
    for place in places:
        if all(abs(place - known) > SAME_PLACE for known in touching):
            touching.append(place)


def _bracketed_root(curve: _Curve, low: float, high: float) -> float:
    """The root of a cell with one crossing: Newton's steps, kept inside a bracket that shrinks."""
    positive_at_low = _value(curve, low)[0] > 0
    x = (low + high) / 2
    for _ in range(MOST_STEPS):
        value, slope = _value(curve, x)
        low, high = (x, high) if (value > 0) == positive_at_low else (low, x)
        newton = x - value / slope if slope else low
        following = newton if low < newton < high else (low + high) / 2
        if abs(following - x) <= SMALLEST_STEP * max(1.0, abs(x)):
            return following
        x = following
    return x


def _turning_point(curve: _Curve, x: float) -> float:
    """Where the slope is zero, near `x`: the exact place of a root that only touches zero."""
    for _ in range(MOST_STEPS):
        _, slope, bend, _ = curve.derivatives(np.array([x]))[0][0].tolist()
        step = slope / bend if bend else 0.0
        if abs(step) <= SMALLEST_STEP or abs(step) > SAME_PLACE:
            break
        x -= step
    return x


def _value(curve: _Curve, x: float) -> tuple[float, float]:
    value, slope, *_ = curve.derivatives(np.array([x]))[0][0].tolist()
    return value, slope
