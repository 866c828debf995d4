"""Every root of many discounted sums at once: f(x) = sum of c exp(-x y), with x = log(1 + rate).

Cells of x are refined until f keeps its sign or is monotone on each of them, so that no root is missed. Curves are
worked out in blocks of rows, each with its own x, and every row has a positive factor of its own, which leaves signs,
zeros and ratios alone and keeps flows that lie a century apart within what a float holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.intp]

FIRST_CELLS = 48
ROWS_AT_ONCE = 512
LANES = 8
NARROWEST = 1e-10
TOUCHES_ZERO = 1e-12
SAME_PLACE = 1e-4
MOST_STEPS = 200
SMALLEST_STEP = 4e-16


@dataclass(frozen=True, slots=True)
class Curves:
    """N sums of K terms; a shorter one is filled up with terms of nothing.

    Args:
        years: (N, K) y, from zero up.
        amounts: (N, K) c, at most one in size.
        last_year: (N,) the largest y.
    """

    years: Array
    amounts: Array
    last_year: Array

    def at(self, curves: Places, x: Array, *, powers: int) -> tuple[list[Array], list[Array]]:
        """(M,) f and its first `powers` derivatives at each x of each curve, and the same with all terms positive."""
        derivatives = [np.empty(x.size) for _ in range(powers + 1)]
        sizes = [np.empty(x.size) for _ in range(powers + 1)]
        for rows in _blocks(x.size):
            years = self.years[curves[rows]]
            largest = np.maximum(-x[rows] * self.last_year[curves[rows]], 0.0)
            terms = np.exp(-x[rows, None] * years - largest[:, None]) * self.amounts[curves[rows]]
            for power in range(powers + 1):
                derivatives[power][rows] = terms.sum(axis=1)
                sizes[power][rows] = np.abs(terms).sum(axis=1)
                if power < powers:
                    terms *= -years
        return derivatives, sizes


def curves_of(terms: Sequence[tuple[Array, Array]]) -> Curves:
    """Curves from years and amounts of each; amounts are scaled so that the largest is one."""
    width = max((years.size for years, _ in terms), default=0)
    shape = (len(terms), max(-(-width // LANES) * LANES, LANES))
    years, amounts = np.zeros(shape), np.zeros(shape)
    for row, (when, how_much) in enumerate(terms):
        years[row, : when.size] = when
        amounts[row, : when.size] = how_much / (np.abs(how_much).max(initial=0.0) or 1.0)
    return Curves(years, amounts, years.max(axis=1))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Stretches of x, each of one curve: (M,) curve, lower and upper end."""

    curve: Places
    low: Array
    high: Array

    def where(self, chosen: Mask) -> _Cells:
        return _Cells(self.curve[chosen], self.low[chosen], self.high[chosen])

    def halved(self) -> _Cells:
        middle = (self.low + self.high) / 2
        return _Cells(np.tile(self.curve, 2), np.concatenate([self.low, middle]), np.concatenate([middle, self.high]))


def all_roots(curves: Curves, lowest: float, highest: float) -> list[list[float]]:
    """The roots of each curve between two x, lowest first; one that only touches zero counts as one."""
    found: list[list[float]] = [[] for _ in range(curves.years.shape[0])]
    mixed = np.flatnonzero((curves.amounts > 0).any(axis=1) & (curves.amounts < 0).any(axis=1))
    grid = np.linspace(lowest, highest, FIRST_CELLS + 1)
    cells = _Cells(np.repeat(mixed, FIRST_CELLS), np.tile(grid[:-1], mixed.size), np.tile(grid[1:], mixed.size))
    while cells.curve.size:
        crossing, undecided, at_zero = _judged(curves, cells)
        _note_crossings(curves, cells.where(crossing), found)
        _note_touching(curves, cells.where(undecided & at_zero), found)
        cells = cells.where(undecided & ~at_zero).halved()
    return [sorted(roots) for roots in found]


