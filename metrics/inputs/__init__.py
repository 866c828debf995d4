"""Rows to core types: the only bridge in."""

from metrics.inputs.facts import Batch, Held, held_versions, load
from metrics.inputs.history import begun_by
from metrics.inputs.moments import A_MOMENT, Clock, end_of_day, standing, today
from metrics.inputs.published_rates import rates_on
from metrics.inputs.shares import as_worked_out, ratios_of_ended, share_at, share_now, worked_out_again
from metrics.inputs.terms import settings_on
from metrics.inputs.versions import cut_of, cut_of_stored, known, workspace_at

__all__ = [
    "A_MOMENT",
    "Batch",
    "Clock",
    "Held",
    "as_worked_out",
    "begun_by",
    "cut_of",
    "cut_of_stored",
    "end_of_day",
    "held_versions",
    "known",
    "load",
    "rates_on",
    "ratios_of_ended",
    "settings_on",
    "share_at",
    "share_now",
    "standing",
    "today",
    "worked_out_again",
    "workspace_at",
]
