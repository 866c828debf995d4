"""What the hazards add up to: the chances of one initiative, with how sure they are.

Month by month the shares of an initiative in its state and in those ahead move on or are given up. In its own state the
hazards follow the months already spent there; in a state ahead they are those of an average month. A chance is that of
the hazards' middle, so that a better score never makes it worse. Its range comes from the spread of its log-odds over
seven points of Gauss-Hermite quadrature along the level of moving on, and over seven along that of being given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from metrics.core.risk.factors import Cause
from metrics.core.risk.fitting import COLUMNS, FIRST_CAUSE, LONGEST_MONTHS, TIME, Fit, time_column
from metrics.core.risk.histories import Ending, History, ending_of, scores_in_order, stays_of
from metrics.core.risk.logistic import Posterior
from metrics.core.risk.published import Z_80
from metrics.core.risk.states import STATES, State, months_passed, place

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
OUTER = np.flatnonzero(np.abs(NODES) > 1e-12)
ALONG_ADVANCE = np.concatenate([[0.0], NODES[OUTER], np.zeros(len(OUTER))])
ALONG_ABANDON = np.concatenate([[0.0], np.zeros(len(OUTER)), NODES[OUTER]])
SHARES = np.concatenate([WEIGHTS[len(NODES) // 2 :][:1], WEIGHTS[OUTER]]) / WEIGHTS.sum()
MIDDLE = 0
BLOCK = 2048
LEAST, MOST = 1e-9, 1 - 1e-9
YEAR = 12


@dataclass(frozen=True, slots=True)
class Case:
    """An initiative before production as the forecast sees it; `months_in_state` counts whole months passed."""

    state: State
    months_in_state: int
    scores: Mapping[Cause, Decimal]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance with the ends of its 80 % range."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Chances of one case; `abandoned_by_month` holds the chance of having been given up by the end of each month."""

    never_in_production: Chance
    abandoned_12m: Chance
    abandoned_by_month: tuple[float, ...]


def case_of(history: History, day: date) -> Case | None:
    """The case at the end of `day`; None once it has ended or reached production, or outside its watch."""
    known = history.known_on(day)
    if day < history.watched_from or day > history.watched_until or ending_of(known).ending != Ending.OPEN:
        return None
    stay = stays_of(known)[-1]
    return Case(stay.state, months_passed((day - stay.entered).days), known.scores_on(day), history.group)


def forecast(fit: Fit, cases: Sequence[Case], months: int = YEAR) -> list[Forecast]:
    """The chances of each case, and its course over at least twelve months."""
    months = max(months, YEAR)
    blocks = [cases[start : start + BLOCK] for start in range(0, len(cases), BLOCK)]
    return [found for block in blocks for found in _of_block(fit, block, months)]


def forecast_without_scores(fit: Fit, cases: Sequence[Case]) -> list[Forecast | None]:
    """The forecast of each case as if none of its causes was scored; None for a case that has no scores."""
    bare = [(case.state, case.months_in_state, case.group) if case.scores else None for case in cases]
    kinds = list(dict.fromkeys(kind for kind in bare if kind is not None))
    told = forecast(fit, [Case(state, months, {}, group) for state, months, group in kinds])
    by_kind = dict(zip(kinds, told, strict=True))
    return [None if kind is None else by_kind[kind] for kind in bare]


