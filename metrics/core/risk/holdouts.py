"""The one-year model tested on labels that it has not learned from: random folds, whole groups, later years.

Each chance stands beside two base rates: the share that failed among the labels learned from, and the group's own share
drawn towards it. Ranges treat the group as the unit (the row, where there is one group), since use cases of one
organisation share their fate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from metrics.core.results import plain
from metrics.core.risk.calibration import calibration_slope
from metrics.core.risk.labels import Label
from metrics.core.risk.one_year import learn
from metrics.core.risk.published import Pool
from metrics.core.risk.record import Interval
from metrics.core.risk.scores import Chosen, Floats, Ranged, area_under_curve, brier, log_loss, skill_range

FOLDS = 5
REPEATS = 5
SEED = 20_261
LEAST_TO_LEARN = 10


class Way(StrEnum):
    """What was held out."""

    RANDOM_FOLDS = "random_folds"
    GROUPS = "whole_groups"
    LATER = "later_periods"


@dataclass(frozen=True, slots=True)
class Scores:
    """How good the chances were. `skill` is over the base rate, `skill_over_group` over the group's own rate."""

    outcomes: int
    failures: int
    groups: int
    brier: Decimal
    base_brier: Decimal
    group_brier: Decimal
    skill: Interval | None
    skill_over_group: Interval | None
    auc: Decimal | None
    group_auc: Decimal | None
    log_loss: Decimal
    base_log_loss: Decimal
    in_the_large: Decimal
    slope: Interval


