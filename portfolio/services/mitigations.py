"""Actions against causes of failure: agreed, moved, done, dropped, opened again; never edited in place."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts.access import Actor
from accounts.choices import Permission
from accounts.models import Workspace
from portfolio.access import require_write
from portfolio.choices import MitigationState
from portfolio.models import Initiative, Mitigation
from portfolio.services.errors import explained, single_row
from portfolio.services.facts import record
from portfolio.services.initiatives import person
from portfolio.services.locks import hold_closing_off
from portfolio.services.rows import build
from portfolio.services.versions import today

FIELDS = frozenset({"cause", "what", "owner", "due", "state", "ended_on", "note"})


def record_mitigation(
    *,
    actor: Actor,
    initiative: Initiative,
    now: datetime,
    row: Mapping[str, Any],
    source: str = "",
    recorded_at: datetime | None = None,
) -> Mitigation:
    """Records an action: ``cause``, ``what``, ``owner``, ``due``, ``note``; ``on`` defaults to today.

    Args:
        row: may hold ``state`` and ``ended_on`` for an action that has ended already, and ``external_id``: the same
            one again changes that action.

    Raises:
        ValidationError: naming each faulty field.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, initiative, Permission.WRITE_RECORDS)
    with transaction.atomic(), single_row():
        filled = _settled(actor.workspace, {"on": today(actor.workspace, recorded_at or now), **row}, now)
        [fact] = build(Mitigation, [filled], source=source, initiative=initiative)
        fact.owner_user = person(actor.workspace, fact.owner)
        fact.number = _number(fact, initiative, actor)
        return record(actor=actor, now=now, facts=[fact], reason="Changed", recorded_at=recorded_at).live[0]


def change_mitigation(*, actor: Actor, mitigation: Mitigation, now: datetime, changes: Mapping[str, Any]) -> Mitigation:
    """Puts another state, due date or wording in the place of the one that holds; the earlier one stays in the record.

    Args:
        mitigation: the row that holds now.
        changes: any of ``cause``, ``what``, ``owner``, ``due``, ``state``, ``ended_on``, ``note``. Ending it without a
            day takes today; dropping it needs a note.

    Raises:
        ValidationError: naming each faulty field, or the action was changed by somebody else meanwhile.
        Forbidden: the actor may not write this initiative.
    """
    require_write(actor, mitigation.initiative, Permission.WRITE_RECORDS)
    unknown = set(changes) - FIELDS
    if unknown:
        raise ValidationError(dict.fromkeys(sorted(unknown), "There is no such field."))
    with transaction.atomic(), single_row():
        hold_closing_off(actor.workspace)
        _refuse_stale(mitigation)
        held = {name: getattr(mitigation, name) for name in (*Mitigation.content, "source", "external_id", "identity")}
        new = Mitigation(**held | _settled(actor.workspace, _moved(mitigation, changes), now))
        if new.owner != mitigation.owner:
            new.owner_user = person(actor.workspace, new.owner)
        if new.says() == mitigation.says():
            return mitigation
        new.on = today(actor.workspace, now)
        return record(actor=actor, now=now, facts=[new], reason=_reason(mitigation, new)).live[0]


def _moved(mitigation: Mitigation, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with what follows from another state."""
    moved = dict(changes)
    if moved.get("state", mitigation.state) == mitigation.state:
        moved.pop("state", None)
        return moved
    if moved["state"] == MitigationState.DROPPED:
        explained(str(moved.get("note") or ""), "note", "Say why it is dropped; that stays in the record.")
    return {"ended_on": None, **moved}


def _settled(workspace: Workspace, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The row with the day on which it ended, where it has.

    Raises:
        ValidationError: it ended on a day that lies ahead.
    """
    settled, day = dict(row), today(workspace, now)
    if settled.get("state", MitigationState.OPEN) != MitigationState.OPEN:
        settled["ended_on"] = settled.get("ended_on") or row.get("on") or day
    ended = settled.get("ended_on")
    if isinstance(ended, date) and ended > day:
        raise ValidationError({"ended_on": f"{ended} lies ahead; give the day on which it ended."})
    if "owner" in settled:
        settled["owner"] = str(settled["owner"] or "").strip()
    return settled


def _number(fact: Mitigation, initiative: Initiative, actor: Actor) -> int:
    """The number of the action that this one changes, or the next free one; others wait until this one is recorded."""
    hold_closing_off(actor.workspace)
    Initiative.objects.select_for_update().get(pk=initiative.pk)
    rows = Mitigation.objects.filter(initiative=initiative)
    if fact.external_id:
        known = rows.filter(superseded_at=None, source=fact.source, external_id=fact.external_id).first()
        if known is not None:
            return int(known.number)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _refuse_stale(mitigation: Mitigation) -> None:
    held = Mitigation.objects.select_for_update().filter(pk=mitigation.pk, superseded_at=None)
    if not held.exists():
        raise ValidationError("Someone else changed this in the meantime. Load it again.", code="stale")


def _reason(before: Mitigation, after: Mitigation) -> str:
    if before.state != after.state:
        return {"open": "Opened again", "done": "Done", "dropped": "Dropped"}.get(after.state, "Changed")
    return f"Due date moved from {before.due}" if before.due != after.due else "Changed"
