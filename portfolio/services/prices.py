"""The price index of a workspace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.models import PriceIndex
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build


def record_prices(
    *, actor: Actor, now: datetime, rows: Sequence[Mapping[str, Any]], recorded_at: datetime | None = None
) -> Recorded[PriceIndex]:
    """Records price levels by month: ``on`` and ``value``, on a scale of any base.

    Raises:
        RowErrors: naming each faulty row.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    facts = build(PriceIndex, rows, source="")
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)
