"""What was promised and has passed, or was moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from metrics.core.risk.signals.kinds import Signal, SignalCode
from metrics.core.types import Dated, Kpi, Mitigation

OPEN = "open"
Move = tuple[date, Decimal, Dated | None]


def go_live_overdue(first: date | None, current: date | None, today: date) -> Signal | None:
    """A planned go-live has passed, and production is not reached.

    `first` is the earliest date that was ever planned as far as the history knows; a later one in its place does not
    reset the clock.
    """
    planned = [day for day in (first, current) if day]
    if not planned or today <= min(planned):
        return None
    return Signal(
        SignalCode.GO_LIVE_OVERDUE,
        min(planned) + timedelta(days=1),
        "Take it into production, or stop it; a later date does not end this.",
        {"planned": min(planned).isoformat(), "now_planned": current.isoformat() if current else ""},
    )


def mitigation_overdue(actions: Sequence[Mitigation], today: date) -> Signal | None:
    """Open actions against a cause of failure are past their due day; the one that is late for longest is named."""
    late = sorted((each for each in actions if each.state == OPEN and each.due < today), key=lambda each: each.due)
    if not late:
        return None
    first = late[0]
    return Signal(
        SignalCode.MITIGATION_OVERDUE,
        first.due + timedelta(days=1),
        "Do it and close it, give it a day that can be kept, or drop it with a reason.",
        {
            "what": first.what,
            "cause": first.cause,
            "owner": first.owner,
            "due": first.due.isoformat(),
            "actions": str(len(late)),
        },
    )


def target_moved(kpi: Kpi) -> Signal | None:
    """A target is not what was agreed when the business case was frozen or the baseline approved.

    Days from the first to the last agreed target are compared: targets for later days may be added. The signal holds
    since the first of the unbroken run of versions that differ.
    """
    agreed, since = kpi.agreed, None
    move: Move | None = None
    for version in kpi.target_versions if agreed else ():
        move = _first_move(agreed.targets, version.targets) if agreed else None
        since = (since or version.on) if move else None
    if agreed is None or since is None or move is None:
        return None
    on, old, new = move
    return Signal(
        SignalCode.TARGET_MOVED,
        max(since, agreed.on),
        "Approve a new version of the business case, or restore the target.",
        {
            "kpi": kpi.key,
            "name": kpi.name,
            "version": str(agreed.version or ""),
            "agreed_on": agreed.on.isoformat(),
            "on": on.isoformat(),
            "was": _text(old),
            "now": _text(new.value) if new else "",
            "now_on": max(new.on, on).isoformat() if new else "",
        },
    )


def _first_move(agreed: Sequence[Dated], current: Sequence[Dated]) -> Move | None:
    """The first day on which the agreed target is another one, what was agreed, and what is asked now or next."""
    if not agreed:
        return None
    days = sorted({point.on for point in (*agreed, *current) if agreed[0].on <= point.on <= agreed[-1].on})
    for day in days:
        old, new = _held(agreed, day), _held(current, day)
        if old is not None and (new is None or new.value != old.value):
            return day, old.value, new or next((point for point in current if point.on > day), None)
    return None


def _held(targets: Sequence[Dated], day: date) -> Dated | None:
    return next((point for point in reversed(targets) if point.on <= day), None)


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
