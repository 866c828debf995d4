"""The only door for requests: the row, or 404; and whether this actor may write it."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from accounts.access import Actor, Forbidden, may, reach, require
from accounts.choices import Permission, Reach
from portfolio.models import Fact, ImportJob, Initiative, Kpi

F = TypeVar("F", bound=Fact)
M = TypeVar("M", bound=Model)


def initiatives(actor: Actor) -> "QuerySet[Initiative]":
    """The initiatives that the actor may read."""
    return Initiative.objects.filter(workspace=actor.workspace, archived_at__isnull=True)


def initiatives_ever(actor: Actor) -> "QuerySet[Initiative]":
    """The same with those archived since, for what was believed on a past day."""
    return Initiative.objects.filter(workspace=actor.workspace)


def initiative_or_404(actor: Actor, key: str) -> Initiative:
    """The initiative with this key; a stranger's is answered like one that does not exist."""
    rows = initiatives(actor).select_related("unit", "programme", "owner_user", "sponsor_user")
    row = _first(rows, key=key) if "\0" not in key else None
    if row is None:
        raise Http404("No such initiative.")
    return row


def archived_initiatives(actor: Actor) -> "QuerySet[Initiative]":
    """The archived initiatives that the actor may read, last archived first."""
    return Initiative.objects.filter(workspace=actor.workspace, archived_at__isnull=False).order_by("-archived_at")


def archived_or_404(actor: Actor, key: str) -> Initiative:
    """The archived initiative with this key."""
    row = _first(archived_initiatives(actor), key=key) if "\0" not in key else None
    if row is None:
        raise Http404("No such archived initiative.")
    return row


def kpi_or_404(actor: Actor, pk: int) -> Kpi:
    """The KPI with this id."""
    rows = Kpi.objects.filter(workspace=actor.workspace, archived_at__isnull=True, initiative__archived_at__isnull=True)
    row = _first(rows.select_related("initiative"), pk=pk)
    if row is None:
        raise Http404("No such KPI.")
    return row


def archived_kpi_or_404(actor: Actor, initiative: Initiative, pk: int) -> Kpi:
    """The archived KPI of the initiative with this id."""
    rows = Kpi.objects.filter(workspace=actor.workspace, initiative=initiative, archived_at__isnull=False)
    row = _first(rows.select_related("initiative"), pk=pk)
    if row is None:
        raise Http404("No such archived KPI.")
    return row


def fact_or_404(actor: Actor, model: type[F], pk: int) -> F:
    """The live fact of this model with this id."""
    row = _first(model._default_manager.filter(workspace=actor.workspace, superseded_at__isnull=True), pk=pk)
    if row is None:
        raise Http404("No such record.")
    return row  # type: ignore[no-any-return]


def imports(actor: Actor) -> "QuerySet[ImportJob]":
    """The imports that the actor may see, newest first: their own; an administrator sees all. Without file contents."""
    rows = ImportJob.objects.filter(workspace=actor.workspace).order_by("-id").defer("content")
    return rows if may(actor, Permission.ADMINISTER) else rows.filter(created_by=actor.user)


def import_or_404(actor: Actor, pk: int) -> ImportJob:
    """The import with this id."""
    row = _first(imports(actor), pk=pk)
    if row is None:
        raise Http404("No such import.")
    return row


def is_own(actor: Actor, initiative: Initiative) -> bool:
    """Whether the actor owns or sponsors the initiative or belongs to its unit."""
    if actor.user is None:
        return False
    people = {initiative.owner_user_id, initiative.sponsor_user_id}
    return actor.user.pk in people or (actor.unit_id is not None and actor.unit_id == initiative.unit_id)


def may_write(actor: Actor, initiative: Initiative, permission: Permission) -> bool:
    """Whether the actor may write this kind of record of this initiative."""
    given = reach(actor, permission)
    return given is Reach.ALL or (given is Reach.OWN and is_own(actor, initiative))


def writable_initiatives(actor: Actor, permission: Permission) -> "QuerySet[Initiative]":
    """The initiatives of which the actor may write this kind of record: `may_write` for a list."""
    given, rows = reach(actor, permission), initiatives(actor)
    if given is Reach.ALL:
        return rows
    if given is not Reach.OWN or actor.user is None:
        return rows.none()
    own = Q(owner_user=actor.user) | Q(sponsor_user=actor.user)
    return rows.filter(own | Q(unit_id=actor.unit_id) if actor.unit_id is not None else own)


def require_write(actor: Actor, initiative: Initiative, permission: Permission) -> None:
    """Raises Forbidden unless the actor may write this kind of record of this initiative."""
    if initiative.workspace_id != actor.workspace.pk or not may_write(actor, initiative, permission):
        raise Forbidden(permission)


def require_change(actor: Actor, fact: Fact, initiative: Initiative | None, permission: Permission) -> None:
    """Raises Forbidden unless the actor may correct or withdraw this fact; a confirmed one is finance's alone.

    Args:
        initiative: what the fact belongs to; None for a fact of the workspace.
        permission: what recording such a fact needs.
    """
    if initiative is None:
        require(actor, permission)
    else:
        require_write(actor, initiative, permission)
    if getattr(fact, "confirmed_at", None) is not None:
        require(actor, Permission.CONFIRM)


def _first(rows: "QuerySet[M]", **wanted: object) -> M | None:
    try:
        return rows.filter(**wanted).first()
    except (ValueError, OverflowError):
        return None
