"""The words of the notices app. No framework here."""

from enum import StrEnum


class Rule(StrEnum):
    """What is watched."""

    BELOW_HURDLE = "below_hurdle"
    COST_OVERRUN = "cost_overrun"
    STALE_DATA = "stale_data"


class AlertState(StrEnum):
    """Where an alert stands. `pending` has not lasted long enough to be told; `would_open` was found by the first look
    after an install or an import."""

    PENDING = "pending"
    WOULD_OPEN = "would_open"
    OPEN = "open"
    DISMISSED = "dismissed"
    CLEARED = "cleared"


LIVE_STATES = (AlertState.PENDING, AlertState.WOULD_OPEN, AlertState.OPEN, AlertState.DISMISSED)


class Severity(StrEnum):
    """How much an alert matters, least first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Cadence(StrEnum):
    """How often a digest goes out."""

    WEEKLY = "weekly"


class Purpose(StrEnum):
    """Why a mail goes out."""

    DIGEST = "digest"
    TEST = "test"
    REQUEST = "request"
