"""What the published rates that count come to, before any outcome of one's own is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.core.risk.fitting import prior_fit
from metrics.core.risk.forecasting import Case, Chance, forecast
from metrics.core.risk.published import ALL_RATES, Z_80, inverse_logit, pool_of, spread_between
from metrics.core.risk.states import STATES, State


@dataclass(frozen=True, slots=True)
class Reference:
    """The level at which pilots never reach production, with its 80 % range, and what it is worth.

    `between` is the spread between the rows that count and `spread` the one that is used, both on the log-odds; `worth`
    the number of closed initiatives of one's own that weigh as much as the level. `never` holds the chance of never
    reaching production of an initiative that has just entered each state, with nothing else known.
    """

    level: float
    low: float
    high: float
    between: float
    spread: float
    worth: float
    never: Mapping[State, Chance]


def reference_of(codes: Iterable[str]) -> Reference:
    """The reference of the published rates with these codes. Raises ValueError as `pool_of` does."""
    wanted = frozenset(codes)
    pool = pool_of(wanted)
    found = forecast(prior_fit(pool), [Case(state, 0, {}) for state in STATES])
    half_width = Z_80 * pool.spread
    return Reference(
        level=pool.level,
        low=inverse_logit(pool.mean - half_width),
        high=inverse_logit(pool.mean + half_width),
        between=spread_between(rate for rate in ALL_RATES if rate.code in wanted),
        spread=pool.spread,
        worth=sum(pool.pseudo_counts),
        never={state: each.never_in_production for state, each in zip(STATES, found, strict=True)},
    )
