"""A workspace's own usual rates, alike for every initiative: what forecasts are held against, and what is shown alone
where the causes have not helped (methods 2c).

The rate of a year rests on one monthly chance to be given up and one to reach production, from all months watched
before production. It knows of no state, cause or unit, but of everything else that the model knows, so that beating it
takes more than having counted. Both rates start at the level of the published ones, which weigh as much as a few
initiatives of one's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scipy.stats import beta

from metrics.core.risk.fitting import prior_fit
from metrics.core.risk.forecasting import YEAR, Case, Chance, forecast
from metrics.core.risk.histories import Ending, History, ending_of, exposures_of
from metrics.core.risk.published import Pool
from metrics.core.risk.states import State

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Watched:
    """Initiative-months watched before production, and how many initiatives were given up or reached it meanwhile."""

    months: float
    abandoned: float
    reached: float

    @property
    def closed(self) -> float:
        """How many initiatives were seen to end, one way or the other."""
        return self.abandoned + self.reached

    @property
    def year(self) -> float:
        """The chance to be given up within twelve months, of two constant competing chances."""
        return self.abandoned / self.closed * (1 - (1 - self.closed / self.months) ** YEAR)

    def __add__(self, other: Watched) -> Watched:
        return Watched(self.months + other.months, self.abandoned + other.abandoned, self.reached + other.reached)


def watched(histories: Iterable[History]) -> Watched:
    """What was seen of these histories; what ended before it was watched does not count."""
    known = list(histories)
    endings = [ended.ending for each in known if (ended := ending_of(each)).on >= each.watched_from]
    months = len(exposures_of(known).months)
    return Watched(months, endings.count(Ending.ABANDONED), endings.count(Ending.PRODUCTION))


@lru_cache(maxsize=32)
def published_months(published: Pool) -> Watched:
    """What the published rates weigh: a few closed initiatives, at the level and pace of a pilot."""
    pilot = forecast(prior_fit(published), [Case(State.PILOT, 0, {})])[0]
    never, year = pilot.never_in_production.value, pilot.abandoned_12m.value
    ends_a_month = 1 - (1 - year / never) ** (1 / YEAR)
    closed = sum(published.pseudo_counts)
    return Watched(closed / ends_a_month, closed * never, closed * (1 - never))


def usual_never(own: Watched, published: Pool) -> Chance:
    """The share of closed initiatives that were given up before production."""
    together = own + published_months(published)
    return _chance(together.abandoned / together.closed, together.closed)


def usual_year(own: Watched, published: Pool) -> Chance:
    """The share given up within twelve months."""
    together = own + published_months(published)
    return _chance(together.year, together.closed)


def _chance(share: float, closed: float) -> Chance:
    """A share with its 80 % range, as sure as so many closed initiatives make it."""
    low, high = beta.ppf((LOW, HIGH), share * closed, (1 - share) * closed)
    return Chance(share, float(low), float(high))
