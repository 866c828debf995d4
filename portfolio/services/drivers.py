"""Ranges of an initiative's drivers, and a hurdle of its own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import Driver, Initiative, InitiativeHurdle
from portfolio.services.errors import single_row
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build
from portfolio.services.versions import today


def record_drivers(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    recorded_at: datetime | None = None,
) -> Recorded[Driver]:
    """Records 10 %, 50 % and 90 % points; a driver recorded again replaces the earlier one.

    Args:
        rows: ``name``, ``p10``, ``p50``, ``p90``, ``note``; ``on`` defaults to today.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write this initiative's money.
    """
    require_write(actor, initiative, Permission.WRITE_MONEY)
    filled = [{"on": today(actor.workspace, recorded_at or now), **row} for row in rows]
    facts = build(Driver, filled, source="", initiative=initiative)
    return record(actor=actor, now=now, facts=facts, reason="A newer view", recorded_at=recorded_at)


def set_hurdle(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    value: Decimal,
    on: date,
    note: str,
    recorded_at: datetime | None = None,
) -> InitiativeHurdle:
    """Finance asks another least return of one initiative from a day on, and says why.

    Raises:
        ValidationError: the value or the note is refused.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    with single_row():
        facts = [InitiativeHurdle(initiative=initiative, value=value, on=on, note=note)]
        return record(actor=actor, now=now, facts=facts, reason=note, recorded_at=recorded_at).live[0]
