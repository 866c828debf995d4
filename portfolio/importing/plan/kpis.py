"""Rows of KPIs against those in the workspace."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.choices import Permission
from portfolio.importing.parse.errors import Issue, ValueRefused
from portfolio.importing.parse.keys import made_key
from portfolio.importing.parse.records import Parsed, Record
from portfolio.models import BaselineApproval, Initiative, Kpi
from portfolio.models.kpis import BASELINE_TERMS

from .lookup import Lookup
from .outcome import Change, Plan, Setting, shown_value

_RELATIONS = ["workspace", "initiative", "volume"]


def plan_kpis(parsed: Parsed, setting: Setting) -> Plan:
    """What importing these KPIs would do; a KPI is found by its key, else by its name within its initiative."""
    plan = Plan.of(parsed)
    keys = {str(record.values["initiative"]) for record in parsed.records}
    lookup = Lookup.load(setting.actor, keys, kpis=Q())
    seen: dict[str, int] = {}
    primaries = {kpi.initiative_id: kpi.key for kpi in lookup.kpis.values() if kpi.primary}
    approved = _approved(setting)
    for record in parsed.records:
        try:
            kpi, wanted = _planned(record, lookup, setting)
            _refuse_unexplained(kpi, record, wanted, approved)
            _refuse_second(kpi, record, seen, primaries)
        except (ValueRefused, ValidationError) as refusal:
            plan.rejections.append(Issue(record.line, None, _reason(refusal)))
            continue
        _add(plan, record, kpi, wanted)
        if kpi.pk in approved and _covered(wanted):
            plan.reopened.append((kpi, str(record.values["baseline_reason"])))
    return plan


def _approved(setting: Setting) -> dict[int, str]:
    """Who approved which KPI's baseline and when, in words."""
    rows = BaselineApproval.objects.live().filter(workspace=setting.actor.workspace).select_related("recorded_by")
    return {row.kpi_id: f"{row.recorded_by or 'finance'} on {row.on}" for row in rows}


def _covered(wanted: Mapping[str, Any]) -> list[str]:
    return [name for name in wanted if name in BASELINE_TERMS]


def _refuse_unexplained(kpi: Kpi, record: Record, wanted: Mapping[str, Any], approved: Mapping[int, str]) -> None:
    changed = _covered(wanted)
    if kpi.pk in approved and changed and not record.values.get("baseline_reason"):
        raise ValueRefused(
            f"the baseline of “{kpi.key}” was approved by {approved[kpi.pk]}, and this row changes "
            f"{', '.join(changed)}: say why in a column “baseline_reason”; finance approves the new one again"
        )


def _reason(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _planned(record: Record, lookup: Lookup, setting: Setting) -> tuple[Kpi, dict[str, tuple[Any, Any]]]:
    values = dict(record.values)
    initiative = lookup.initiative(str(values.pop("initiative")), Permission.WRITE_RECORDS)
    key = str(values.pop("key", "")) or None
    values.pop("baseline_reason", None)
    wanted = {"name": values.pop("kpi"), **values}
    kpi = _found(lookup, initiative, key, str(wanted["name"]))
    if kpi is None:
        kpi = Kpi(workspace=setting.actor.workspace, initiative=initiative, created_at=setting.now)
        kpi.key = key or _free_key(lookup, initiative, str(wanted["name"]))
        lookup.kpis_by_key[kpi.key] = kpi
    changes = {name: (getattr(kpi, name), value) for name, value in wanted.items() if getattr(kpi, name) != value}
    for name, (_, value) in changes.items():
        setattr(kpi, name, value)
    kpi.full_clean(exclude=_RELATIONS, validate_unique=False, validate_constraints=False)
    return kpi, changes


def _found(lookup: Lookup, initiative: Initiative, key: str | None, name: str) -> Kpi | None:
    if key is None:
        return lookup.kpis.get((initiative.pk, name.casefold()))
    found = lookup.kpis_by_key.get(key)
    if found is not None and found.initiative_id != initiative.pk:
        raise ValueRefused(f"the KPI “{key}” belongs to another initiative")
    return found


def _free_key(lookup: Lookup, initiative: Initiative, name: str) -> str:
    stem = made_key([initiative.key, name])
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(lookup.kpis_by_key) + 2))
    return next(key for key in numbered if key not in lookup.kpis_by_key)


def _refuse_second(kpi: Kpi, record: Record, seen: dict[str, int], primaries: dict[int, str]) -> None:
    if kpi.key in seen:
        raise ValueRefused(f"the KPI “{kpi.key}” stands in line {seen[kpi.key]} already")
    seen[kpi.key] = record.line
    if kpi.primary and primaries.setdefault(kpi.initiative_id, kpi.key) != kpi.key:
        raise ValueRefused(f"the initiative has another primary KPI, “{primaries[kpi.initiative_id]}”")


def _add(plan: Plan, record: Record, kpi: Kpi, wanted: Mapping[str, tuple[Any, Any]]) -> None:
    if kpi.pk is None:
        plan.new_rows.append(kpi)
        plan.created += 1
    elif not wanted:
        plan.unchanged += 1
    else:
        plan.changed_rows.append(kpi)
        plan.changed_fields |= set(wanted)
        plan.updated += 1
        plan.changes += [
            Change(record.line, kpi.key, name, shown_value(before), shown_value(after))
            for name, (before, after) in wanted.items()
        ]
