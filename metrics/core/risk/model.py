"""The three chances of failure, kept apart, with what moves them and how far they are proven (semantics 22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from metrics.core.reasons import Reason
from metrics.core.results import PROBABILITY, Figure, missing, ratio
from metrics.core.risk.explaining import contributions
from metrics.core.risk.factors import Cause, Contribution
from metrics.core.risk.fitting import Fit, default_fit
from metrics.core.risk.forecasting import YEAR, Case, Chance, Forecast, forecast, forecast_without_scores
from metrics.core.risk.published import Z_80, Pool, inverse_logit
from metrics.core.risk.states import ABANDONED, RETIRED, RUNNING, STATE_OF_STAGE

MODEL_VERSION = "hazards-1"
LEVEL = Decimal("0.8")
NOT_SCORED = "None of the eight causes is scored yet. Score them to see what drives the risk."
NOT_AT_RISK = "Causes are weighed until production; this initiative is past that."
FROM_THE_PRIOR = "Weights are a cautious prior, not yet tested on your own outcomes. Read them as a checklist."
PARTLY_OWN = "Weights are a cautious prior, moved by your own outcomes."
NO_HELP = (
    "On your own outcomes the causes have not told failures from successes any better, so your usual rate alone is "
    "shown."
)


class Status(StrEnum):
    """How far the model has proven itself on the portfolio's own outcomes."""

    REFERENCE_CLASS = "reference_class"
    LEARNING = "learning"
    CALIBRATED = "calibrated"
    BASE_RATE_ONLY = "base_rate_only"


@dataclass(frozen=True, slots=True)
class Model:
    """What every initiative of a workspace is judged by.

    `usual_year` and `usual_never` are the workspace's own rates of being given up within twelve months and of never
    reaching production; they are shown alone where the status says that nothing else helps. `closed_cases` counts its
    own initiatives that reached production or were abandoned; for `inferred_cases` of them 12 months of silence say so.
    """

    fit: Fit = field(default_factory=default_fit)
    status: Status = Status.REFERENCE_CLASS
    usual_year: Chance | None = None
    usual_never: Chance | None = None
    closed_cases: int = 0
    inferred_cases: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """An initiative as the model judges it: its stage, whole months in the present state, latest scores (absent causes
    are not scored) and business unit.

    `reached_production` holds once it has ever entered production, also after a roll-back.
    """

    stage: str
    months_in_state: int = 0
    scores: Mapping[Cause, Decimal] = field(default_factory=dict)
    group: str = ""
    reached_production: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """Three different chances, never merged, with what moves them.

    `note` says what the contributions rest on or why there are none. `given_up` holds the chance of having been given
    up by the end of each month ahead, empty where that no longer applies.
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
    given_up: tuple[float, ...] = ()


def assess_all(subjects: Sequence[Subject], model: Model, months: int = YEAR) -> list[Risk]:
    """The risk of each subject, with its course over so many months ahead.

    Raises KeyError for an unknown stage and ValueError for a score outside -1 to +1.
    """
    for subject in subjects:
        _check(subject)
    settled = [_settled(subject) for subject in subjects]
    open_ones = [subject for subject, reason in zip(subjects, settled, strict=True) if reason is None]
    judged = iter(_judge(open_ones, model, months))
    return [_closed(reason, model) if reason else next(judged) for reason in settled]


def base_rate(model: Model) -> Figure:
    """The share that never reaches production: of one's own initiatives where that is all that helps, else of pilots
    by the published rates, with the range between the sources."""
    if model.status == Status.BASE_RATE_ONLY and model.usual_never is not None:
        return _figure(model.usual_never)
    return _figure(_published(model.fit.pool))


def _published(pool: Pool) -> Chance:
    low, high = (inverse_logit(pool.mean + sign * Z_80 * pool.spread) for sign in (-1, 1))
    return Chance(pool.level, low, high)


def _check(subject: Subject) -> None:
    for cause, score in subject.scores.items():
        if not -1 <= score <= 1:
            raise ValueError(f"the score of {cause} is {score}; scores lie between -1 and 1")


def _settled(subject: Subject) -> Reason | None:
    """Why the chances before production no longer apply, if they do not."""
    if subject.stage in (RETIRED, ABANDONED):
        return Reason.ENDED
    if subject.stage in RUNNING or subject.reached_production:
        return Reason.ALREADY_IN_PRODUCTION
    return None


def _judge(subjects: Sequence[Subject], model: Model, months: int) -> list[Risk]:
    if not subjects:
        return []
    if model.status == Status.BASE_RATE_ONLY and model.usual_year is not None and model.usual_never is not None:
        return [_usual(model, model.usual_year, model.usual_never, months) for _ in subjects]
    cases = [
        Case(STATE_OF_STAGE[subject.stage], subject.months_in_state, subject.scores, subject.group)
        for subject in subjects
    ]
    told = zip(forecast(model.fit, cases, months), forecast_without_scores(model.fit, cases), strict=True)
    return [
        _risk(subject, found, without or found, model) for subject, (found, without) in zip(subjects, told, strict=True)
    ]


def _risk(subject: Subject, found: Forecast, without: Forecast, model: Model) -> Risk:
    never = found.never_in_production
    parts = contributions(model.fit, subject.scores, never.value, without.never_in_production.value)
    return _open(model, never, found.abandoned_12m, parts, _note(subject, model), found.abandoned_by_month)


def _note(subject: Subject, model: Model) -> str:
    if not subject.scores:
        return NOT_SCORED
    return FROM_THE_PRIOR if model.status == Status.REFERENCE_CLASS else PARTLY_OWN


def _usual(model: Model, year: Chance, never: Chance, months: int) -> Risk:
    """The workspace's usual rates, the same for every initiative."""
    stays = 1 - min(year.value, 1 - 1e-9)
    course = tuple(1 - stays ** (month / YEAR) for month in range(1, months + 1))
    return _open(model, never, year, (), NO_HELP, course)


def _open(
    model: Model,
    never: Chance,
    year: Chance,
    parts: tuple[Contribution, ...],
    note: str,
    course: tuple[float, ...],
) -> Risk:
    return Risk(
        never_in_production=_figure(never),
        abandoned_12m=_figure(year),
        misses_roi=missing(Reason.NOT_SIMULATED, PROBABILITY),
        contributions=parts,
        note=note,
        status=model.status,
        base_rate=base_rate(model),
        closed_cases=model.closed_cases,
        inferred_cases=model.inferred_cases,
        given_up=course,
    )


def _closed(reason: Reason, model: Model) -> Risk:
    return Risk(
        never_in_production=missing(reason, PROBABILITY),
        abandoned_12m=missing(reason, PROBABILITY),
        misses_roi=missing(Reason.NOT_SIMULATED, PROBABILITY),
        contributions=(),
        note=NOT_AT_RISK,
        status=model.status,
        base_rate=base_rate(model),
        closed_cases=model.closed_cases,
        inferred_cases=model.inferred_cases,
    )


def _figure(chance: Chance) -> Figure:
    return ratio(chance.value, PROBABILITY, low=chance.low, high=chance.high, level=LEVEL)
