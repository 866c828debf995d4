"""Recording status ratings: what others say about the standing of an initiative."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import Initiative, StatusRating
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build


def record_ratings(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Recorded[StatusRating]:
    """Records ratings, all or none; a second one by the same rater for the same day supersedes the first.

    Args:
        rows: ``on``, ``rated_by``, ``rating`` and ``scale``, with ``note`` and ``evidence`` where there are some.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    facts = build(StatusRating, rows, source=source, initiative=initiative)
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)
