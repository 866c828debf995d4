"""One initiative's outcomes over its horizon, drawn 4,096 times.

Money to date is certain, apart from how sure the effects behind it are. Money ahead comes as the value counts it, and
every draw moves it relative to that: costs by a factor; lines of benefits by what is realised, the share of users, a
delay, a ramp-up and decay; proven effects carried on by how sure they are, users and decay. Once the initiative is
given up, nothing more is spent or earned. Months are worked out once for each distinct delay, ramp and decay and added
up to every month of giving up, so that a draw costs a few multiplications instead of one for each month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from scipy.stats import rankdata

from metrics.core.types import ADOPTION, BENEFIT, COST, DECAY, DELAY, MOST_DECAY, MOST_MONTHS_LATE, RAMP
from metrics.core.uncertainty.marginals import (
    P10,
    P50,
    P90,
    Points,
    cost_prior,
    factor,
    realised,
    share,
    worth,
)
from metrics.core.uncertainty.points import FIRST, STORED, Array, Draws, First, Places, Stored, Table

ABANDONMENT = "abandonment"
EFFECT, VALUE = "effect: ", "value: "
DIMENSION = {name: place for place, name in enumerate((COST, BENEFIT, DELAY, ABANDONMENT, ADOPTION, RAMP, DECAY))}
DECAY_STEPS = 50
MONTHS_OF_YEAR = 12
KEPT_LEVELS = (0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99)
WORST_SHARE = 0.1
DEFAULT_DELAY = Points(0.0, 2.0, 7.0)
Profile: TypeAlias = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class EffectMoney:
    """Money that rests on one KPI's effect: to date and in each month ahead (T,), with the effect's relative spread.

    `name` tells it apart from the other effects of its case; `kpi` is the KPI's key.
    `years` (T,) have passed at the end of each month since the effect was last measured: the time that it decays.
    """

    name: str
    kpi: str
    to_date: float
    to_date_valued: float
    year_to_date: float
    ahead: Array
    years: Array
    deviation: float
    degrees: float
    value: Points
    month_to_date: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """What is drawn from; months ahead are the T months after the day, the running one first.

    Args:
        cost, certain_benefit: money to date that nothing can change.
        cost_valued, benefit_valued: the same at the date of the first flow.
        year_to_date: the same of the running fiscal year, benefit less cost.
        month_to_date: the same of the running month.
        costs: (T,) still to come, at the middle of the recorded driver.
        benefits: (T,) of forecast and plan lines, at the middle of what is realised, before delay, ramp and decay.
        discounts: (T,) factors to the date of the first flow.
        given_up: (T,) chance of having been given up by the end of each month.
        spread: of the logarithm of what lines of benefits realise.
        may_be_late: whether the benefits have not begun yet.
        begins: the month ahead in which use begins, negative for one that has passed.
        in_year: (T,) one for months of the running fiscal year.
    """

    cost: float
    certain_benefit: float
    cost_valued: float
    benefit_valued: float
    year_to_date: float
    costs: Array
    benefits: Array
    discounts: Array
    given_up: Array
    spread: float
    may_be_late: bool
    begins: int
    in_year: Array
    effects: tuple[EffectMoney, ...] = ()
    drivers: Mapping[str, Points] = field(default_factory=dict)
    month_to_date: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """(N,) drawn outcomes; `npv` at the date of the first flow."""

    net: Array
    cost: Array
    npv: Array
    year_net: Array

    @property
    def roi(self) -> Array:
        """Net over cost, where the cost is above zero."""
        found: Array = np.divide(self.net, self.cost, out=np.full_like(self.net, np.nan), where=self.cost > 0)
        return found


def simulate(case: Case, draws: Draws = STORED) -> Outcomes:
    """The outcomes at the points given: money to date, plus what is earned and less what is spent in the months ahead,
    weighted in three ways: as it is, discounted, and of the fiscal year alone."""
    weights = np.stack([np.ones_like(case.discounts), case.discounts, case.in_year])
    certain = [case.certain_benefit - case.cost, case.benefit_valued - case.cost_valued, case.year_to_date]
    effects = [[effect.to_date, effect.to_date_valued, effect.year_to_date] for effect in case.effects]
    found, spent = _weighted(case, draws, weights, certain, effects)
    return Outcomes(net=found[0], cost=case.cost + spent[0], npv=found[1], year_net=found[2])


def simulate_months(case: Case, draws: Draws = FIRST) -> Array:
    """(M, N) the net of each month ahead that lies in the fiscal year, the running one first."""
    weights = np.eye(case.costs.size)[case.in_year > 0]
    later = [0.0] * (len(weights) - 1)
    certain = [case.month_to_date, *later][: len(weights)]
    effects = [[effect.month_to_date, *later][: len(weights)] for effect in case.effects]
    return _weighted(case, draws, weights, certain, effects)[0]


def simulate_added(case: Case, ends: Sequence[int], draws: Draws = FIRST) -> Array:
    """(M, N) net from the first flow to the end of each of these months ahead, 0 being the running one."""
    weights = np.arange(case.costs.size) <= np.array(ends)[:, None]
    effects = [[effect.to_date] * len(ends) for effect in case.effects]
    return _weighted(case, draws, weights.astype(float), [case.certain_benefit - case.cost] * len(ends), effects)[0]


def tornado(case: Case, names: list[str]) -> dict[str, tuple[float, float]]:
    """Net at each driver's 10 % and 90 % point, all others at their middle and nothing given up."""
    if not names:
        return {}
    dimension = _dimensions(case)
    middle = np.full((len(dimension), 2 * len(names)), P50)
    middle[DIMENSION[ABANDONMENT]] = 1 - 1e-12
    for place, name in enumerate(names):
        middle[dimension[name], 2 * place : 2 * place + 2] = (P10, P90)
    nets = simulate(case, Table(middle)).net
    return {name: (float(nets[2 * place]), float(nets[2 * place + 1])) for place, name in enumerate(names)}


