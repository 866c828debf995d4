"""Settings of a workspace, its units and programmes, and the first run."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.access import Actor, require
from accounts.choices import Permission
from accounts.models import BusinessUnit, Membership, User, Workspace
from accounts.services.people import create_workspace, known_time_zone
from portfolio.choices import SettingName
from portfolio.models import Programme
from portfolio.models.fields import known_currency
from portfolio.services.errors import refused_by
from portfolio.services.settings import set_dated
from portfolio.services.versions import bump_settings, today

FIELDS = ("name", "currency", "time_zone", "fiscal_year_start", "locale")
TAKEN = "There is one with this name already."
MOVING = ("currency", "time_zone", "fiscal_year_start")


class AlreadySetUp(Exception):
    """There is a person already, so nobody may make the first one."""


def update_workspace(*, actor: Actor, now: datetime, changes: Mapping[str, Any]) -> Workspace:
    """Changes name, currency, time zone, start of the fiscal year or locale; figures follow where one of them moves.

    Raises:
        ValidationError: naming each faulty field.
        Forbidden: the actor is no administrator.
    """
    require(actor, Permission.ADMINISTER)
    known_time_zone(changes["time_zone"])
    known_currency(changes["currency"])
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
        moves = any(getattr(workspace, name) != changes[name] for name in MOVING)
        for name in FIELDS:
            setattr(workspace, name, changes[name])
        workspace.full_clean()
        workspace.save(update_fields=FIELDS)
        if moves:
            bump_settings(workspace_id=workspace.pk)
    return workspace


def set_unit(*, actor: Actor, name: str, parent: BusinessUnit | None, unit: BusinessUnit | None = None) -> BusinessUnit:
    """Adds a business unit, or renames and moves one.

    Raises:
        ValidationError: the name is taken, or the unit would lie below itself.
        Forbidden: the actor is no administrator.
    """
    require(actor, Permission.ADMINISTER)
    changed = unit or BusinessUnit(workspace=actor.workspace)
    changed.name, changed.parent = name, parent
    with transaction.atomic():
        if unit is not None and _lies_below(parent, unit):
            raise ValidationError({"parent": "A unit cannot lie below itself."})
        changed.full_clean(exclude=["workspace", "parent"])
        with refused_by("unit_name_unique", "name", TAKEN):
            changed.save()
    return changed


def set_programme(*, actor: Actor, name: str, programme: Programme | None = None) -> Programme:
    """Adds a programme, or renames one.

    Raises:
        ValidationError: the name is taken.
        Forbidden: the actor is no administrator.
    """
    require(actor, Permission.ADMINISTER)
    changed = programme or Programme(workspace=actor.workspace)
    changed.name = name
    changed.full_clean(exclude=["workspace"])
    with refused_by("programme_name_unique", "name", TAKEN):
        changed.save()
    return changed


def set_up(
    *,
    now: datetime,
    organisation: Mapping[str, Any],
    person: Mapping[str, str],
    ratios: Mapping[SettingName, Decimal],
    since: date | None = None,
) -> Membership:
    """The first run: a workspace with its administrator, hurdle and discount rate.

    Args:
        organisation: ``name``, ``currency``, ``time_zone``, ``fiscal_year_start``.
        person: ``name``, ``email``, ``password``.
        ratios: the settings that are known already, such as a hurdle of 0.25.
        since: the day from which they hold; the first of this fiscal year where it is left out.

    Raises:
        ValidationError: naming each faulty field.
        AlreadySetUp: a workspace that is not the sample exists.
    """
    with transaction.atomic():
        _one_at_a_time()
        if is_set_up():
            raise AlreadySetUp
        joined = create_workspace(
            now=now,
            slug=_slug(organisation["name"]),
            owner=person["email"],
            password=person["password"],
            **organisation,
        )
        user = joined.membership.user
        user.name = person["name"]
        user.full_clean(exclude=["password"])
        user.save(update_fields=["name"])
        _first_settings(joined.membership, now, ratios, since)
    return joined.membership


def is_set_up() -> bool:
    """Whether anybody works here with more than the sample."""
    return Workspace.objects.filter(is_sample=False).exists()


def has_people() -> bool:
    """Whether there is anybody who could sign in."""
    return User.objects.exists()


def _first_settings(
    member: Membership, now: datetime, ratios: Mapping[SettingName, Decimal], since: date | None
) -> None:
    """Whoever sets the workspace up decides on its first hurdle, whatever their role is later."""
    actor = Actor(workspace=member.workspace, role=None, user=member.user)
    local = today(member.workspace, now)
    begin = since or date(
        local.year - (local.month < member.workspace.fiscal_year_start), member.workspace.fiscal_year_start, 1
    )
    for name, value in ratios.items():
        set_dated(actor=actor, now=now, name=name, value=value, on=begin)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('first run'))")


def _slug(name: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "portfolio"
    return f"{stem}-2" if Workspace.objects.filter(slug=stem).exists() else stem


def _lies_below(parent: BusinessUnit | None, unit: BusinessUnit) -> bool:
    above = dict(BusinessUnit.objects.filter(workspace=unit.workspace).values_list("pk", "parent_id"))
    seen = parent.pk if parent else None
    while seen is not None and seen != unit.pk:
        seen = above.get(seen)
    return seen is not None
