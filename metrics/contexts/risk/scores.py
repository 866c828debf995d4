"""The scores of some initiatives as they stand: the latest of each cause, and what it was before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from metrics.inputs.moments import believed
from portfolio.models import Assessment


@dataclass(frozen=True)
class Score:
    """The score of a cause, the day it was given, and the one before it.

    Args:
        value: what counts, -1 to +1.
        before: the score of the assessment before; None for the first.
        on: the day of the assessment; None where only incidents speak.
        scored: what people scored, where incidents raised it; else the same as `value`.
    """

    value: Decimal
    before: Decimal | None
    on: date | None
    scored: Decimal | None

    @property
    def is_raised(self) -> bool:
        """Whether incidents count for more than what was scored."""
        return self.scored != self.value


def scores_of(risks: Mapping[int, Mapping[str, Any]], day: date, cut: datetime | None) -> dict[int, dict[str, Score]]:
    """Scores by initiative and cause, in one query; `risks` are the stored risks of their snapshots."""
    rows = believed(Assessment, cut, initiative_id__in=list(risks), on__lte=day)
    given: dict[int, list[tuple[date, Mapping[str, Any]]]] = defaultdict(list)
    for owner, on, scores in rows.values_list("initiative_id", "on", "scores"):
        given[owner].append((on, scores))
    return {key: raised(latest(given[key]), risk.get("raises", ())) for key, risk in risks.items()}


def latest(given: Iterable[tuple[date, Mapping[str, Any]]]) -> dict[str, Score]:
    """The newest score of each cause with the one before it; assessments are given oldest first."""
    found: dict[str, Score] = {}
    for on, scores in given:
        for cause, text in scores.items():
            value, earlier = Decimal(str(text)), found.get(cause)
            found[cause] = Score(value, earlier.value if earlier else None, on, value)
    return found


def raised(scores: dict[str, Score], raises: Sequence[Mapping[str, Any]]) -> dict[str, Score]:
    """The scores with what rollout incidents make of them."""
    for each in raises:
        old = scores.get(each["cause"])
        before, on, scored = (old.before, old.on, old.value) if old else (None, None, None)
        scores[each["cause"]] = Score(Decimal(each["effective"]), before, on, scored)
    return scores
