"""Scales on which an effect adds up, by the family of a KPI's readings (methods 2b).

normal: as read. log: logarithm, the effect is a ratio. count: logarithm of the count per exposure, half a case added
so that zero has one. rate: log-odds from numerator and denominator, half a case added to both sides. Where a count or a
rate has fewer than five cases a period, half a case would hide a change, so it is read as it is
(docs/methods/evidence-of-ranges.md).
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from scipy.special import expit, logit

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.series import Unfit

HALF_A_CASE = 0.5
FEW_CASES = 5.0


class Family(StrEnum):
    """The statistical family of a KPI's readings."""

    NORMAL = "normal"
    COUNT = "count"
    RATE = "rate"
    LOG = "log"


def to_scale(family: Family, values: Array, numerators: Array | None, denominators: Array | None) -> Array:
    """Readings on the scale of the family; shapes alike.

    Raises:
        Unfit: a reading that the scale does not hold, such as a negative one of a log family.
    """
    if family is Family.NORMAL:
        return values
    if family is Family.LOG:
        _all((values > 0).all(), "A reading is zero or negative, which has no logarithm.")
        return np.log(values)
    if family is Family.COUNT:
        cases = values if numerators is None else numerators
        _all((cases >= 0).all(), "A count is negative.")
        exposure = np.ones_like(values) if denominators is None else denominators
        _all((exposure > 0).all(), "An exposure is zero or negative.")
        return np.log((cases + HALF_A_CASE) / exposure)
    return _log_odds(values, numerators, denominators)


def read_as(family: Family, values: Array, numerators: Array | None, denominators: Array | None) -> Family:
    """The family itself, or normal where its readings (the ones before the start) hold few cases."""
    if family is Family.COUNT:
        cases = values if numerators is None else numerators
        return Family.NORMAL if cases.size and cases.mean() < FEW_CASES else family
    if family is Family.RATE and numerators is not None and denominators is not None and numerators.size:
        fewer = min(numerators.mean(), (denominators - numerators).mean())
        return Family.NORMAL if fewer < FEW_CASES else family
    return family


def change_from(family: Family, scaled: Array, shifts: Array) -> Array:
    """What a shift on the family's scale changed: the reading less what it would have been, both off the scale."""
    if family is Family.NORMAL:
        return shifts
    if family is Family.RATE:
        change: Array = expit(scaled) - expit(scaled - shifts)
        return change
    return np.exp(scaled) * -np.expm1(-shifts)


def _log_odds(values: Array, numerators: Array | None, denominators: Array | None) -> Array:
    if numerators is None or denominators is None:
        _all(
            bool(((values > 0) & (values < 1)).all()), "A rate without numerator and denominator lies between 0 and 1."
        )
        odds: Array = logit(values)
        return odds
    inside = (numerators >= 0) & (numerators <= denominators) & (denominators > 0)
    _all(bool(inside.all()), "A numerator does not lie between zero and its denominator.")
    return np.log((numerators + HALF_A_CASE) / (denominators - numerators + HALF_A_CASE))


def _all(holds: bool | np.bool_, words: str) -> None:
    if not holds:
        raise Unfit(words)
