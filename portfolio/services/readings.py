"""Recording KPI readings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import Initiative, Kpi, Reading
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build

PLACES = Decimal("1e-10")


def record_readings(
    *,
    actor: Actor,
    kpi: Kpi,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Recorded[Reading]:
    """Records readings, all or none; a second one for the same series and day supersedes the first.

    Args:
        rows: ``on``, ``value`` or ``numerator`` and ``denominator``, ``series``, ``note``, ``external_id``, ``source``.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write the KPI's initiative.
    """
    require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
    facts = build(Reading, rows, source=source, kpi=kpi)
    for fact in facts:
        if (
            fact.value is None
            and isinstance(fact.numerator, Decimal)
            and isinstance(fact.denominator, Decimal)
            and fact.denominator
        ):
            fact.value = (fact.numerator / fact.denominator).quantize(PLACES)
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)


def record_month(
    *, actor: Actor, initiative: Initiative, now: datetime, rows: Sequence[tuple[Kpi, Mapping[str, Any]]], source: str
) -> Recorded[Reading]:
    """Records one reading of each of several KPIs of an initiative, all or none.

    Args:
        rows: a KPI and the fields of its reading, as in `record_readings`.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor may not write the initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    facts = [fact for kpi, row in rows for fact in build(Reading, [row], source=source, kpi=kpi)]
    return record(actor=actor, now=now, facts=facts)
