"""The model's own record: what its forecasts were worth, and what it may therefore claim (semantics 22, methods 2c)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from metrics.core.periods import month_start
from metrics.core.results import plain
from metrics.core.risk.calibration import Bin, calibration_slope, reliability
from metrics.core.risk.censoring import weights_of
from metrics.core.risk.model import Status
from metrics.core.risk.scores import Floats, Places, Ranged, area_under_curve, brier, log_loss, skill_range

LEAST_RESOLVED = 30
LEAST_FAILURES = 10


@dataclass(frozen=True, slots=True)
class Resolved:
    """One forecast of being given up within 12 months whose date has come, beside its outcome.

    Args:
        key: the initiative.
        group: its business unit, empty for none.
        made_on: the day on which only what was then known was used.
        resolves_on: the day by which it is judged, also where the outcome came earlier.
        chance: what the model said.
        base_rate: the workspace's own running base rate of that day.
        failed: whether it was given up by then; None where it vanished before.
        rebuilt: made afterwards from imported history, not stored at the time.
        ended_on: the day of the outcome, or on which it vanished; None: seen to `resolves_on`.
        without_causes: what the same model said without the scores; None where no cause was scored.
    """

    key: str
    group: str
    made_on: date
    resolves_on: date
    chance: float
    base_rate: float
    failed: bool | None
    rebuilt: bool
    ended_on: date | None = None
    without_causes: float | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A number of forecasts, and of the initiatives that they are about."""

    forecasts: int
    initiatives: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of the record with its 80 % range."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """Forecasts of about the same chance: what was said, what came, and the 80 % range of that (Wilson)."""

    predicted: Decimal
    observed: Decimal
    low: Decimal
    high: Decimal
    forecasts: int
    initiatives: int


@dataclass(frozen=True, slots=True)
class OriginRow:
    """The forecasts made on one day; scores are None where none of them resolved."""

    made_on: date
    resolved: int
    failures: int
    censored: int
    predicted: Decimal | None
    observed: Decimal | None
    brier: Decimal | None
    base_brier: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the model may claim, and why in a sentence."""

    status: Status
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """What the forecasts that came due were worth. Scores are None where nothing has resolved; `auc`, the chance that a
    failure was given more than another, also where all ended alike.

    `skill` is one less `brier` over `base_brier`, the score of always saying the workspace's own running base rate.
    `causes` is the same over what the model said without the scores, among the `scored` forecasts, of which
    `scored_failures` failed.
    `in_the_large` is the share that failed less the mean chance. `slope` is that of calibration, 1 is right. `why` says
    in a sentence what `status` rests on and what is missing.
    """

    resolved: Count
    failures: Count
    censored: Count
    rebuilt: int
    live: int
    status: Status
    why: str
    brier: Decimal | None = None
    base_brier: Decimal | None = None
    skill: Interval | None = None
    log_loss: Decimal | None = None
    base_log_loss: Decimal | None = None
    auc: Decimal | None = None
    in_the_large: Decimal | None = None
    slope: Interval | None = None
    scored: Count = Count(0, 0)
    scored_failures: Count = Count(0, 0)
    causes: Interval | None = None
    bands: tuple[Band, ...] = ()
    by_origin: tuple[OriginRow, ...] = ()


def record_of(resolved: Iterable[Resolved]) -> Record:
    """The record of all forecasts that came due, in any order; a stored one replaces what was rebuilt for its month."""
    rows = _unique(resolved)
    known = [row for row in rows if row.failed is not None]
    every = _columns(rows)
    scored = [row for row in known if row.without_causes is not None]
    bare = Record(
        resolved=_count(known),
        failures=_count([row for row in known if row.failed]),
        censored=_count([row for row in rows if row.failed is None]),
        rebuilt=sum(row.rebuilt for row in known),
        live=sum(not row.rebuilt for row in known),
        status=Status.REFERENCE_CLASS,
        why="",
        scored=_count(scored),
        scored_failures=_count([row for row in scored if row.failed]),
        by_origin=_by_origin(rows, every),
    )
    judged = _judged(bare, every) if known else bare
    standing = status_of(judged)
    return replace(judged, status=standing.status, why=standing.why)


def status_of(record: Record) -> Standing:
    """What the record allows the model to claim, by the gates of semantics 22; causes that do not help close it too."""
    initiatives, failures = record.resolved.initiatives, record.failures.initiatives
    if initiatives < LEAST_RESOLVED or failures < LEAST_FAILURES:
        return Standing(Status.REFERENCE_CLASS, _not_tested(initiatives, failures))
    if record.skill is None or record.skill.value <= 0:
        return Standing(Status.BASE_RATE_ONLY, _no_better(initiatives, "your own base rate", record.skill))
    if _causes_tested(record) and record.causes is not None and record.causes.value <= 0:
        without = "the same model without the causes"
        return Standing(Status.BASE_RATE_ONLY, _no_better(record.scored.initiatives, without, record.causes))
    doubts = _doubts(record.skill, record.slope)
    if doubts:
        return Standing(
            Status.LEARNING, f"Tested on {initiatives} initiatives, not yet proven: {' and '.join(doubts)}."
        )
    return Standing(
        Status.CALIBRATED,
        f"Tested on {initiatives} initiatives: the chances did better than your own base rate "
        f"(skill {_percent(record.skill)}) and came true about as often as they said.",
    )


def _unique(resolved: Iterable[Resolved]) -> list[Resolved]:
    """One forecast for each initiative and month, in a fixed order; stored ones come before rebuilt ones."""
    ordered = sorted(resolved, key=lambda row: (row.key, month_start(row.made_on), row.rebuilt, row.made_on))
    return list({(row.key, month_start(row.made_on)): row for row in reversed(ordered)}.values())[::-1]


