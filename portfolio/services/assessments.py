"""Recording assessments of the eight causes, and other changes at the same time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import Assessment, Event, Initiative
from portfolio.services.errors import single_row
from portfolio.services.facts import record
from portfolio.services.rows import build


def record_assessment(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    row: Mapping[str, Any],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Assessment:
    """Records scores of the causes: ``on``, ``scores`` (cause → -1 … +1), ``evidence``.

    Raises:
        ValidationError: naming each faulty field.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with single_row():
        facts = build(Assessment, [row], source=source, initiative=initiative)
        return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at).live[0]


def record_event(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    row: Mapping[str, Any],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Event:
    """Records another change at the same time: ``on``, ``kind``, ``note``.

    Raises:
        ValidationError: naming each faulty field.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with single_row():
        facts = build(Event, [row], source=source, initiative=initiative)
        return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at).live[0]
