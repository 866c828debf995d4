"""Recording assessments of the eight causes, and other changes at the same time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import Assessment, Event, Fact, Initiative
from portfolio.services.errors import single_row
from portfolio.services.facts import record
from portfolio.services.rows import build

F = TypeVar("F", bound=Fact)


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
    return _record_one(Assessment, actor, initiative, now, row, source, recorded_at)


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
    return _record_one(Event, actor, initiative, now, row, source, recorded_at)


def _record_one(
    model: type[F],
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    row: Mapping[str, Any],
    source: str,
    recorded_at: datetime | None,
) -> F:
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with single_row():
        facts = build(model, [row], source=source, initiative=initiative)
        return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at).live[0]
