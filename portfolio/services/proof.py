"""What makes a benefit believable: preregistration, trials, controls' use, destinations of time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import (
    AdoptionReading,
    ControlDose,
    Destination,
    Fact,
    Initiative,
    Kpi,
    Preregistration,
    Reading,
    Trial,
)
from portfolio.models.kpis import TREATED
from portfolio.services.baselines import fingerprint
from portfolio.services.errors import single_row
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build
from portfolio.services.versions import today

F = TypeVar("F", bound=Fact)


def preregister(
    *, actor: Actor, kpi: Kpi, now: datetime, recorded_at: datetime | None = None, on: date | None = None
) -> Preregistration:
    """Freezes how the KPI's effect will be judged, before anybody uses the initiative.

    Args:
        on: the day it was frozen, for declared history; else today.

    Raises:
        ValidationError: the initiative is in use already, or the same was frozen before.
        Forbidden: the actor may not write its initiative.
    """
    require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
    day = on or today(actor.workspace, now)
    start = first_use(kpi.initiative)
    if start is not None and start <= day:
        raise ValidationError(
            f"The initiative is in use since {start}. A design counts only if it is frozen before the first use.",
            code="in_use",
        )
    frozen = design_of(kpi)
    with single_row():
        row = Preregistration(kpi=kpi, on=day, frozen=frozen, frozen_hash=fingerprint(frozen))
        return record(
            actor=actor, now=now, facts=[row], reason="Frozen again before the first use", recorded_at=recorded_at
        ).live[0]


def first_use(initiative: Initiative) -> date | None:
    """The first day on which anybody used it: the first adoption above zero, else the go-live."""
    used = AdoptionReading.objects.live().filter(initiative=initiative, share__gt=0).order_by("on").first()
    return used.on if used else initiative.go_live


def record_trials(
    *, actor: Actor, kpi: Kpi, now: datetime, rows: Sequence[Mapping[str, Any]], recorded_at: datetime | None = None
) -> Recorded[Trial]:
    """Records outcomes of randomised comparisons. Raises RowErrors, Forbidden."""
    return _record(Trial, actor, kpi, now, rows, recorded_at)


def record_control_doses(
    *, actor: Actor, kpi: Kpi, now: datetime, rows: Sequence[Mapping[str, Any]], recorded_at: datetime | None = None
) -> Recorded[ControlDose]:
    """Records how far a control uses the initiative itself. Raises RowErrors, Forbidden."""
    return _record(ControlDose, actor, kpi, now, rows, recorded_at)


def record_destinations(
    *, actor: Actor, kpi: Kpi, now: datetime, rows: Sequence[Mapping[str, Any]], recorded_at: datetime | None = None
) -> Recorded[Destination]:
    """Records where saved time went from a day on. Raises RowErrors, Forbidden."""
    return _record(Destination, actor, kpi, now, rows, recorded_at)


def _record(
    model: type[F],
    actor: Actor,
    kpi: Kpi,
    now: datetime,
    rows: Sequence[Mapping[str, Any]],
    recorded_at: datetime | None,
) -> Recorded[F]:
    require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
    facts = build(model, rows, source="", kpi=kpi)
    return record(actor=actor, now=now, facts=facts, recorded_at=recorded_at)


def design_of(kpi: Kpi) -> dict[str, Any]:
    """How the effect of a KPI is to be judged, as it stands: what a preregistration freezes."""
    series = Reading.objects.live().filter(kpi=kpi).exclude(series=TREATED).order_by().values_list("series", flat=True)
    return {
        "kpi": kpi.key,
        "design": kpi.design,
        "direction": kpi.direction,
        "family": kpi.family,
        "cadence": kpi.cadence,
        "primary": kpi.primary,
        "controls": sorted(set(series)),
        "dose": "adoption",
        "planned_go_live": kpi.initiative.planned_go_live.isoformat() if kpi.initiative.planned_go_live else None,
    }
