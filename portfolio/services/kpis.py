"""Writing KPIs, their targets and who shares them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import Actor
from accounts.choices import Permission
from accounts.models import Workspace
from portfolio.access import require_write
from portfolio.models import Initiative, Kpi, KpiShare, KpiTarget
from portfolio.models.fields import plausible_days
from portfolio.services.baselines import reopen_baseline, terms_of
from portfolio.services.errors import refused_by
from portfolio.services.initiatives import free_key
from portfolio.services.versions import bump, sharing

PLAIN = (
    "name", "unit", "direction", "primary", "guardrail", "owner", "cadence", "aggregation", "family", "design",
    "baseline_from", "baseline_to", "redefined_on", "benefit_class", "realisation_share", "unit_currency",
)  # fmt: skip
VALUE = {"amount": "value_amount", "low": "value_low", "high": "value_high", "currency": "value_currency"}
FIELDS = frozenset({*PLAIN, "key", "value_per_unit", "volume", "targets", "shared_with", "baseline_reason"})


def create_kpi(*, actor: Actor, initiative: Initiative, now: datetime, data: Mapping[str, Any]) -> Kpi:
    """Records a KPI of the initiative.

    Args:
        data: contract fields; ``name`` and ``direction`` are needed. ``volume`` and ``shared_with`` are keys.

    Raises:
        ValidationError: naming each faulty field.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with transaction.atomic():
        kpi = Kpi(workspace=actor.workspace, initiative=initiative, created_at=now)
        kpi.key = str(data.get("key") or "") or _free_kpi_key(actor.workspace, initiative, str(data.get("name", "")))
        _apply(kpi, data)
        with _refused():
            kpi.save(force_insert=True)
        _apply_lists(kpi, data)
        _changed(kpi)
    return kpi


def update_kpi(*, actor: Actor, kpi: Kpi, now: datetime, changes: Mapping[str, Any]) -> Kpi:
    """Changes the named fields of a KPI; its history is kept by the database.

    Raises:
        ValidationError: naming each faulty field; the key never changes, and what an approved baseline covers changes
            only with a ``baseline_reason``.
        Forbidden: the actor may not write its initiative.
    """
    require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
    if changes.get("key", kpi.key) != kpi.key:
        raise ValidationError({"key": "The key never changes."})
    with transaction.atomic():
        _changed(kpi)
        before = terms_of(Kpi.objects.select_for_update().get(pk=kpi.pk))
        _apply(kpi, changes)
        if terms_of(kpi) != before:
            reopen_baseline(actor=actor, kpi=kpi, now=now, reason=str(changes.get("baseline_reason") or ""))
        with _refused():
            kpi.save()
        _apply_lists(kpi, changes)
        _changed(kpi)
    return kpi


def archive_kpi(*, actor: Actor, kpi: Kpi, now: datetime) -> None:
    """Takes a KPI out of every figure; its readings stay in the record."""
    require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
    with transaction.atomic():
        Kpi.objects.filter(pk=kpi.pk).update(archived_at=now)
        _changed(kpi)


def restore_kpi(*, actor: Actor, kpi: Kpi) -> None:
    """Brings an archived KPI back into every figure.

    Raises:
        ValidationError: another KPI has become the main one meanwhile.
    """
    require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
    with transaction.atomic(), _refused():
        Kpi.objects.filter(pk=kpi.pk).update(archived_at=None)
        _changed(kpi)


@contextmanager
def _refused() -> Iterator[None]:
    with (
        refused_by("kpi_key_unique", "key", "Another KPI of the workspace has this key."),
        refused_by("kpi_one_primary", "primary", "Another KPI of this initiative is the primary one."),
    ):
        yield


def _changed(kpi: Kpi) -> None:
    bump(workspace_id=kpi.workspace_id, initiative_ids=sharing([kpi.pk], [kpi.initiative_id]))


def _free_kpi_key(workspace: Workspace, initiative: Initiative, name: str) -> str:
    stem = free_key(workspace, f"{initiative.key} {name}")[:60]
    taken = set(Kpi.objects.filter(workspace=workspace, key__startswith=stem).values_list("key", flat=True))
    if stem not in taken:
        return stem
    return next(key for number in range(2, len(taken) + 3) if (key := f"{stem}-{number}") not in taken)


def _apply(kpi: Kpi, data: Mapping[str, Any]) -> None:
    unknown = set(data) - FIELDS
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "There is no such field."))
    for name in PLAIN:
        if name in data:
            setattr(kpi, name, data[name])
    if "value_per_unit" in data:
        value = data["value_per_unit"] or {}
        for name, column in VALUE.items():
            given = value.get(name)
            setattr(kpi, column, "" if name == "currency" and given is None else given)
    if "volume" in data:
        kpi.volume = _kpi_by_key(kpi, data["volume"])
    kpi.full_clean(exclude=["workspace", "initiative", "volume"])


def _kpi_by_key(kpi: Kpi, key: str | None) -> Kpi | None:
    if not key:
        return None
    found = Kpi.objects.filter(workspace=kpi.workspace, key=key, archived_at=None).exclude(pk=kpi.pk).first()
    if found is None:
        raise ValidationError({"volume": f"There is no other KPI with the key {key!r}."})
    return found


def _apply_lists(kpi: Kpi, data: Mapping[str, Any]) -> None:
    if "targets" in data:
        _set_targets(kpi, data["targets"] or [])
    if "shared_with" in data:
        _set_shares(kpi, data["shared_with"] or [])


def _set_targets(kpi: Kpi, targets: Sequence[Mapping[str, Any]]) -> None:
    rows = [KpiTarget(workspace=kpi.workspace, kpi=kpi, **row) for row in targets]
    for row in rows:
        row.clean_fields(exclude=["workspace", "kpi"])
        plausible_days(row, "on")
    if len({row.on for row in rows}) < len(rows):
        raise ValidationError({"targets": "Two targets have the same day."})
    kpi.targets.all().delete()
    KpiTarget.objects.bulk_create(rows)


def _set_shares(kpi: Kpi, keys: Sequence[str]) -> None:
    others = Initiative.objects.filter(workspace=kpi.workspace, key__in=keys).exclude(pk=kpi.initiative_id)
    found = {row.key: row for row in others}
    missing = [key for key in keys if key not in found]
    if missing:
        raise ValidationError({"shared_with": f"There is no other initiative with the key {missing[0]!r}."})
    KpiShare.objects.filter(kpi=kpi).delete()
    KpiShare.objects.bulk_create(KpiShare(workspace=kpi.workspace, kpi=kpi, initiative=row) for row in found.values())
