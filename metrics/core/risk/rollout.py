"""Incidents and roll-backs count against human factors: what went wrong lately is evidence that nobody has to score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from metrics.core.risk.factors import Cause
from metrics.core.risk.histories import Scored
from metrics.core.types import Change, Raise

WINDOW_DAYS = 180
INCIDENT, ROLLBACK = "incident", "rollback"
RAISED_BY = {INCIDENT: Decimal("0.25"), ROLLBACK: Decimal("0.5")}
UNSCORED = Decimal(0)
WORST = Decimal(1)


@dataclass(frozen=True, slots=True)
class Effective:
    """What counts for each cause, and what raised it where something did."""

    scores: Mapping[str, Decimal]
    raises: tuple[Raise, ...] = ()


def effective_scores(scores: Mapping[str, Decimal], changes: Iterable[Change], as_of: date) -> Effective:
    """The scores with human factors raised by the incidents and roll-backs of the 180 days up to `as_of`.

    Each incident adds 0.25 and each roll-back 0.5, together at most up to 1; a cause that nobody scored starts from 0.
    """
    lately = [change for change in changes if change.kind in RAISED_BY and _is_recent(change.on, as_of)]
    scored = scores.get(Cause.HUMAN_FACTORS)
    if not lately:
        return Effective(scores)
    effective = min(WORST, (UNSCORED if scored is None else scored) + sum(RAISED_BY[each.kind] for each in lately))
    raised = Raise(
        cause=Cause.HUMAN_FACTORS,
        scored=scored,
        effective=effective,
        incidents=sum(each.kind == INCIDENT for each in lately),
        rollbacks=sum(each.kind == ROLLBACK for each in lately),
        since=min(each.on for each in lately),
        last=max(each.on for each in lately),
    )
    return Effective({**scores, Cause.HUMAN_FACTORS: effective}, (raised,))


def scored_over_time(assessments: Sequence[Scored], changes: Iterable[Change]) -> tuple[Scored, ...]:
    """Assessments, oldest first, with the score of human factors that incidents and roll-backs made of them day by day.

    It is 0 once the last of these is over where nobody scored it.
    """
    raising = [change for change in changes if change.kind in RAISED_BY]
    if not raising:
        return tuple(assessments)
    given: dict[date, dict[Cause, Decimal]] = defaultdict(dict)
    for each in assessments:
        given[each.on] |= each.scores
    moves = {day for change in raising for day in (change.on, change.on + timedelta(days=WINDOW_DAYS))}
    found, latest = list[Scored](), dict[str, Decimal]()
    for day in sorted(given.keys() | moves):
        scores = given.get(day, {})
        latest.update(scores.items())
        effective = effective_scores(latest, raising, day).scores.get(Cause.HUMAN_FACTORS, UNSCORED)
        found.append(Scored(day, {**scores, Cause.HUMAN_FACTORS: effective}))
    return tuple(found)


def _is_recent(day: date, as_of: date) -> bool:
    return as_of - timedelta(days=WINDOW_DAYS) < day <= as_of
