"""Writing initiatives."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.access import Actor, Forbidden, may
from accounts.choices import Permission
from accounts.models import BusinessUnit, Membership, User, Workspace
from portfolio.access import require_write
from portfolio.models import Initiative, Programme
from portfolio.models.initiatives import RESERVED_KEYS
from portfolio.services.errors import refused_by
from portfolio.services.versions import bump, with_sharers

PLAIN = ("name", "summary", "kind", "currency", "planned_go_live", "go_live", "horizon_months", "tags", "runs_on")
PEOPLE = ("owner", "sponsor")
FIELDS = frozenset({*PLAIN, *PEOPLE, "key", "unit", "programme", "source"})


def create_initiative(*, actor: Actor, now: datetime, data: Mapping[str, Any]) -> Initiative:
    """Records an initiative.

    Args:
        data: contract fields; only ``name`` is needed. ``unit`` and ``programme`` are names, made when new.

    Raises:
        ValidationError: naming each faulty field.
        Forbidden: the actor's role records no initiatives.
    """
    if not may(actor, Permission.WRITE_RECORDS):
        raise Forbidden(Permission.WRITE_RECORDS)
    with transaction.atomic():
        initiative = Initiative(workspace=actor.workspace, created_at=now, currency=actor.workspace.currency)
        _apply(initiative, data)
        if not initiative.owner and actor.user is not None:
            initiative.owner, initiative.owner_user = str(actor.user), actor.user
        initiative.key = str(data.get("key") or "") or free_key(actor.workspace, initiative.name)
        _validate(initiative)
        with refused_by("initiative_key_unique", "key", "Another initiative of the workspace has this key."):
            initiative.save(force_insert=True)
        bump(workspace_id=actor.workspace.pk, initiative_ids=[initiative.pk])
    return initiative


def update_initiative(*, actor: Actor, initiative: Initiative, now: datetime, changes: Mapping[str, Any]) -> Initiative:
    """Changes the named fields of an initiative; its history is kept by the database.

    Raises:
        ValidationError: naming each faulty field; the key never changes.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    if changes.get("key", initiative.key) != initiative.key:
        raise ValidationError({"key": "The key never changes."})
    with transaction.atomic():
        _apply(initiative, changes)
        _validate(initiative)
        initiative.save(update_fields=_columns())
        bump(workspace_id=actor.workspace.pk, initiative_ids=with_sharers([initiative.pk]))
    return initiative


def archive_initiative(*, actor: Actor, initiative: Initiative, now: datetime) -> None:
    """Takes an initiative out of every list; its records stay."""
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(archived_at=now)
        bump(workspace_id=actor.workspace.pk, initiative_ids=with_sharers([initiative.pk]))


def restore_initiative(*, actor: Actor, initiative: Initiative) -> None:
    """Brings an archived initiative back."""
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(archived_at=None)
        bump(workspace_id=actor.workspace.pk, initiative_ids=with_sharers([initiative.pk]))


def free_key(workspace: Workspace, name: str) -> str:
    """A key made from the name, unique in the workspace by a suffix."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:56] or "initiative"
    taken = set(Initiative.objects.filter(workspace=workspace, key__startswith=stem).values_list("key", flat=True))
    taken |= RESERVED_KEYS
    if stem not in taken:
        return stem
    return next(key for number in range(2, len(taken) + 3) if (key := f"{stem}-{number}") not in taken)


def person(workspace: Workspace, text: str) -> User | None:
    """The member whose name or mail address this is, where exactly one matches."""
    if not text.strip():
        return None
    named = Q(user__email__iexact=text.strip()) | Q(user__name__iexact=text.strip())
    found = Membership.objects.filter(named, workspace=workspace, is_active=True).select_related("user")[:2]
    return found[0].user if len(found) == 1 else None


def _apply(initiative: Initiative, data: Mapping[str, Any]) -> None:
    unknown = set(data) - FIELDS
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "There is no such field."))
    for name in (*PLAIN, "source"):
        if name in data:
            setattr(initiative, name, data[name])
    for name in PEOPLE:
        if name in data:
            text = str(data[name] or "")
            setattr(initiative, name, text)
            setattr(initiative, f"{name}_user", person(initiative.workspace, text))
    if "unit" in data:
        initiative.unit = _named(BusinessUnit, initiative.workspace, data["unit"])
    if "programme" in data:
        initiative.programme = _named(Programme, initiative.workspace, data["programme"])


def _named(model: Any, workspace: Workspace, name: str | None) -> Any:
    text = str(name or "").strip()
    if not text:
        return None
    found = model.objects.filter(workspace=workspace, name=text).first()
    if found is None:
        found = model(workspace=workspace, name=text)
        found.clean_fields()
        found.save(force_insert=True)
    return found


def _validate(initiative: Initiative) -> None:
    initiative.full_clean(exclude=["workspace", "unit", "programme", "owner_user", "sponsor_user"])


def _columns() -> list[str]:
    return [*PLAIN, *PEOPLE, "owner_user", "sponsor_user", "unit", "programme", "source"]
