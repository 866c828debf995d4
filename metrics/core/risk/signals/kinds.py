"""What a signal is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class SignalCode(StrEnum):
    """What the behaviour gives away, the most urgent first: money that runs off, promises missed, silence."""

    OVERSPEND = "OVERSPEND"
    COMPUTE_SPIKE = "COMPUTE_SPIKE"
    FALLING_ADOPTION = "FALLING_ADOPTION"
    GO_LIVE_OVERDUE = "GO_LIVE_OVERDUE"
    MITIGATION_OVERDUE = "MITIGATION_OVERDUE"
    STUCK_STAGE = "STUCK_STAGE"
    TARGET_MOVED = "TARGET_MOVED"
    DORMANT = "DORMANT"
    NO_ACTUALS = "NO_ACTUALS"
    STALE_KPI = "STALE_KPI"
    ASSESSMENT_OLD = "ASSESSMENT_OLD"


URGENCY = {code: place for place, code in enumerate(SignalCode)}


@dataclass(frozen=True, slots=True)
class Signal:
    """A warning that holds since `since`; `detail` has its values as text, `cure` says what ends it."""

    code: SignalCode
    since: date
    cure: str
    detail: Mapping[str, str] = field(default_factory=dict)


def days_waited(since: date, allowed_days: int, day: date) -> int:
    """Days up to `day` that a signal counts, of which `allowed_days` had passed the day before `since`.

    A signal holds no running count, so that a day that passes changes no figure.
    """
    return (day - since).days + allowed_days + 1
