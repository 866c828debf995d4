"""Grade A: the outcome of a trial whose arms chance has filled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from metrics.core.attribution.effects import Design, Effect
from metrics.core.attribution.engine.families import Family
from metrics.core.attribution.engine.series import Unfit
from metrics.core.attribution.engine.trial import Arm, two_arms
from metrics.core.attribution.gates import LEAST_CLUSTERS, LEAST_UNITS, Refusal
from metrics.core.attribution.observed import Observed
from metrics.core.attribution.stated import Found, stated
from metrics.core.reasons import Reason
from metrics.core.types import Dose, Kpi, Trial


def of_trial(kpi: Kpi, dose: Dose, observed: Observed | None) -> Effect | Refusal:
    """The effect of the last trial, credited to every period of use by its share of users; or what is missing."""
    if not kpi.trials:
        return Refusal(Reason.NO_TRIAL, "Record the outcome of the randomised comparison.")
    trial = max(kpi.trials, key=lambda row: row.on)
    refusal = _unfit(trial)
    if refusal:
        return refusal
    if observed is None or not (observed.doses > 0).any():
        return Refusal(Reason.NO_READINGS, "Add readings of the KPI since the first use.")
    try:
        found = two_arms(_arm(trial, treated=True), _arm(trial, treated=False))
    except Unfit as problem:
        return Refusal(Reason.UNUSABLE_READINGS, str(problem))
    place = _place(kpi, dose)
    estimate = Found(
        design=Design.RANDOMISED,
        method="randomised comparison",
        means=np.array([found.effect]),
        deviation=found.deviation,
        degrees=found.degrees,
        p_value=found.p_value,
        controls=(),
        own=0,
        doses=observed.doses[:, [place]],
        group=(place,),
    )
    return stated(kpi, dose, replace(observed, family=Family.NORMAL), estimate, place)


def _unfit(trial: Trial) -> Refusal | None:
    least = LEAST_CLUSTERS if trial.in_clusters else LEAST_UNITS
    unit = "clusters" if trial.in_clusters else "units"
    if min(trial.treated_count, trial.control_count) < least:
        return Refusal(Reason.NO_TRIAL, f"Each arm needs at least {least} {unit}.")
    if trial.logged_on is None or trial.logged_on >= trial.on:
        return Refusal(Reason.NO_TRIAL, "The allocation was not on record before the outcome.")
    return None


def _arm(trial: Trial, *, treated: bool) -> Arm:
    if treated:
        return Arm(trial.treated_count, float(trial.treated_mean), float(trial.treated_deviation))
    return Arm(trial.control_count, float(trial.control_mean), float(trial.control_deviation))


def _place(kpi: Kpi, dose: Dose) -> int:
    keys = [other.initiative for other in kpi.doses]
    return keys.index(dose.initiative) if dose.initiative in keys else 0
