"""The states before production that the risk model tells apart."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Stages merged for the model, in order; those before production only."""

    IDEA = "idea"
    PILOT = "pilot"
    BUILD = "build"


STATES = tuple(State)
STATE_OF_STAGE = {
    "idea": State.IDEA,
    "discovery": State.IDEA,
    "pilot": State.PILOT,
    "development": State.BUILD,
    "rollout": State.BUILD,
}
RUNNING = frozenset({"production", "scaled"})
RETIRED, ABANDONED = "retired", "abandoned"
DAYS_OF_MONTH = 30.4375


def place(state: State) -> int:
    """Where a state comes in the order."""
    return STATES.index(state)


def months_passed(days: int) -> int:
    """Whole months of mean length in a number of days."""
    return int(max(days, 0) / DAYS_OF_MONTH)
