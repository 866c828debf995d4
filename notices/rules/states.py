"""From what is seen now to what happens to the alert: one table for every rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from notices.choices import AlertState, Rule, Severity

RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Zone(StrEnum):
    """Where a value lies between a rule's two thresholds; `unknown` is no data, which neither opens nor clears."""

    BREACH = "breach"
    BETWEEN = "between"
    CALM = "calm"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many days a condition must hold before it opens, and be cured before it clears; 0 is at once.

    Both are counted between two looks: what was seen only once has not lasted.
    """

    opens_after_days: int = 0
    clears_after_days: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule saw of one initiative (and one scope inside it, such as a KPI's key).

    Args:
        value: the value compared with `threshold`, in the rule's own unit (a ratio, days).
        since: the first day on which the condition held, where the rule knows it.
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
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Standing:
    """The alert there is already for the same rule, initiative and scope; `recovering_since` is the first day of
    calm."""

    state: AlertState
    severity: Severity
    detail: Mapping[str, str]
    since: date
    recovering_since: date | None = None


class Step(StrEnum):
    """What happens to the alert.

    `wait` begins a pending alert, `open` and `hold` begin one or end its waiting, `update` takes over new values and
    ends a recovery, `recover` takes them over and begins or goes on with one.
    """

    WAIT = "wait"
    OPEN = "open"
    HOLD = "hold"
    UPDATE = "update"
    RECOVER = "recover"
    CLEAR = "clear"
    NOTHING = "nothing"


def step(standing: Standing | None, seen: Seen, *, day: date, first_look: bool) -> Step:
    """What happens now.

    Args:
        standing: the alert that has not cleared yet, or None.
        seen: what the rule saw.
        day: the day it was seen for.
        first_look: the first evaluation after an install or an import, which holds new alerts back for a person
            to choose from instead of opening them, and does not wait: nobody is told yet.
    """
    if seen.zone is Zone.UNKNOWN:
        return Step.NOTHING
    if standing is None:
        return _begins(seen, first_look=first_look)
    if standing.state is AlertState.PENDING:
        return _goes_on_waiting(standing, seen, day, first_look=first_look)
    if seen.zone is Zone.CALM:
        return _recovers(standing, seen, day)
    return Step.UPDATE if standing.recovering_since or _differs(standing, seen) else Step.NOTHING


def is_worse(severity: Severity, than: Severity) -> bool:
    """Whether a severity is above another."""
    return RANK[severity] > RANK[than]


def _begins(seen: Seen, *, first_look: bool) -> Step:
    if seen.zone is not Zone.BREACH:
        return Step.NOTHING
    if first_look:
        return Step.HOLD
    return Step.WAIT if seen.patience.opens_after_days else Step.OPEN


def _goes_on_waiting(standing: Standing, seen: Seen, day: date, *, first_look: bool) -> Step:
    if seen.zone is not Zone.BREACH:
        return Step.CLEAR
    if (day - standing.since).days >= seen.patience.opens_after_days:
        return Step.HOLD if first_look else Step.OPEN
    return Step.UPDATE if _differs(standing, seen) else Step.NOTHING


def _recovers(standing: Standing, seen: Seen, day: date) -> Step:
    began = standing.recovering_since or day
    if (day - began).days >= seen.patience.clears_after_days:
        return Step.CLEAR
    return Step.RECOVER if standing.recovering_since is None or _differs(standing, seen) else Step.NOTHING


def _differs(standing: Standing, seen: Seen) -> bool:
    return dict(standing.detail) != dict(seen.detail) or standing.severity is not seen.severity