def _blocks(size: int) -> Iterator[slice]:
    return (slice(start, start + ROWS_AT_ONCE) for start in range(0, size, ROWS_AT_ONCE))


def _judged(curves: Curves, cells: _Cells) -> tuple[Mask, Mask, Mask]:
    """For each cell: it holds one crossing, it cannot be decided at this width, f is zero there within rounding.

    By Taylor's theorem f keeps its sign where its tangent at the low end stays further from zero than the largest
    second derivative allows; f is monotone where the same holds for its slope. Every positive term falls as x rises,
    so the bounds at the low end hold on the whole cell.
    """
    (value, slope, bend, _), (size, _, curvature, twist) = curves.at(cells.curve, cells.low, powers=3)
    (value_high,), (size_high,) = curves.at(cells.curve, cells.high, powers=0)
    width = cells.high - cells.low
    apart = _keeps_sign(value, slope, curvature, width)
    monotone = _keeps_sign(slope, bend, twist, width)
    crosses = (value > 0) != (value_high > 0)
    at_zero = _is_zero(value, size) & _is_zero(value_high, size_high)
    return ~apart & monotone & crosses, ~apart & ~monotone, at_zero | (width < NARROWEST)


def _keeps_sign(value: Array, slope: Array, curvature: Array, width: Array) -> Mask:
    end = value + slope * width
    same_sign: Mask = (value > 0) == (end > 0)
    least: Array = np.minimum(np.abs(value), np.abs(end))
    return same_sign & (least > curvature * width**2 / 2)


def _is_zero(value: Array, size: Array) -> Mask:
    near: Mask = np.abs(value) <= TOUCHES_ZERO * size
    return near


def _note_crossings(curves: Curves, cells: _Cells, found: list[list[float]]) -> None:
    for curve, root in zip(cells.curve.tolist(), _crossings(curves, cells).tolist(), strict=True):
        found[curve].append(root)


def _note_touching(curves: Curves, cells: _Cells, found: list[list[float]]) -> None:
    for curve, place in zip(cells.curve.tolist(), cells.low.tolist(), strict=True):
        if all(abs(place - known) > SAME_PLACE for known in found[curve]):
            found[curve].append(_turning_point(curves, curve, place))


def _turning_point(curves: Curves, curve: int, x: float) -> float:
    """Where the slope is zero, near `x`: the exact place of a root that only touches zero."""
    for _ in range(MOST_STEPS):
        (_, slope, bend), _ = curves.at(np.array([curve]), np.array([x]), powers=2)
        step = float(slope[0] / bend[0]) if bend[0] else 0.0
        if abs(step) <= SMALLEST_STEP or abs(step) > SAME_PLACE:
            break
        x -= step
    return x


def _crossings(curves: Curves, cells: _Cells) -> Array:
    """The root of each cell with one crossing: Newton's steps, kept inside a bracket that shrinks."""
    low, high = cells.low.copy(), cells.high.copy()
    (at_low,), _ = curves.at(cells.curve, low, powers=0)
    positive_at_low, x = at_low > 0, (low + high) / 2
    open_ones = np.arange(x.size)
    for _ in range(MOST_STEPS):
        if not open_ones.size:
            break
        here = x[open_ones]
        (value, slope), _ = curves.at(cells.curve[open_ones], here, powers=1)
        goes_up = (value > 0) == positive_at_low[open_ones]
        low[open_ones] = np.where(goes_up, here, low[open_ones])
        high[open_ones] = np.where(goes_up, high[open_ones], here)
        newton = here - np.divide(value, slope, out=np.full_like(value, np.inf), where=slope != 0)
        inside = ((newton > low[open_ones]) & (newton < high[open_ones])) | (value == 0)
        x[open_ones] = np.where(inside, newton, (low[open_ones] + high[open_ones]) / 2)
        open_ones = open_ones[np.abs(x[open_ones] - here) > SMALLEST_STEP * np.maximum(1.0, np.abs(here))]
    return x
