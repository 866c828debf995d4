"""Monthly chances of moving on or being given up that the published sources give (methods 2c).

Two sources give monthly chances. Gartner 2024 (48 % reach production, 8 months) gives, as two constant competing
hazards, 0.060 for moving on and 0.065 for being given up. The US federal inventories of 2023 and 2024, linked row by
row, give retirement within one year: 64 of 242 in all; by hazard state 11 of 37 ideas, 24 of 69 in development, and
35 of 111 of all that were not in production, which stands for pilots because only five rows were proofs of concept.
The chance of being given up is the geometric middle of the two for each state; a common shift on the log-odds then
makes a pilot end without production as often as the pool of published rates says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from metrics.core.risk.published import Pool, inverse_logit, logit
from metrics.core.risk.states import STATES, State, place

GARTNER_ADVANCE = 0.060
GARTNER_ABANDON = 0.065
MONTHS_OF_YEAR = 12
WIDEST_SHIFT = 5.0
HALVINGS = 60
FEDERAL_RETIRED_OF_ROWS = {State.IDEA: (11, 37), State.PILOT: (35, 111), State.BUILD: (24, 69)}


@dataclass(frozen=True, slots=True)
class Hazard:
    """Chances of one month: to move to the next state, and to be given up."""

    advance: float
    abandon: float

    @property
    def survives(self) -> float:
        """The chance that the state is left forwards in the end."""
        return self.advance / (self.advance + self.abandon)


def monthly(yearly: float) -> float:
    """The constant monthly chance that adds up to `yearly` in twelve months."""
    return float(1 - (1 - yearly) ** (1 / MONTHS_OF_YEAR))


def geometric_middle(state: State) -> float:
    """Monthly chance of being given up, between the two sources."""
    retired, rows = FEDERAL_RETIRED_OF_ROWS[state]
    return sqrt(GARTNER_ABANDON * monthly(retired / rows))


@lru_cache(maxsize=16)
def levels(pool: Pool) -> Mapping[State, Hazard]:
    """Hazards of every state, at the pool's level."""
    low, high = -WIDEST_SHIFT, WIDEST_SHIFT
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = never_in_production(_shifted(middle), State.PILOT) < pool.level
        low, high = (middle, high) if below else (low, middle)
    return _shifted((low + high) / 2)


def _shifted(step: float) -> dict[State, Hazard]:
    return {state: Hazard(GARTNER_ADVANCE, inverse_logit(logit(geometric_middle(state)) + step)) for state in STATES}


def never_in_production(by_state: Mapping[State, Hazard], state: State) -> float:
    """The chance that an initiative in `state` never enters production, however long it takes."""
    reached = 1.0
    for each in STATES[place(state) :]:
        reached *= by_state[each].survives
    return 1 - reached
