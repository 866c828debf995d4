"""Before a rollout: how large a change must be to be told from noise after some more periods of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.families import change_from
from metrics.core.attribution.engine.power import minimum_detectable_effect
from metrics.core.attribution.engine.series import Unfit
from metrics.core.attribution.gates import LEAST_BEFORE, unadopted
from metrics.core.attribution.observed import MODELLED_CADENCE, Observed, aligned, observe
from metrics.core.money import PriceTable
from metrics.core.reasons import Reason
from metrics.core.results import Figure, missing, plain
from metrics.core.types import Kpi

PERIODS = (6, 12, 24)


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest change, to either side, that `after` more periods of full use would show."""

    after: int
    change: Figure


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a KPI can show, by periods of `cadence`, from `before` periods of history and so many controls."""

    cadence: str
    before: int
    controls: int
    detectable: tuple[Detectable, ...]


def outlook(kpi: Kpi, prices: PriceTable, as_of: date) -> Outlook:
    """The smallest visible changes after 6, 12 and 24 periods, each a value or the reason why it is not known.

    The history ends before the first use of any initiative that shares the KPI. Where controls can be read it is
    taken as the difference from their mean.
    """
    cadence = MODELLED_CADENCE.get(kpi.cadence, kpi.cadence)
    if not all(point.value.is_finite() for point in kpi.readings):
        return _unknown(kpi, cadence, 0, Reason.UNUSABLE_READINGS, "A reading is not a number.")
    if not kpi.readings:
        return _unknown(kpi, cadence, 0, Reason.NO_READINGS, "")
    try:
        observed = observe(kpi, kpi.doses, prices, as_of)
        if observed.before < LEAST_BEFORE:
            words = f"{LEAST_BEFORE} readings from before the first use are needed, there are {observed.before}."
            return _unknown(kpi, cadence, observed.before, Reason.CANNOT_TELL_YET, words)
        controls = tuple(aligned(kpi, observed, {name: kpi.controls[name] for name in unadopted(kpi)}, prices).values())
        found = _detectable(kpi, observed, controls)
    except Unfit as problem:
        return _unknown(kpi, cadence, 0, Reason.UNUSABLE_READINGS, str(problem))
    return Outlook(cadence, observed.before, len(controls), found)


def _detectable(kpi: Kpi, observed: Observed, controls: Sequence[Array]) -> tuple[Detectable, ...]:
    before = observed.before
    scaled = observed.scaled[:before]
    history = scaled - np.mean(controls, axis=0)[:before] if controls else scaled
    times = observed.times[:before] - observed.times[0]
    level = float(scaled.mean())
    found = []
    for after in PERIODS:
        half = minimum_detectable_effect(times, history, after, observed.season)
        sides = np.array([half, -half])
        change = observed.unit * float(np.abs(change_from(observed.family, level + sides, sides)).mean())
        found.append(Detectable(after, Figure(plain(change), kpi.unit)))
    return tuple(found)


def _unknown(kpi: Kpi, cadence: str, before: int, reason: Reason, words: str) -> Outlook:
    return Outlook(
        cadence, before, 0, tuple(Detectable(after, missing(reason, kpi.unit, words or None)) for after in PERIODS)
    )
