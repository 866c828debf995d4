"""Rows to core types: the only bridge in."""

from metrics.inputs.facts import Batch, Held, held_versions, load
from metrics.inputs.fits import fit_now
from metrics.inputs.histories import histories_of
from metrics.inputs.history import begun_by
from metrics.inputs.learnt import Experience, Learnt, experience, experience_again, learnt_at, learnt_by, learnt_now
from metrics.inputs.moments import A_MOMENT, Clock, end_of_day, standing, today
from metrics.inputs.published_rates import rates_on
from metrics.inputs.shares import ratios_of_ended, share_now
from metrics.inputs.stays import CurvesOfRun
from metrics.inputs.terms import settings_on
from metrics.inputs.versions import cut_of, cut_of_stored, known, workspace_at

__all__ = [
    "A_MOMENT",
    "Batch",
    "Clock",
    "CurvesOfRun",
    "Experience",
    "Held",
    "Learnt",
    "begun_by",
    "cut_of",
    "cut_of_stored",
    "end_of_day",
    "experience",
    "experience_again",
    "fit_now",
    "held_versions",
    "histories_of",
    "known",
    "learnt_at",
    "learnt_by",
    "learnt_now",
    "load",
    "rates_on",
    "ratios_of_ended",
    "settings_on",
    "share_now",
    "standing",
    "today",
    "workspace_at",
]
