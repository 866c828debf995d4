"""What makes a benefit believable: preregistration, trials, controls' use, destinations of time, approved baselines."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Avg, Count

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.models import (
    AdoptionReading,
    BaselineApproval,
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
from portfolio.services.cases import hash_of
from portfolio.services.errors import single_row
from portfolio.services.facts import Recorded, record
from portfolio.services.rows import build
from portfolio.services.versions import today

F = TypeVar("F", bound=Fact)
DIGITS = Decimal("0.0000000001")


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
    frozen = _design(kpi)
    with single_row():
        row = Preregistration(kpi=kpi, on=day, frozen=frozen, frozen_hash=hash_of(frozen))
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


def approve_baseline(
    *, actor: Actor, kpi: Kpi, now: datetime, note: str = "", recorded_at: datetime | None = None
) -> BaselineApproval:
    """Finance approves the baseline window of a KPI, with the mean and the number of its readings.

    Raises:
        ValidationError: the KPI has no baseline window, or no reading in it.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    if kpi.baseline_from is None or kpi.baseline_to is None:
        raise ValidationError("The KPI has no baseline window. Give its dates first.", code="no_baseline")
    rows = Reading.objects.live().filter(kpi=kpi, series=TREATED, on__range=(kpi.baseline_from, kpi.baseline_to))
    found = rows.aggregate(mean=Avg("value"), count=Count("pk"))
    if not found["count"]:
        raise ValidationError("There is no reading in the baseline window. Enter them first.", code="no_readings")
    approval = BaselineApproval(
        kpi=kpi,
        on=today(actor.workspace, recorded_at or now),
        baseline_from=kpi.baseline_from,
        baseline_to=kpi.baseline_to,
        mean=found["mean"].quantize(DIGITS),
        readings=found["count"],
        note=note,
    )
    with single_row():
        return record(
            actor=actor, now=now, facts=[approval], reason=note or "Approved again", recorded_at=recorded_at
        ).live[0]


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


def _design(kpi: Kpi) -> dict[str, Any]:
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