@dataclass(frozen=True, slots=True)
class Tested:
    """One way of holding out: its scores, or the reason why there are none; `verdict` says what they mean."""

    way: Way
    scores: Scores | None
    verdict: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said about labels that were held out together; columns of equal length."""

    chances: Floats
    base: Floats
    by_group: Floats
    failed: Floats
    groups: tuple[str, ...]
    lines: tuple[int, ...]


def hold_out(labels: Sequence[Label], published: Pool) -> list[Tested]:
    """The three ways, on the labels with a known outcome."""
    known = [label for label in labels if label.failed is not None]
    return [_random_folds(known, published), _groups(known, published), _later(known, published)]


def _random_folds(known: Sequence[Label], published: Pool) -> Tested:
    if len(known) < LEAST_TO_LEARN:
        return _too_few(Way.RANDOM_FOLDS, known)
    rounds = [[_split(known, held, published) for held in _folds(len(known), repeat)] for repeat in range(REPEATS)]
    return _scored(Way.RANDOM_FOLDS, rounds)


def _too_few(way: Way, known: Sequence[Label]) -> Tested:
    return Tested(way, None, f"Not tested: {len(known)} outcomes; it takes {LEAST_TO_LEARN} or more.")


def _folds(count: int, repeat: int) -> Iterator[Chosen]:
    order = np.random.default_rng((SEED, repeat)).permutation(count)
    for fold in range(FOLDS):
        held = np.zeros(count, dtype=bool)
        held[order[fold::FOLDS]] = True
        yield held


def _groups(known: Sequence[Label], published: Pool) -> Tested:
    names = sorted({label.group for label in known})
    if len(names) < 2:
        return Tested(Way.GROUPS, None, "Not tested: all rows are of one group. Fill the column that names the group.")
    if len(known) < LEAST_TO_LEARN:
        return _too_few(Way.GROUPS, known)
    held = [np.array([label.group == name for label in known]) for name in names]
    return _scored(Way.GROUPS, [[_split(known, each, published) for each in held]])


def _later(known: Sequence[Label], published: Pool) -> Tested:
    periods = sorted({label.period for label in known})
    if len(periods) < 2:
        return Tested(Way.LATER, None, f"Not tested: all rows are of {periods[0]}. Add rows of another year.")
    if len(known) < LEAST_TO_LEARN:
        return _too_few(Way.LATER, known)
    parts = []
    for period in periods[1:]:
        until = [label for label in known if label.period <= period]
        parts.append(_split(until, np.array([label.period == period for label in until]), published))
    return _scored(Way.LATER, [parts])


def _split(labels: Sequence[Label], held: Chosen, published: Pool) -> _Said:
    """Learns from the labels that are not held out, and says a chance for those that are."""
    learned = [label for label, out in zip(labels, held.tolist(), strict=True) if not out]
    asked = [label for label, out in zip(labels, held.tolist(), strict=True) if out]
    failures = sum(bool(label.failed) for label in learned)
    return _Said(
        chances=learn(learned, published).chances(asked),
        base=np.full(len(asked), (failures + 0.5) / (len(learned) + 1)),
        by_group=learn(learned, published, by_group_only=True).chances(asked),
        failed=np.array([float(bool(label.failed)) for label in asked]),
        groups=tuple(label.group for label in asked),
        lines=tuple(label.line for label in asked),
    )


def _joined(parts: Sequence[_Said]) -> _Said:
    return _Said(
        chances=np.concatenate([part.chances for part in parts]),
        base=np.concatenate([part.base for part in parts]),
        by_group=np.concatenate([part.by_group for part in parts]),
        failed=np.concatenate([part.failed for part in parts]),
        groups=tuple(group for part in parts for group in part.groups),
        lines=tuple(line for part in parts for line in part.lines),
    )


def _scored(way: Way, rounds: Sequence[Sequence[_Said]]) -> Tested:
    """Scores over the parts of all rounds; in each round every label was held out once."""
    parts = [part for each in rounds for part in each]
    said = _joined(parts)
    ones = np.ones(len(said.failed))
    cases = np.unique(said.lines, return_inverse=True)[1]
    groups = np.unique(said.groups, return_inverse=True)[1]
    clusters = groups if groups.any() else cases
    scores = Scores(
        outcomes=len(said.failed) // len(rounds),
        failures=int(said.failed.sum()) // len(rounds),
        groups=len(set(said.groups)),
        brier=plain(brier(said.chances, said.failed, ones)),
        base_brier=plain(brier(said.base, said.failed, ones)),
        group_brier=plain(brier(said.by_group, said.failed, ones)),
        skill=_rounded(skill_range(said.chances, said.base, said.failed, ones, clusters)),
        skill_over_group=_rounded(skill_range(said.chances, said.by_group, said.failed, ones, clusters)),
        auc=_area([(part.chances, part.failed) for part in parts]),
        group_auc=_area([(part.by_group, part.failed) for part in parts]),
        log_loss=plain(log_loss(said.chances, said.failed, ones)),
        base_log_loss=plain(log_loss(said.base, said.failed, ones)),
        in_the_large=plain(float(np.mean(said.failed - said.chances))),
        slope=_interval(calibration_slope(said.chances, said.failed, ones, cases)),
    )
    return Tested(way, scores, _verdict(scores))


def _area(parts: Sequence[tuple[Floats, Floats]]) -> Decimal | None:
    """The area under the curve over pairs that were held out together, which a constant chance leaves at one half.

    Pairs of different parts would compare models that learned from different labels: the one that never saw a group
    where many failed says less for it, and the area falls below one half.
    """
    pairs = [failed.sum() * (1 - failed).sum() for _, failed in parts]
    areas = [area_under_curve(chances, failed) or 0.0 for chances, failed in parts]
    return plain(float(np.average(areas, weights=pairs))) if sum(pairs) else None


def _interval(found: Ranged) -> Interval:
    return Interval(plain(found.value), plain(found.low), plain(found.high))


def _rounded(found: Ranged | None) -> Interval | None:
    return None if found is None else _interval(found)


def _verdict(scores: Scores) -> str:
    over_base = _is_better(scores.skill)
    if not over_base:
        return "No better than the base rate."
    if not _is_better(scores.skill_over_group):
        return "Better than the base rate, but no better than the group's own rate."
    return "Better than the base rate and than the group's own rate."


def _is_better(skill: Interval | None) -> bool:
    """Whether the whole 80 % range lies above zero."""
    return skill is not None and skill.low > 0
