"""Rows to core types: the only bridge in."""

from metrics.inputs.facts import Batch, Held, held_versions, load, settings_on
from metrics.inputs.moments import as_they_were, end_of_day, today

__all__ = ["Batch", "Held", "as_they_were", "end_of_day", "held_versions", "load", "settings_on", "today"]