def _of_block(fit: Fit, cases: Sequence[Case], months: int) -> list[Forecast]:
    never, within, curve = _chances(fit, _columns(fit, cases), months)
    of_never, of_year = _ranged(never), _ranged(within)
    return [
        Forecast(Chance(*first), Chance(*second), tuple(course))
        for first, second, course in zip(of_never.tolist(), of_year.tolist(), curve.T.tolist(), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cases as columns: places of states and groups, months in the state, scores (n, 8)."""

    states: Integers
    months: Integers
    scores: Floats
    groups: Integers


def _columns(fit: Fit, cases: Sequence[Case]) -> _Columns:
    places = {name: index for index, name in enumerate(fit.groups)}
    unknown = len(places)
    return _Columns(
        states=np.array([place(case.state) for case in cases], dtype=np.int64),
        months=np.array([case.months_in_state + 1 for case in cases], dtype=np.int64),
        scores=np.array([scores_in_order(case.scores) for case in cases]).reshape(len(cases), -1),
        groups=np.array([places.get(case.group, unknown) if case.group else -1 for case in cases], dtype=np.int64),
    )


def _chances(fit: Fit, cases: _Columns, months: int) -> tuple[Floats, Floats, Floats]:
    """Never in production and given up within a year (n, 13) at every point, and at the middle by month (months,
    n)."""
    advance, abandon = _Hazard.of(fit.advance, cases), _Hazard.of(fit.abandon, cases)
    ahead = [(advance.ahead(state, ALONG_ADVANCE), abandon.ahead(state, ALONG_ABANDON)) for state in range(len(STATES))]
    here = [(advance.here(step, ALONG_ADVANCE), abandon.here(step, ALONG_ABANDON)) for step in range(LONGEST_MONTHS)]
    within, curve = _given_up(cases.states, here, ahead, months)
    return _never(cases.states, here, ahead), within, curve


@dataclass(frozen=True, slots=True)
class _Hazard:
    """Log-odds of one hazard: middle and deviation (n, states) at an average month, and what each month of the own
    state adds (n, 12) to it."""

    middle: Floats
    deviation: Floats
    states: Integers
    steps: Floats

    @classmethod
    def of(cls, posterior: Posterior, cases: _Columns) -> _Hazard:
        rows = len(cases.states)
        middle, deviation = np.zeros((rows, len(STATES))), np.zeros((rows, len(STATES)))
        for state in range(len(STATES)):
            design = np.zeros((rows, COLUMNS))
            design[:, state] = 1.0
            design[:, FIRST_CAUSE:] = cases.scores
            middle[:, state], deviation[:, state] = _predicted(posterior, design, cases.groups)
        spent = cases.months[:, None] + np.arange(LONGEST_MONTHS)
        return cls(middle, deviation, cases.states, time_column(spent) * posterior.mean[TIME])

    def ahead(self, state: int, nodes: Floats) -> Floats:
        """The chance of a month in a state (n, 13)."""
        return _share(self.middle[:, [state]] + self.deviation[:, [state]] * nodes)

    def here(self, step: int, nodes: Floats) -> Floats:
        """The chance of the month `step` months from now in the own state (n, 13)."""
        own = np.arange(len(self.states)), self.states
        middle = self.middle[own] + self.steps[:, step]
        return _share(middle[:, None] + self.deviation[own][:, None] * nodes)


def _predicted(posterior: Posterior, design: Floats, groups: Integers) -> tuple[Floats, Floats]:
    """Middle and standard deviation of the log-odds; a group that the fit never saw adds the spread between groups."""
    middle = design @ posterior.mean
    variance = np.einsum("np,pq,nq->n", design, posterior.covariance, design)
    seen = (groups >= 0) & (groups < len(posterior.group_mean))
    if seen.any():
        own = groups[seen]
        middle[seen] += posterior.group_mean[own]
        cross = np.einsum("np,np->n", design[seen], posterior.group_covariance[own])
        variance[seen] += posterior.group_variance[own] + 2 * cross
    variance[(groups >= 0) & ~seen] += posterior.spread**2
    return middle, np.sqrt(np.maximum(variance, 0.0))


def _share(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-odds))
    return found


Pairs = Sequence[tuple[Floats, Floats]]


def _never(states: Integers, here: Pairs, ahead: Pairs) -> Floats:
    """One less the chance of leaving every state from now on forwards."""
    advance, abandon = here[-1]
    onward = advance / (advance + abandon)
    for advance, abandon in reversed(here[:-1]):
        onward = advance + np.maximum(1 - advance - abandon, 0.0) * onward
    onward = np.minimum(onward, 1.0)
    for state, (advance, abandon) in enumerate(ahead):
        onward = np.where((states < state)[:, None], onward * advance / (advance + abandon), onward)
    found: Floats = 1 - onward
    return found


def _given_up(states: Integers, here: Pairs, ahead: Pairs, months: int) -> tuple[Floats, Floats]:
    """The share given up within a year (n, 13), and at the middle by the end of each month (months, n)."""
    shares = _Shares.at_start(here[0][0], len(ahead))
    curve = np.empty((months, len(states)))
    within = shares.lost
    for month in range(months):
        if month == YEAR:
            within, shares = shares.lost, shares.at(MIDDLE)
            here, ahead = _at(here, MIDDLE), _at(ahead, MIDDLE)
        shares = shares.after_month(states, here[min(month, len(here) - 1)], ahead)
        curve[month] = shares.lost[:, MIDDLE]
    return (within if months > YEAR else shares.lost), curve


def _at(pairs: Pairs, node: int) -> Pairs:
    return [(advance[:, [node]], abandon[:, [node]]) for advance, abandon in pairs]


@dataclass(frozen=True, slots=True)
class _Shares:
    """Shares (n, nodes) still in the own state, in each state ahead, and given up."""

    own: Floats
    ahead: list[Floats]
    lost: Floats

    @classmethod
    def at_start(cls, like: Floats, states: int) -> _Shares:
        return cls(np.ones_like(like), [np.zeros_like(like) for _ in range(states)], np.zeros_like(like))

    def at(self, node: int) -> _Shares:
        return _Shares(self.own[:, [node]], [part[:, [node]] for part in self.ahead], self.lost[:, [node]])

    def after_month(self, states: Integers, here: tuple[Floats, Floats], ahead: Pairs) -> _Shares:
        advance, abandon = here
        moved, lost = self.own * advance, self.lost + self.own * abandon
        shares, before = [], np.zeros_like(moved)
        for state, (onward, given_up) in enumerate(ahead):
            arriving = before + np.where((states == state - 1)[:, None], moved, 0.0)
            before, lost = self.ahead[state] * onward, lost + self.ahead[state] * given_up
            shares.append(self.ahead[state] * np.maximum(1 - onward - given_up, 0.0) + arriving)
        return _Shares(self.own * np.maximum(1 - advance - abandon, 0.0), shares, lost)


def _ranged(chances: Floats) -> Floats:
    """Middle, low and high (n, 3) of chances at every point (n, 13)."""
    kept = np.clip(chances, LEAST, MOST)
    odds = np.log(kept) - np.log1p(-kept)
    middle, outer = odds[:, MIDDLE], len(OUTER)
    spread = np.sqrt(_variance(odds[:, : outer + 1]) + _variance(odds[:, [MIDDLE, *range(outer + 1, 2 * outer + 1)]]))
    return np.column_stack([chances[:, MIDDLE], _share(middle - Z_80 * spread), _share(middle + Z_80 * spread)])


def _variance(odds: Floats) -> Floats:
    """Variance (n,) of log-odds (n, 7) along one direction, the middle first."""
    found: Floats = ((odds - (odds @ SHARES)[:, None]) ** 2) @ SHARES
    return found
