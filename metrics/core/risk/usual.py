"""A workspace's own usual rates: what is shown alone where the causes have not helped (methods 2c).

Both start at the level of the published rates, which weigh as much as a few initiatives of one's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from scipy.stats import beta

from metrics.core.risk.fitting import prior_fit
from metrics.core.risk.forecasting import Case, Chance, forecast
from metrics.core.risk.histories import Ending, History, ending_of
from metrics.core.risk.published import Pool
from metrics.core.risk.states import State

LOW, HIGH = 0.1, 0.9


def usual_never(histories: Iterable[History], published: Pool) -> Chance:
    """The share of closed initiatives that were given up before production."""
    endings = [ending_of(history).ending for history in histories]
    failed, reached = published.pseudo_counts
    return _chance(failed + endings.count(Ending.ABANDONED), reached + endings.count(Ending.PRODUCTION))


def usual_year(failed_share: float, initiatives: int, published: Pool) -> Chance:
    """The share given up within twelve months.

    Args:
        failed_share: of the forecasts that came due.
        initiatives: how many different ones these were about.
    """
    expected = forecast(prior_fit(published), [Case(State.PILOT, 0, {})])[0].abandoned_12m.value
    weight = sum(published.pseudo_counts)
    failed = expected * weight + failed_share * initiatives
    return _chance(failed, weight + initiatives - failed)


def _chance(failed: float, held: float) -> Chance:
    low, high = beta.ppf((LOW, HIGH), failed, held)
    return Chance(failed / (failed + held), float(low), float(high))