def _count(rows: Sequence[Resolved]) -> Count:
    return Count(len(rows), len({row.key for row in rows}))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Forecasts as columns; those that vanished weigh nothing, and those without scores hold NaN `without_causes`."""

    chances: Floats
    base: Floats
    without_causes: Floats
    failed: Floats
    weights: Floats
    clusters: Places

    def where(self, chosen: Places) -> _Columns:
        """The chosen places, with their initiatives counted from 0."""
        return _Columns(
            chances=self.chances[chosen],
            base=self.base[chosen],
            without_causes=self.without_causes[chosen],
            failed=self.failed[chosen],
            weights=self.weights[chosen],
            clusters=np.unique(self.clusters[chosen], return_inverse=True)[1],
        )


def _columns(rows: Sequence[Resolved]) -> _Columns:
    days = np.array([((row.ended_on or row.resolves_on) - row.made_on).days for row in rows], dtype=int)
    watched = np.array([float(row.failed is not None) for row in rows])
    return _Columns(
        chances=np.array([row.chance for row in rows]),
        base=np.array([row.base_rate for row in rows]),
        without_causes=np.array([np.nan if row.without_causes is None else row.without_causes for row in rows]),
        failed=np.array([float(bool(row.failed)) for row in rows]),
        weights=weights_of(days, watched),
        clusters=np.unique([row.key for row in rows], return_inverse=True)[1],
    )


def _judged(bare: Record, every: _Columns) -> Record:
    seen = every.where(np.flatnonzero(every.weights))
    chances, base, failed, weights, clusters = seen.chances, seen.base, seen.failed, seen.weights, seen.clusters
    observed, area = float(np.average(failed, weights=weights)), area_under_curve(chances, failed)
    return replace(
        bare,
        brier=plain(brier(chances, failed, weights)),
        base_brier=plain(brier(base, failed, weights)),
        skill=_rounded(skill_range(chances, base, failed, weights, clusters)),
        log_loss=plain(log_loss(chances, failed, weights)),
        base_log_loss=plain(log_loss(base, failed, weights)),
        auc=None if area is None else plain(area),
        in_the_large=plain(observed - float(np.average(chances, weights=weights))),
        slope=_rounded(calibration_slope(chances, failed, weights, clusters)),
        causes=_skill_of_causes(seen.where(np.flatnonzero(~np.isnan(seen.without_causes)))),
        bands=tuple(map(_band, reliability(chances, failed, weights, clusters))),
    )


def _skill_of_causes(scored: _Columns) -> Interval | None:
    if not len(scored.failed):
        return None
    without = scored.without_causes
    return _rounded(skill_range(scored.chances, without, scored.failed, scored.weights, scored.clusters))


def _by_origin(rows: Sequence[Resolved], every: _Columns) -> tuple[OriginRow, ...]:
    places: dict[date, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(row.made_on, []).append(place)
    return tuple(_origin(day, every.where(np.array(chosen))) for day, chosen in sorted(places.items()))


def _origin(day: date, made: _Columns) -> OriginRow:
    seen = made.where(np.flatnonzero(made.weights))
    counts = {"resolved": len(seen.failed), "failures": int(seen.failed.sum())}
    censored = len(made.failed) - len(seen.failed)
    if not len(seen.failed):
        return OriginRow(day, **counts, censored=censored, predicted=None, observed=None, brier=None, base_brier=None)
    return OriginRow(
        day,
        **counts,
        censored=censored,
        predicted=plain(float(np.average(seen.chances, weights=seen.weights))),
        observed=plain(float(np.average(seen.failed, weights=seen.weights))),
        brier=plain(brier(seen.chances, seen.failed, seen.weights)),
        base_brier=plain(brier(seen.base, seen.failed, seen.weights)),
    )


def _rounded(found: Ranged | None) -> Interval | None:
    return None if found is None else Interval(plain(found.value), plain(found.low), plain(found.high))


def _band(found: Bin) -> Band:
    return Band(
        predicted=plain(found.predicted),
        observed=plain(found.observed),
        low=plain(found.low),
        high=plain(found.high),
        forecasts=found.forecasts,
        initiatives=found.initiatives,
    )


def _not_tested(initiatives: int, failures: int) -> str:
    counts = ((failures, LEAST_FAILURES, "failures"), (initiatives, LEAST_RESOLVED, "initiatives"))
    missing = [f"{have} of {least} {what}" for have, least, what in counts if have < least]
    return (
        f"Not yet tested on your portfolio: {' and '.join(missing)} resolved. "
        "Until then the chances rest mostly on published rates; read the causes as a checklist."
    )


def _causes_tested(record: Record) -> bool:
    return record.scored.initiatives >= LEAST_RESOLVED and record.scored_failures.initiatives >= LEAST_FAILURES


def _no_better(initiatives: int, other: str, skill: Interval | None) -> str:
    told = f" (skill {_percent(skill)})" if skill else ""
    return (
        f"Tested on {initiatives} initiatives, the model was no better than {other}{told}. "
        "The causes have not helped, so only the base rate is shown."
    )


def _doubts(skill: Interval, slope: Interval | None) -> list[str]:
    found = []
    if skill.low <= 0:
        found.append(f"the range of the skill over your own base rate ({_percent(skill)}) is not above zero")
    if slope is None or not slope.low <= 1 <= slope.high:
        found.append("the chances are too far apart or too close together" + _told(slope))
    return found


def _told(slope: Interval | None) -> str:
    return f" (slope {slope.value:.2f}, 80% range {slope.low:.2f} to {slope.high:.2f}; 1 is right)" if slope else ""


def _percent(found: Interval) -> str:
    value, low, high = (f"{part:.0%}".replace("-", "−") for part in (found.value, found.low, found.high))
    return f"{value}, 80% range {low} to {high}"
