"""The three chances of failure, kept apart, from published rates alone (semantics 22, methods 2c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from metrics.core.reasons import Reason
from metrics.core.results import PROBABILITY, Figure, missing, ratio
from metrics.core.risk.factors import Cause, Contribution, contributions, shift, spread
from metrics.core.risk.hazards import STATE_OF_STAGE, State, abandoned_by_month, chances, hazards
from metrics.core.risk.published import PUBLISHED_RATES, Z_80, Pool, inverse_logit, logit, pool

MODEL_VERSION = "published-rates-1"
LEVEL = Decimal("0.8")
RUNNING = frozenset({"production", "scaled"})
ENDED = frozenset({"retired", "abandoned"})
NOT_SCORED = "None of the eight causes is scored yet. Score them to see what drives the risk."
NOT_AT_RISK = "Causes are weighed until production; this initiative is past that."
FROM_THE_PRIOR = "Weights are a cautious prior, not yet learnt from your own outcomes. Read them as a checklist."


class Status(StrEnum):
    """How far the model has proven itself on the portfolio's own outcomes."""

    REFERENCE_CLASS = "reference_class"
    LEARNING = "learning"
    CALIBRATED = "calibrated"
    BASE_RATE_ONLY = "base_rate_only"


@dataclass(frozen=True, slots=True)
class Risk:
    """Three different chances, never merged, with what moves them.

    `note` says what the contributions rest on or why there are none. `closed_cases` counts the workspace's own
    initiatives that reached production or were abandoned; for `inferred_cases` of them 12 months of silence say so.
    """

    never_in_production: Figure
    abandoned_12m: Figure
    misses_roi: Figure
    contributions: tuple[Contribution, ...]
    note: str
    status: Status
    base_rate: Figure
    closed_cases: int
    inferred_cases: int
    model_version: str = MODEL_VERSION


def assess(
    stage: str,
    scores: Mapping[Cause, Decimal],
    *,
    reached_production: bool = False,
    closed_cases: int = 0,
    inferred_cases: int = 0,
) -> Risk:
    """Risk of an initiative that is now in `stage`, with its latest scores (absent causes are not scored).

    `reached_production` holds once the initiative has ever entered production, also after a roll-back.
    Raises KeyError for an unknown stage and ValueError for a score outside -1 to +1.
    """
    prior = pool(PUBLISHED_RATES)
    settled = _settled(stage, reached_production)
    if settled is not None:
        return _closed(settled, prior, closed_cases, inferred_cases)
    never, abandoned = chances(prior, STATE_OF_STAGE[stage])
    return Risk(
        never_in_production=_chance(never, scores, prior),
        abandoned_12m=_chance(abandoned, scores, prior),
        misses_roi=missing(Reason.NOT_SIMULATED, PROBABILITY),
        contributions=contributions(scores, never),
        note=FROM_THE_PRIOR if scores else NOT_SCORED,
        status=Status.REFERENCE_CLASS,
        base_rate=base_rate(prior),
        closed_cases=closed_cases,
        inferred_cases=inferred_cases,
    )


def given_up(stage: str, scores: Mapping[Cause, Decimal], months: int) -> tuple[float, ...]:
    """The chance of having been given up by the end of each of the next months, moved by the scores; zero for stages
    from production on."""
    state = STATE_OF_STAGE.get(stage)
    if state is None:
        return (0.0,) * months
    moved = shift(scores)
    return tuple(inverse_logit(logit(chance) + moved) for chance in _abandoned(state, months))


@lru_cache(maxsize=256)
def _abandoned(state: State, months: int) -> tuple[float, ...]:
    return tuple(abandoned_by_month(hazards(pool(PUBLISHED_RATES)), state, months))


@lru_cache(maxsize=16)
def base_rate(prior: Pool) -> Figure:
    """The share of pilots that never reach production by the published rates, with the range between the sources."""
    return _chance(prior.level, {}, prior)


def _settled(stage: str, reached_production: bool) -> Reason | None:
    """Why the chances before production no longer apply, if they do not."""
    if stage in ENDED:
        return Reason.ENDED
    if stage in RUNNING or reached_production:
        return Reason.ALREADY_IN_PRODUCTION
    return None


def _closed(reason: Reason, prior: Pool, closed_cases: int, inferred_cases: int) -> Risk:
    return Risk(
        never_in_production=missing(reason, PROBABILITY),
        abandoned_12m=missing(reason, PROBABILITY),
        misses_roi=missing(Reason.NOT_SIMULATED, PROBABILITY),
        contributions=(),
        note=NOT_AT_RISK,
        status=Status.REFERENCE_CLASS,
        base_rate=base_rate(prior),
        closed_cases=closed_cases,
        inferred_cases=inferred_cases,
    )


def _chance(base: float, scores: Mapping[Cause, Decimal], prior: Pool) -> Figure:
    """`base` moved by the scores, with the 80 % range from the spread between sources and the unknown effects."""
    middle = logit(base) + shift(scores)
    half_width = Z_80 * (prior.spread**2 + spread(scores) ** 2) ** 0.5
    return ratio(
        inverse_logit(middle),
        PROBABILITY,
        low=inverse_logit(middle - half_width),
        high=inverse_logit(middle + half_width),
        level=LEVEL,
    )
