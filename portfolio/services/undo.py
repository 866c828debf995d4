"""Finding again what one save of a page recorded, and taking it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import AdoptionReading, BenefitLine, CostLine, Fact, Initiative, Reading
from portfolio.services.facts import take_back

PERMISSIONS: Mapping[type[Fact], Permission] = {
    Reading: Permission.WRITE_RECORDS,
    AdoptionReading: Permission.WRITE_RECORDS,
    CostLine: Permission.WRITE_MONEY,
    BenefitLine: Permission.WRITE_MONEY,
}
GONE = "It has been changed meanwhile, so nothing was undone."


def undo_save(*, actor: Actor, initiative: Initiative, saved_at: datetime, now: datetime) -> int:
    """Takes back what the actor recorded of an initiative at one instant, all or none.

    Returns:
        How many facts were taken back.

    Raises:
        ValidationError: nothing of it is left to take back.
        RowErrors: a period was closed meanwhile.
        Forbidden: the actor may no longer write it.
    """
    with transaction.atomic():
        found = {model: _saved(model, actor, initiative, saved_at) for model in PERMISSIONS}
        for model, facts in found.items():
            if facts:
                require_write(actor, initiative, PERMISSIONS[model])
                take_back(actor=actor, now=now, facts=facts)
    if not any(found.values()):
        raise ValidationError(GONE, code="stale")
    return sum(len(facts) for facts in found.values())


def _saved(model: type[Fact], actor: Actor, initiative: Initiative, saved_at: datetime) -> list[Any]:
    owner = "kpi__initiative" if model is Reading else "initiative"
    rows = model._default_manager.filter(workspace=actor.workspace, recorded_by=actor.user, recorded_at=saved_at)
    return list(rows.filter(superseded_at=None, **{owner: initiative}).order_by("pk"))
