"""Early warnings from behaviour: dated facts in, signals out. Days are calendar days of the workspace."""

from metrics.core.risk.signals.kinds import Signal, SignalCode, days_waited

__all__ = ["Signal", "SignalCode", "days_waited"]
