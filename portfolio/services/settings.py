"""Dated settings that change figures."""

from datetime import date, datetime
from decimal import Decimal

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.models import DatedSetting
from portfolio.services.errors import single_row
from portfolio.services.facts import record


def set_dated(
    *, actor: Actor, now: datetime, name: str, value: Decimal, on: date, recorded_at: datetime | None = None
) -> DatedSetting:
    """Sets the hurdle or the discount rate from a day on; a ratio such as 0.25.

    Raises:
        ValidationError: the name or the value is refused.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    with single_row():
        facts = [DatedSetting(name=name, value=value, on=on)]
        return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at).live[0]
