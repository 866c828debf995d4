"""How money ahead is expected to come: the middles of what is recorded of the drivers, for the value itself.

The simulation draws around the same middles, so that the value and its range rest on the same points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from metrics.core.money import ONE, ZERO
from metrics.core.periods import MONTHS_OF_YEAR, months_between
from metrics.core.types import BENEFIT, COST, DECAY, DELAY, MOST_DECAY, RAMP, Driver, Initiative, whole_months


@dataclass(frozen=True, slots=True)
class Course:
    """What lines ahead are multiplied by, and when benefits come.

    Forecast and plan lines of benefits come `late` months later, grow in a straight line over `ramp` months from the
    month in which use begins, and shrink by `decay` a year from now on.
    """

    cost: Decimal = ONE
    forecast: Decimal = ONE
    plan: Decimal = ONE
    late: int = 0
    ramp: int = 0
    decay: Decimal = ZERO
    live_since: date | None = None
    planned: date | None = None

    @property
    def moves(self) -> bool:
        """Whether benefits come otherwise than on their own dates."""
        return bool(self.late or self.ramp or self.decay)

    def begins(self, as_of: date, lines: Iterable[date]) -> int:
        """Months from the running one to that in which use begins: the go-live; before it, the planned go-live that is
        still ahead or the first line of a benefit, whichever comes first."""
        if self.live_since is not None:
            return months_between(as_of, self.live_since)
        first = [max(months_between(as_of, day), 0) for day in lines]
        if self.planned is not None and self.planned >= as_of:
            first.append(months_between(as_of, self.planned))
        return min(first, default=0)

    def share(self, month: int, begins: int) -> Decimal:
        """What comes of a line of the `month`-th month ahead."""
        grown = min(max(Decimal(month - begins + 1) / self.ramp, ZERO), ONE) if self.ramp else ONE
        years = Decimal(month + self.late + 1) / MONTHS_OF_YEAR
        return grown * (ONE - self.decay) ** years if self.decay else grown


AS_RECORDED = Course()


def course_of(initiative: Initiative, realisation: Decimal) -> Course:
    """The middles of the recorded drivers; `realisation` is the share of plans that comes true where none is recorded
    of the benefit. A delay counts until the go-live."""
    middles = {driver.name: driver.p50 for driver in initiative.drivers}
    is_live = initiative.go_live is not None
    return Course(
        cost=middles.get(COST, ONE),
        forecast=middles.get(BENEFIT, ONE),
        plan=middles.get(BENEFIT, realisation),
        late=0 if is_live else whole_months(float(middles.get(DELAY, ZERO))),
        ramp=whole_months(float(middles.get(RAMP, ZERO))),
        decay=middle_decay(initiative.drivers),
        live_since=initiative.go_live,
        planned=initiative.planned_go_live,
    )


def middle_decay(drivers: Iterable[Driver]) -> Decimal:
    """The middle of the recorded decay a year; zero where none is recorded."""
    found = next((driver.p50 for driver in drivers if driver.name == DECAY), ZERO)
    return min(found, Decimal(repr(MOST_DECAY)))
