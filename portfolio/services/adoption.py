"""Recording adoption: the share of the intended users who use an initiative."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import AdoptionReading, Initiative
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build

PLACES = Decimal("1e-10")


def record_adoption(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Recorded[AdoptionReading]:
    """Records adoption, all or none; a second reading for the same day supersedes the first.

    Args:
        rows: ``on`` with ``share`` (0 to 1), or ``active`` and ``eligible`` people.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    facts = build(AdoptionReading, [_with_share(row) for row in rows], source=source, initiative=initiative)
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)


def _with_share(row: Mapping[str, Any]) -> Mapping[str, Any]:
    active, eligible = row.get("active"), row.get("eligible")
    if row.get("share") is not None or not isinstance(active, int) or not isinstance(eligible, int) or eligible <= 0:
        return row
    return {**row, "share": (Decimal(active) / eligible).quantize(PLACES)}
