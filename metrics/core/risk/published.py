"""Published failure rates, and the level that those give together that a workspace counts.

Every rate answers a slightly different question; `definition` says which. They are pooled on the log-odds, each with
the same weight, and the spread between the sources is kept as the width of the prior: it is disagreement about what
failing means, not noise that a larger sample would remove. So it never falls below the spread between all the rows
that count by default: that some sources agree does not make organisations alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from statistics import mean, stdev

from metrics.core.risk.published_context import CONTEXT
from metrics.core.risk.published_failures import COUNTED_BY_DEFAULT, OFF_BY_DEFAULT
from metrics.core.risk.published_rate import PublishedRate

Z_80 = 1.2815515655446004
LEAST_RATES = 2
ALL_RATES = (*COUNTED_BY_DEFAULT, *OFF_BY_DEFAULT, *CONTEXT)
PUBLISHED_RATES = COUNTED_BY_DEFAULT
DEFAULT_CODES = frozenset(rate.code for rate in PUBLISHED_RATES)
COMPARABLE_CODES = frozenset(rate.code for rate in ALL_RATES if rate.is_comparable)


@dataclass(frozen=True, slots=True)
class Pool:
    """Level of failure on the log-odds: mean, and the standard deviation with which an organisation may differ."""

    mean: float
    spread: float
    sources: int

    @property
    def level(self) -> float:
        """The pooled share that fails."""
        return inverse_logit(self.mean)

    @property
    def pseudo_counts(self) -> tuple[float, float]:
        """Failures and successes of the beta distribution with this mean and spread of the log-odds.

        By the delta method: mean a/(a+b), variance of the log-odds 1/a + 1/b. Their sum is the number of closed
        initiatives of one's own that weigh as much as all the published rates.
        """
        variance = self.spread**2
        return (1 + exp(self.mean)) / variance, (1 + exp(-self.mean)) / variance


@lru_cache(maxsize=64)
def pool(rates: tuple[PublishedRate, ...]) -> Pool:
    """The pooled level of at least two comparable rates.

    Raises ValueError for fewer, and for a rate that is not a share of initiatives that never reach production.
    """
    if len(rates) < LEAST_RATES:
        raise ValueError(f"at least {LEAST_RATES} published rates must count, not {len(rates)}")
    logits = _logits(rates)
    return Pool(mean(logits), max(stdev(logits), spread_between(PUBLISHED_RATES)), len(logits))


def pool_of(codes: Iterable[str]) -> Pool:
    """The same of the rates with these codes, in whatever order they come.

    Raises ValueError for fewer than two, for an unknown code and for one that is not comparable.
    """
    wanted = frozenset(codes)
    if not wanted <= COMPARABLE_CODES:
        raise ValueError(f"no comparable published rates: {', '.join(sorted(wanted - COMPARABLE_CODES))}")
    return pool(tuple(rate for rate in ALL_RATES if rate.code in wanted))


def spread_between(rates: Iterable[PublishedRate]) -> float:
    """Standard deviation between at least two comparable rates on the log-odds."""
    return stdev(_logits(rates))


def _logits(rates: Iterable[PublishedRate]) -> list[float]:
    rows = tuple(rates)
    shares = [rate.failed for rate in rows if rate.failed is not None]
    if len(shares) < len(rows):
        raise ValueError("a rate among them is not a share of initiatives that never reach production")
    return [logit(share) for share in shares]


def logit(share: float) -> float:
    """Log-odds of a share strictly between 0 and 1."""
    return log(share / (1 - share))


def inverse_logit(odds: float) -> float:
    """The share that has these log-odds."""
    return 1 / (1 + exp(-odds))
