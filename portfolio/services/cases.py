"""Business cases: what was promised, frozen as a version and approved by finance."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts.access import Actor, require
from accounts.choices import Permission
from portfolio.access import require_write
from portfolio.choices import Basis, SettingName
from portfolio.models import (
    BenefitLine,
    BusinessCase,
    CostLine,
    DatedSetting,
    Driver,
    Initiative,
    InitiativeHurdle,
    Kpi,
    KpiTarget,
)
from portfolio.services.baselines import fingerprint
from portfolio.services.errors import whole
from portfolio.services.versions import bump, today

Json = dict[str, Any]


def freeze_case(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    note: str = "",
    adoption: Sequence[Mapping[str, Any]] = (),
    recorded_at: datetime | None = None,
) -> BusinessCase:
    """Freezes the plan as it stands now: plan lines, KPI targets and values, drivers, dates and rates.

    Args:
        adoption: planned use, [{on, share}], if there is one; the variance of use is judged by it.

    Raises:
        ValidationError: there is no plan line to freeze, the note is too long, or a planned share is refused.
        Forbidden: the actor may not write this initiative's money.
    """
    require_write(actor, initiative, Permission.WRITE_MONEY)
    with transaction.atomic():
        Initiative.objects.select_for_update().get(pk=initiative.pk)
        content = _content(initiative, today(actor.workspace, now), _planned_use(adoption))
        if not content["costs"] and not content["benefits"]:
            raise ValidationError("There is nothing to freeze yet. Add planned costs or benefits first.", code="empty")
        last = initiative.business_cases.aggregate(last=Max("version"))["last"] or 0
        case = BusinessCase.objects.create(
            workspace=initiative.workspace,
            initiative=initiative,
            version=last + 1,
            note=whole(note, "note"),
            content=content,
            content_hash=fingerprint(content),
            frozen_at=recorded_at or now,
            frozen_by=actor.user,
        )
        bump(workspace_id=initiative.workspace_id, initiative_ids=[initiative.pk])
    return case


def approve_case(
    *, actor: Actor, case: BusinessCase, now: datetime, note: str = "", recorded_at: datetime | None = None
) -> BusinessCase:
    """Finance approves a version: from now on it is the plan that figures are held to.

    Raises:
        ValidationError: it is approved already, or a later version is.
        Forbidden: the actor is not finance.
    """
    require(actor, Permission.CONFIRM)
    with transaction.atomic():
        Initiative.objects.select_for_update().get(pk=case.initiative_id)
        held = BusinessCase.objects.filter(initiative_id=case.initiative_id, approved_at__isnull=False)
        if held.filter(version__gte=case.version).exists():
            raise ValidationError("This version or a later one is approved already.", code="approved")
        BusinessCase.objects.filter(pk=case.pk).update(
            approved_at=recorded_at or now, approved_by=actor.user, approval_note=whole(note, "note")
        )
        bump(workspace_id=case.workspace_id, initiative_ids=[case.initiative_id])
    case.refresh_from_db()
    return case


def _content(initiative: Initiative, day: date, adoption: list[Json]) -> Json:
    kpis = list(Kpi.objects.filter(initiative=initiative, archived_at=None).order_by("key"))
    return {
        "costs": [_line(row, "category") for row in _plan(CostLine, initiative)],
        "benefits": [
            {**_line(row, "benefit_class"), "kpi": row.kpi.key if row.kpi else None}
            for row in _plan(BenefitLine, initiative).select_related("kpi")
        ],
        "targets": _targets(kpis),
        "values": {
            kpi.key: {"amount": _text(kpi.value_amount), "currency": kpi.value_currency}
            for kpi in kpis
            if kpi.value_amount is not None
        },
        "adoption": adoption,
        "drivers": [
            {"name": row.name, "p10": _text(row.p10), "p50": _text(row.p50), "p90": _text(row.p90)}
            for row in Driver.objects.live().filter(initiative=initiative).order_by("name")
        ],
        "planned_go_live": initiative.planned_go_live.isoformat() if initiative.planned_go_live else None,
        "horizon_months": initiative.horizon_months,
        **_settings(initiative, day),
    }


def _plan(model: Any, initiative: Initiative) -> Any:
    return model.objects.live().filter(initiative=initiative, basis=Basis.PLAN).order_by("on", "pk")


def _line(row: Any, label: str) -> Json:
    return {
        "id": row.pk,
        "on": row.on.isoformat(),
        "amount": _text(row.amount),
        "currency": row.currency,
        label: getattr(row, label),
    }


def _targets(kpis: Sequence[Kpi]) -> dict[str, list[Json]]:
    keys = {kpi.pk: kpi.key for kpi in kpis}
    found: dict[str, list[Json]] = {}
    for target in KpiTarget.objects.filter(kpi__in=keys).order_by("kpi_id", "on"):
        found.setdefault(keys[target.kpi_id], []).append({"on": target.on.isoformat(), "value": _text(target.value)})
    return found


def _settings(initiative: Initiative, day: date) -> Json:
    rows = DatedSetting.objects.live().filter(workspace=initiative.workspace, on__lte=day).order_by("on", "pk")
    held = dict(rows.values_list("name", "value"))
    own = InitiativeHurdle.objects.live().filter(initiative=initiative, on__lte=day).order_by("on", "pk").last()
    hurdle = own.value if own else held.get(SettingName.HURDLE)
    return {"hurdle": _text(hurdle), "discount_rate": _text(held.get(SettingName.DISCOUNT_RATE))}


def _planned_use(rows: Sequence[Mapping[str, Any]]) -> list[Json]:
    for row in rows:
        if not 0 <= Decimal(row["share"]) <= 1:
            raise ValidationError({"adoption": "A planned share of users lies between 0 and 1."})
    if len({row["on"] for row in rows}) < len(rows):
        raise ValidationError({"adoption": "Two planned shares have the same day."})
    return [{"on": row["on"].isoformat(), "share": _text(Decimal(row["share"]))} for row in rows]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
