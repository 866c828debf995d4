"""Which published failure rates count for a workspace."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.models import PublishedRateChoice
from portfolio.models.settings import LEAST_PUBLISHED_RATES
from portfolio.services.errors import explained, single_row
from portfolio.services.facts import record
from portfolio.services.versions import today

TOO_FEW = (
    f"Leave at least {LEAST_PUBLISHED_RATES} rows on: one source alone cannot show how far sources disagree, and that "
    "is what the range rests on."
)


def choose_rates(
    *, actor: Actor, now: datetime, codes: Collection[str], offered: Collection[str], reason: str
) -> PublishedRateChoice:
    """Lets these published rates count from now on, and no others; the earlier choice is superseded.

    Args:
        codes: of the rates that count.
        offered: of all rates that can be switched on.
        reason: why; it stays in the record.

    Raises:
        ValidationError: a code is not offered, fewer than two are left, or the reason is missing.
        Forbidden: the actor is no administrator.
    """
    require(actor, Permission.ADMINISTER)
    why = explained(reason)
    chosen = can_count(codes, offered)
    choice = PublishedRateChoice(on=today(actor.workspace, now), codes=chosen, reason=why)
    with single_row():
        return record(actor=actor, now=now, facts=[choice], reason=why).live[0]


def can_count(codes: Collection[str], offered: Collection[str]) -> list[str]:
    """The codes in order, each once. Raises ValidationError where one is not offered or fewer than two are left."""
    chosen = sorted(set(codes))
    unknown = [code for code in chosen if code not in offered]
    if unknown:
        raise ValidationError({"codes": f"These rows cannot be switched on: {', '.join(unknown)}."})
    if len(chosen) < LEAST_PUBLISHED_RATES:
        raise ValidationError({"codes": TOO_FEW})
    return chosen
