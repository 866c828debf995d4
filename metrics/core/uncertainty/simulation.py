"""One initiative's outcomes over its horizon, drawn 4,096 times.

Money to date is certain, apart from how sure the effects behind it are. Costs ahead take a factor; benefits ahead take
the share that is realised, the share of users, a delay, a ramp-up and decay; and once the initiative is given up,
nothing more is spent or earned. Months are worked out once for each distinct delay, ramp and decay and added up to
every month of giving up, so that a draw costs a few multiplications instead of one for each month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit
from scipy.stats import rankdata

from metrics.core.uncertainty.marginals import (
    P10,
    P50,
    P90,
    Points,
    cost_prior,
    factor,
    realisation,
    share,
)
from metrics.core.uncertainty.points import Array, Places, t_scores, uniforms

COST, BENEFIT, DELAY, ABANDONMENT, ADOPTION, RAMP, DECAY = (
    "cost", "benefit", "delay", "abandonment", "adoption", "ramp", "decay",
)  # fmt: skip
DIMENSION = {name: place for place, name in enumerate((COST, BENEFIT, DELAY, ABANDONMENT, ADOPTION, RAMP, DECAY))}
FIRST_EFFECT = len(DIMENSION)
LAST_EFFECT = 15
MOST_MONTHS_LATE = 24
DECAY_STEPS = 50
MOST_DECAY = 0.98
WIDE = 64
MONTHS_OF_YEAR = 12
KEPT_LEVELS = (0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99)
WORST_SHARE = 0.1
DEFAULT_DELAY = Points(0.0, 2.0, 7.0)


@dataclass(frozen=True, slots=True)
class EffectMoney:
    """Money that rests on one KPI's effect: to date and in each month ahead (T,), with the effect's relative spread."""

    name: str
    to_date: float
    to_date_valued: float
    ahead: Array
    deviation: float
    degrees: float
    value: Points


@dataclass(frozen=True, slots=True)
class Case:
    """What is drawn from; months ahead are the T months after the day, the running one first.

    Args:
        cost, certain_benefit: money to date that nothing can change.
        cost_valued, benefit_valued: the same at the date of the first flow.
        costs, forecasts, plans: (T,) money still to come, plans at face value.
        discounts: (T,) factors to the date of the first flow.
        given_up: (T,) chance of having been given up by the end of each month.
        realisation: mean and spread of the logarithm of what plans realise.
        may_be_late: whether the benefits have not begun yet.
        in_year: (T,) one for months of the running fiscal year.
    """

    cost: float
    certain_benefit: float
    cost_valued: float
    benefit_valued: float
    costs: Array
    forecasts: Array
    plans: Array
    discounts: Array
    given_up: Array
    realisation: tuple[float, float]
    may_be_late: bool
    in_year: Array
    year_to_date: float
    effects: tuple[EffectMoney, ...] = ()
    drivers: Mapping[str, Points] = field(default_factory=dict)


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


def simulate(case: Case) -> Outcomes:
    """The outcomes at the stored points."""
    return _outcomes(case, uniforms())


def tornado(case: Case, names: list[str]) -> dict[str, tuple[float, float]]:
    """Net at each driver's 10 % and 90 % point, all others at their middle and nothing given up."""
    if not names:
        return {}
    middle = np.full((uniforms().shape[0], 2 * len(names)), P50)
    middle[DIMENSION[ABANDONMENT]] = 1 - 1e-12
    for place, name in enumerate(names):
        middle[_dimension(case, name), 2 * place : 2 * place + 2] = (P10, P90)
    nets = _outcomes(case, middle).net
    return {name: (float(nets[2 * place]), float(nets[2 * place + 1])) for place, name in enumerate(names)}


def variance_shares(case: Case, net: Array, names: list[str]) -> dict[str, float]:
    """Shares of the spread of net by driver: squared rank correlations, made to add up to one."""
    if not names or np.ptp(net) == 0:
        return {}
    ranks = rankdata(net)
    squares = {name: float(np.corrcoef(ranks, uniforms()[_dimension(case, name)])[0, 1]) ** 2 for name in names}
    total = sum(squares.values())
    return {name: square / total for name, square in squares.items()} if total else {}


def drivers_of(case: Case) -> list[str]:
    """The drivers that can move this case at all."""
    ahead = bool(case.forecasts.any() or case.plans.any())
    earning = ahead or any(effect.ahead.any() for effect in case.effects)
    holds = {
        COST: bool(case.costs.any()),
        BENEFIT: ahead,
        DELAY: earning and (case.may_be_late or DELAY in case.drivers),
        ABANDONMENT: bool(case.given_up.any()) and (earning or bool(case.costs.any())),
        ADOPTION: earning and ADOPTION in case.drivers,
        RAMP: earning and RAMP in case.drivers,
        DECAY: earning and DECAY in case.drivers,
    }
    return [name for name, moves in holds.items() if moves] + [effect.name for effect in case.effects]


def _dimension(case: Case, name: str) -> int:
    if name in DIMENSION:
        return DIMENSION[name]
    place = [effect.name for effect in case.effects].index(name)
    return min(FIRST_EFFECT + 2 * place, LAST_EFFECT - 1)


