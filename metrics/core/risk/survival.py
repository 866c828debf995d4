"""How long others stayed: the product-limit estimate of Kaplan and Meier (1958), with late entry and open ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

LEAST_AT_RISK = 5
HALF = 0.5
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Stay:
    """Days in a stage, counted from its entry: seen from day `since` to day `until`, on which it `ended` or was open.

    `since` is above 0 for an initiative that was recorded when it had been in the stage for so long; `count` is the
    number of stays that are all like this one.
    """

    since: int
    until: int
    ended: bool
    count: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which stays ended, of so many that were seen just before; `share` of all goes on after it."""

    day: int
    share: float
    at_risk: int
    ended: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The share of stays that goes on after each day; `stays` were counted, `ended` of them over."""

    steps: tuple[Step, ...] = ()
    stays: int = 0
    ended: int = 0

    @property
    def median(self) -> int | None:
        """The first day after which at most half goes on; None while more than half does."""
        return next((step.day for step in self.steps if step.share <= HALF + TINY), None)

    def share_after(self, day: int) -> float:
        """The share that goes on after `day`."""
        place = bisect_right(self.steps, day, key=lambda step: step.day)
        return self.steps[place - 1].share if place else 1.0


def curve_of(stays: Sequence[Stay]) -> Curve:
    """The curve of stays: at each day its share is multiplied by one less ended over seen.

    A stay is seen on the days after `since` up to `until`; one that is never seen does not count (Klein and
    Moeschberger 2003, section 4.6).
    """
    seen = [stay for stay in stays if stay.until > stay.since]
    if not seen:
        return Curve()
    counts, over = np.array([stay.count for stay in seen]), np.array([stay.count * stay.ended for stay in seen])
    since, until = [stay.since for stay in seen], [stay.until for stay in seen]
    days = np.unique([stay.until for stay in seen if stay.ended])
    at_risk = _before(days, since, counts) - _before(days, until, counts)
    ended = np.diff(_before(np.append(days, np.inf), until, over))
    shares = np.cumprod(1 - ended / at_risk)
    columns = (days.tolist(), shares.tolist(), at_risk.tolist(), ended.tolist())
    return Curve(tuple(Step(*row) for row in zip(*columns, strict=True)), int(counts.sum()), int(ended.sum()))


def _before(days: Array, on: Sequence[int], counts: Array) -> Array:
    """How many stays have their day `on` before each of `days`."""
    order = np.argsort(on, kind="stable")
    added = np.concatenate([[0], np.cumsum(counts[order])])
    found: Array = added[np.searchsorted(np.asarray(on)[order], days)]
    return found


def curve_of_stage(stays: Sequence[Stay]) -> Curve:
    """The curve that later stays are held against.

    It is that of the days that were seen, if it reaches its median with five seen on each day up to it. Else every
    stay counts from its first day on, as it was told when its initiative was recorded: where initiatives were all
    recorded late, hardly any stay was seen from its beginning, and a few that were would decide alone.
    """
    curve = curve_of(stays)
    median = curve.median
    if median is not None and all(step.at_risk >= LEAST_AT_RISK for step in curve.steps if step.day <= median):
        return curve
    return curve_of([replace(stay, since=0) for stay in stays])
