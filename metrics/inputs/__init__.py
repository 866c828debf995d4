"""Rows to core types: the only bridge in."""

from metrics.inputs.facts import Batch, Held, held_versions, load
from metrics.inputs.history import begun_by
from metrics.inputs.moments import end_of_day, known_at, today
from metrics.inputs.terms import settings_on

__all__ = ["Batch", "Held", "begun_by", "end_of_day", "held_versions", "known_at", "load", "settings_on", "today"]
