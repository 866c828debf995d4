"""Moving an initiative between stages."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.choices import LIVE_STAGES, Stage
from portfolio.models import Initiative, StageChange
from portfolio.services.errors import single_row
from portfolio.services.facts import record


def change_stage(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    to: str,
    effective_on: date | str,
    decision: str = "",
    note: str = "",
    source: str = "",
    external_id: str = "",
    recorded_at: datetime | None = None,
) -> StageChange:
    """Records that the initiative entered a stage; going back is allowed.

    Raises:
        ValidationError: the stage or date is refused.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    if to == Stage.ABANDONED and initiative.stage_changes.filter(to__in=LIVE_STAGES, superseded_at=None).exists():
        raise ValidationError({"to": "It was in production: use 'retired'. 'Abandoned' is for what never was."})
    change = StageChange(
        initiative=initiative,
        on=effective_on,
        to=to,
        decision=decision,
        note=note,
        source=source,
        external_id=external_id,
    )
    with transaction.atomic(), single_row():
        done = record(actor=actor, now=now, facts=[change], recorded_at=recorded_at)
        follow_changes([initiative.pk])
    initiative.refresh_from_db(fields=["stage", "stage_since", "inputs_version"])
    return done.live[0]


def follow_changes(initiative_ids: Iterable[int]) -> None:
    """Sets each initiative's stage to that of its latest live change, since the day on which it entered it: a stage
    recorded again is one stay. Without any change it is an idea, since no known day."""
    rows = Initiative.objects.filter(pk__in=list(initiative_ids))
    live = StageChange.objects.filter(initiative=OuterRef("pk"), superseded_at=None).order_by("-on", "-id")
    rows.update(stage=Coalesce(Subquery(live.values("to")[:1]), Value(Stage.IDEA)))
    other = StageChange.objects.filter(initiative=OuterRef("initiative"), superseded_at=None).exclude(to=OuterRef("to"))
    left = Coalesce(Subquery(other.order_by("-on").values("on")[:1]), Value(date.min))
    stay = live.filter(to=OuterRef("stage"), on__gte=left).order_by("on", "id")
    rows.update(stage_since=Subquery(stay.values("on")[:1]))