def _outcomes(case: Case, points: Array) -> Outcomes:
    """Money to date, plus what is earned and less what is spent in the months ahead, in three weightings of them."""
    row = {name: points[place] for name, place in DIMENSION.items()}
    ends = np.minimum(np.searchsorted(case.given_up, row[ABANDONMENT], side="right") + 1, case.costs.size)
    kinds, kind = _profiles(case, row)
    earned, use = _Earned(kinds, kind, ends), _use(case, row[ADOPTION])
    ratio, overrun = _benefit_factor(case, row[BENEFIT]), _cost_factor(case, row[COST])
    beside_forecast = ratio if BENEFIT in case.drivers else ratio / np.exp(case.realisation[0])
    effects = [_effect(effect, points, place) for place, effect in enumerate(case.effects)]

    def total(to_date: float, weights: Array, past: Sequence[float]) -> tuple[Array, Array]:
        spent = _added(case.costs * weights)[ends] * overrun
        gained = earned.of(case.forecasts, weights) * beside_forecast + earned.of(case.plans, weights) * ratio
        found = to_date - spent + use * gained
        for effect, drawn, before in zip(case.effects, effects, past, strict=True):
            found += drawn * (before + use * earned.of(effect.ahead, weights))
        return found, spent

    even = np.ones_like(case.discounts)
    net, spent = total(case.certain_benefit - case.cost, even, [effect.to_date for effect in case.effects])
    npv, _ = total(
        case.benefit_valued - case.cost_valued, case.discounts, [effect.to_date_valued for effect in case.effects]
    )
    year, _ = total(case.year_to_date, case.in_year, [0.0] * len(case.effects))
    return Outcomes(net=net, cost=case.cost + spent, npv=npv, year_net=year)


@dataclass(frozen=True, slots=True)
class _Earned:
    """Benefits ahead of every draw under its delay, ramp and decay, up to its month of giving up."""

    profiles: list[tuple[int, int, float]]
    kind: Places
    ends: Places

    def of(self, money: Array, weights: Array) -> Array:
        """(N,) the sum of (T,) money, moved and thinned by each profile, times weights of the months it falls in."""
        if not money.any():
            return np.zeros(self.kind.size)
        table = np.stack([_added(_moved(money, *profile) * weights) for profile in self.profiles])
        found: Array = table[self.kind, self.ends]
        return found


def _profiles(case: Case, row: Mapping[str, Array]) -> tuple[list[tuple[int, int, float]], Places]:
    """The distinct (delay, ramp, decay) of the draws and which of them each draw has."""
    count = row[DELAY].size
    late = _months(case, DELAY, row[DELAY], DEFAULT_DELAY if case.may_be_late else None)
    ramp = _months(case, RAMP, row[RAMP], None)
    decay = np.zeros(count, dtype=np.int64)
    if DECAY in case.drivers:
        decay = np.round(np.minimum(share(row[DECAY], case.drivers[DECAY]), MOST_DECAY) * DECAY_STEPS).astype(np.int64)
    codes = (late * WIDE + ramp) * WIDE + decay
    present = np.flatnonzero(np.bincount(codes))
    place = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    place[present] = np.arange(present.size)
    kinds = [(code // WIDE**2, code // WIDE % WIDE, code % WIDE / DECAY_STEPS) for code in present.tolist()]
    return kinds, place[codes]


def _months(case: Case, name: str, uniform: Array, default: Points | None) -> Places:
    points = case.drivers.get(name, default)
    if points is None:
        return np.zeros(uniform.size, dtype=np.int64)
    return np.minimum(np.round(share(uniform, points)), MOST_MONTHS_LATE).astype(np.int64)


def _moved(money: Array, late: int, ramp: float, decay: float) -> Array:
    """Money that begins `late` months later, grows in a straight line over `ramp` months and shrinks by `decay` a year.

    What is moved beyond the horizon is lost.
    """
    months = money.size
    moved = np.concatenate([np.zeros(min(late, months)), money[: max(months - late, 0)]])
    step = np.arange(months) + 1.0
    if ramp:
        moved = moved * np.minimum((step - late).clip(0) / ramp, 1.0)
    return moved * (1 - decay) ** (step / MONTHS_OF_YEAR) if decay else moved


def _added(money: Array) -> Array:
    """(T + 1,) sums of the first 0, 1, ... T months."""
    return np.concatenate([[0.0], np.cumsum(money)])


def _cost_factor(case: Case, uniform: Array) -> Array:
    if COST in case.drivers:
        return factor(uniform, case.drivers[COST])
    return cost_prior(uniform)


def _benefit_factor(case: Case, uniform: Array) -> Array:
    if BENEFIT in case.drivers:
        return factor(uniform, case.drivers[BENEFIT])
    return realisation(uniform, *case.realisation)


def _use(case: Case, uniform: Array) -> Array:
    """Users against the middle of what was expected."""
    points = case.drivers.get(ADOPTION)
    if points is None or not points.middle:
        return np.ones(uniform.size)
    drawn: Array = np.minimum(share(uniform, points), 1.0) / points.middle
    return drawn


def _effect(effect: EffectMoney, points: Array, place: int) -> Array:
    """Effect times value per unit, relative to the product of their points."""
    dimension = min(FIRST_EFFECT + 2 * place, LAST_EFFECT - 1)
    is_stored = points is uniforms()
    scores = t_scores(dimension, effect.degrees) if is_stored else stdtrit(effect.degrees, points[dimension])
    drawn = 1.0 + effect.deviation * scores
    value = share(points[dimension + 1], effect.value) / effect.value.middle
    found: Array = drawn * value
    return found


def quantiles(values: Array) -> Array:
    """The quantiles that are kept, of (N,) outcomes."""
    found: Array = np.quantile(values, KEPT_LEVELS)
    return found


def expected_shortfall(values: Array) -> float:
    """The mean of the worst tenth."""
    count = max(int(values.size * WORST_SHARE), 1)
    worst = np.partition(values, count)[:count]
    return float(worst.mean())
