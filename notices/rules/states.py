"""From what is seen now to what happens to the alert: one table for every rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from notices.choices import AlertState, Rule, Severity


class Zone(StrEnum):
    """Where a value lies between a rule's two thresholds; `unknown` is no data, which neither opens nor clears."""

    BREACH = "breach"
    BETWEEN = "between"
    CALM = "calm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule saw of one initiative (and one scope inside it, such as a KPI's key).

    Args:
        value: the value compared with `threshold`, in the rule's own unit (a ratio, days).
        since: the first day on which the condition held.
        detail: values for the message, as text.
    """

    rule: Rule
    scope: str
    zone: Zone
    severity: Severity = Severity.LOW
    since: date | None = None
    value: Decimal | None = None
    threshold: Decimal | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """The alert there is already for the same rule, initiative and scope."""

    state: AlertState
    severity: Severity
    detail: Mapping[str, str]


class Step(StrEnum):
    """What happens to the alert."""

    OPEN = "open"
    HOLD = "hold"
    UPDATE = "update"
    CLEAR = "clear"
    NOTHING = "nothing"


def step(standing: Standing | None, seen: Seen, *, first_look: bool) -> Step:
    """What happens now.

    Args:
        standing: the alert that has not cleared yet, or None.
        seen: what the rule saw.
        first_look: the first evaluation after an install or an import, which holds new alerts back for a person
            to choose from instead of opening them.
    """
    if standing is None:
        if seen.zone is not Zone.BREACH:
            return Step.NOTHING
        return Step.HOLD if first_look else Step.OPEN
    if seen.zone is Zone.CALM:
        return Step.CLEAR
    if seen.zone is Zone.UNKNOWN or not _differs(standing, seen):
        return Step.NOTHING
    return Step.UPDATE


def _differs(standing: Standing, seen: Seen) -> bool:
    return dict(standing.detail) != dict(seen.detail) or standing.severity is not seen.severity
