"""Withdrawing a fact: it stays in the record and counts no longer."""

from datetime import datetime

from django.db import transaction

from accounts.access import Actor
from portfolio.models import Fact, StageChange
from portfolio.services.facts import supersede
from portfolio.services.stages import follow_changes


def withdraw(*, actor: Actor, fact: Fact, now: datetime, reason: str) -> None:
    """Withdraws a fact; the stage of an initiative follows the changes that are left. Rights are checked by the caller.

    Raises:
        ValidationError: the reason is missing, or the fact was superseded already.
    """
    with transaction.atomic():
        supersede(actor=actor, fact=fact, now=now, reason=reason)
        if isinstance(fact, StageChange):
            follow_changes([fact.initiative_id])
