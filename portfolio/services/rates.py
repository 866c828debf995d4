"""Recording exchange rates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.models import ExchangeRate
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build


def record_rates(
    *,
    actor: Actor,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Recorded[ExchangeRate]:
    """Records rates, all or none: one unit of ``base`` costs ``rate`` units of ``quote`` ``on`` that day.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    return record(actor=actor, now=now, facts=build(ExchangeRate, rows, source=source), recorded_at=recorded_at)