def variance_shares(case: Case, net: Array, names: list[str]) -> dict[str, float]:
    """Shares of the spread of net by driver: squared rank correlations, made to add up to one."""
    if not names or np.ptp(net) == 0:
        return {}
    ranks, dimension = rankdata(net), _dimensions(case)
    squares = {name: float(np.corrcoef(ranks, STORED.uniform(dimension[name]))[0, 1]) ** 2 for name in names}
    total = sum(squares.values())
    return {name: square / total for name, square in squares.items()} if total else {}


def drivers_of(case: Case) -> list[str]:
    """The drivers that can move this case at all."""
    lines = bool(case.benefits.any())
    earning = lines or any(effect.ahead.any() for effect in case.effects)
    holds = {
        COST: bool(case.costs.any()),
        BENEFIT: lines,
        DELAY: lines and case.may_be_late,
        ABANDONMENT: bool(case.given_up.any()) and (earning or bool(case.costs.any())),
        ADOPTION: earning and ADOPTION in case.drivers,
        RAMP: lines and RAMP in case.drivers,
        DECAY: earning and DECAY in case.drivers,
        **{EFFECT + effect.name: effect.deviation != 0 for effect in case.effects},
        **{VALUE + effect.name: effect.value.low < effect.value.high for effect in case.effects},
    }
    return [name for name, moves in holds.items() if moves]


def moved(money: Array, profile: Profile, begins: int) -> Array:
    """(T,) money that comes `late` months later, grows in a straight line over `ramp` months from the one in which use
    begins, and shrinks by `decay` a year from now on. What is moved beyond the last month is lost."""
    late, ramp, decay = profile
    months = money.size
    step = np.arange(months)
    grown = money * np.clip((step - begins + 1) / ramp, 0.0, 1.0) if ramp else money
    found = np.concatenate([np.zeros(min(late, months)), grown[: max(months - late, 0)]])
    return found * (1 - decay) ** ((step + 1) / MONTHS_OF_YEAR) if decay else found


def quantiles(values: Array) -> Array:
    """The quantiles that are kept, of (N,) outcomes."""
    found: Array = np.quantile(values, KEPT_LEVELS)
    return found


def quantiles_by_row(values: Array) -> Array:
    """(M, 15) the same of each row of (M, N) outcomes."""
    found: Array = np.quantile(values, KEPT_LEVELS, axis=1).T
    return found


def expected_shortfall(values: Array) -> float:
    """The mean of the worst tenth."""
    count = max(int(values.size * WORST_SHARE), 1)
    worst = np.partition(values, count)[:count]
    return float(worst.mean())


def _dimensions(case: Case) -> dict[str, int]:
    """The dimension of every driver: two of its own for each effect."""
    names = [kind + effect.name for effect in case.effects for kind in (EFFECT, VALUE)]
    return DIMENSION | {name: len(DIMENSION) + place for place, name in enumerate(names)}


def _weighted(
    case: Case, draws: Draws, weights: Array, certain: Sequence[float], effects: Sequence[Sequence[float]]
) -> tuple[Array, Array]:
    """(W, N) net and spending ahead by weight; the money to date, certain and of each effect, comes weighted."""
    given_up = np.searchsorted(case.given_up, draws.uniform(DIMENSION[ABANDONMENT]), side="right")
    ends = np.minimum(given_up + 1, case.costs.size)
    profiles, kind = _profiles(case, draws)
    spent = _reached(case.costs[None], weights, ends) * _overrun(case, draws)
    use = _use(case, draws)
    found = np.array(certain)[:, None] - spent
    if case.benefits.any():
        lines = np.stack([moved(case.benefits, profile, case.begins) for profile in profiles])
        found += _reached(lines, weights, ends, kind) * (use * _realised(case, draws))
    for place, (effect, past) in enumerate(zip(case.effects, effects, strict=True)):
        carried = _reached(_carried(effect, case, profiles), weights, ends, kind if DECAY in case.drivers else None)
        found += (np.array(past)[:, None] + carried * use) * _drawn(effect, place, draws)
    return found, spent


