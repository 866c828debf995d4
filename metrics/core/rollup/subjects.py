"""An initiative as the risk model judges it."""

from __future__ import annotations

from datetime import date

from metrics.core.risk.factors import Cause
from metrics.core.risk.histories import History, stays_of
from metrics.core.risk.model import Subject
from metrics.core.risk.states import RUNNING, months_passed
from metrics.core.types import Initiative

FIRST_STAGE = "idea"


def subject_of(initiative: Initiative, as_of: date) -> Subject:
    """The stage, the time in its state and the scores that were known on that day."""
    stage = initiative.stage_on(as_of)
    return Subject(
        stage=stage.to if stage else FIRST_STAGE,
        months_in_state=_months_in_state(initiative, as_of),
        scores={Cause(name): score for name, score in initiative.scores.items()},
        group=initiative.unit,
        reached_production=any(point.to in RUNNING and point.on <= as_of for point in initiative.stages),
    )


def _months_in_state(initiative: Initiative, as_of: date) -> int:
    """Whole months in the present state, on the clock of the risk model: stages of the time before its record was begun
    count, and without any it is an idea since then."""
    begun = min(initiative.recorded_on or as_of, as_of)
    stays = stays_of(History(initiative.key, initiative.unit, tuple(initiative.stages), begun, as_of))
    return months_passed((as_of - stays[-1].entered).days)