def _reached(tables: Array, weights: Array, ends: Places, kind: Places | None = None) -> Array:
    """(W, N) for each draw the weighted sum of its row of (P, T) money, up to its month of giving up."""
    months = tables.shape[1] + 1
    sums = np.zeros((weights.shape[0], tables.shape[0], months))
    np.cumsum(tables * weights[:, None], axis=2, out=sums[:, :, 1:])
    place = ends if kind is None else kind * months + ends
    found: Array = sums.reshape(weights.shape[0], tables.shape[0] * months).take(place, axis=1)
    return found


def _profiles(case: Case, draws: Draws) -> tuple[list[Profile], Places]:
    """The distinct (delay, ramp, decay) of the draws and which of them each draw has."""
    late = case.drivers.get(DELAY, DEFAULT_DELAY) if case.may_be_late else None
    recorded = late, case.drivers.get(RAMP), case.drivers.get(DECAY)
    return _remembered_kinds(draws, *recorded) if isinstance(draws, Stored | First) else _kinds(draws, *recorded)


@lru_cache(maxsize=128)
def _remembered_kinds(
    draws: Stored | First, late: Points | None, ramp: Points | None, decay: Points | None
) -> tuple[list[Profile], Places]:
    return _kinds(draws, late, ramp, decay)


def _kinds(
    draws: Draws, late: Points | None, ramp: Points | None, decay: Points | None
) -> tuple[list[Profile], Places]:
    """Months are whole; decay is drawn in steps of a fiftieth to either side of its middle."""
    middle = min(decay.middle, MOST_DECAY) if decay else 0.0
    drawn = (_months(draws, DELAY, late), _months(draws, RAMP, ramp), _decay_steps(draws, decay, middle))
    found, kind = np.unique(np.stack(drawn), axis=1, return_inverse=True)
    kept = np.clip(middle + found[2] / DECAY_STEPS, 0.0, MOST_DECAY)
    return list(zip(*found[:2].tolist(), kept.tolist(), strict=True)), kind.reshape(-1)


def _months(draws: Draws, name: str, points: Points | None) -> Places:
    uniform = draws.uniform(DIMENSION[name])
    if points is None:
        return np.zeros(uniform.size, dtype=np.int64)
    return np.minimum(np.round(share(uniform, points)), MOST_MONTHS_LATE).astype(np.int64)


def _decay_steps(draws: Draws, points: Points | None, middle: float) -> Places:
    uniform = draws.uniform(DIMENSION[DECAY])
    if points is None:
        return np.zeros(uniform.size, dtype=np.int64)
    drawn = np.minimum(share(uniform, points), MOST_DECAY)
    return np.round((drawn - middle) * DECAY_STEPS).astype(np.int64)


def _carried(effect: EffectMoney, case: Case, profiles: Sequence[Profile]) -> Array:
    """(P, T) carried money at each decay against the middle one, which is in it already; one row without a decay."""
    points = case.drivers.get(DECAY)
    if points is None:
        return effect.ahead[None]
    kept = np.array([1 - decay for _, _, decay in profiles]) / (1 - min(points.middle, MOST_DECAY))
    found: Array = effect.ahead * kept[:, None] ** effect.years
    return found


def _overrun(case: Case, draws: Draws) -> Array:
    """What costs ahead are multiplied by, against the middle of a recorded driver."""
    points = case.drivers.get(COST)
    if points is not None:
        return factor(draws.normal(DIMENSION[COST]), points) / points.middle
    return _remembered_prior(draws) if isinstance(draws, Stored | First) else cost_prior(draws.uniform(DIMENSION[COST]))


@lru_cache(maxsize=2)
def _remembered_prior(draws: Stored | First) -> Array:
    return cost_prior(draws.uniform(DIMENSION[COST]))


def _realised(case: Case, draws: Draws) -> Array:
    """What lines of benefits are multiplied by, against the middle of what is realised."""
    points, normal = case.drivers.get(BENEFIT), draws.normal(DIMENSION[BENEFIT])
    return factor(normal, points) / points.middle if points else realised(normal, case.spread)


def _use(case: Case, draws: Draws) -> Array | float:
    """Users against the middle of what was expected."""
    points = case.drivers.get(ADOPTION)
    if points is None or not points.middle:
        return 1.0
    drawn: Array = np.minimum(share(draws.uniform(DIMENSION[ADOPTION]), points), 1.0) / points.middle
    return drawn


def _drawn(effect: EffectMoney, place: int, draws: Draws) -> Array:
    """Effect times value per unit, relative to the product of their points."""
    dimension = len(DIMENSION) + 2 * place
    found = 1.0 + effect.deviation * draws.t(dimension, effect.degrees)
    if effect.value.low < effect.value.high:
        found = found * (worth(draws.normal(dimension + 1), effect.value) / effect.value.middle)
    return found
