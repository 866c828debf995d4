"""Who asks, and what they may do: the only reader of the role table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from accounts.choices import NEEDED_SCOPE, ROLE_TABLE, Permission, Reach, Role, Scope
from accounts.models import Membership, SavedView, User, Workspace

P = ParamSpec("P")


class Forbidden(PermissionDenied):
    """The actor may see the row but not do this to it."""


@dataclass(frozen=True)
class Actor:
    """A person at work in one workspace, by page, token or job.

    Args:
        workspace: where they act.
        role: None for the machine itself (imports of declared history, the sample).
        user: None for the machine itself.
        unit_id: the person's business unit.
        scopes: a token's scopes; None for a signed-in person.
        token_id: the token, for the record.
    """

    workspace: Workspace
    role: Role | None
    user: User | None = None
    unit_id: int | None = None
    scopes: frozenset[Scope] | None = None
    token_id: int | None = None

    @classmethod
    def of(cls, membership: Membership, scopes: frozenset[Scope] | None = None, token_id: int | None = None) -> "Actor":
        """The actor behind a membership."""
        return cls(
            workspace=membership.workspace,
            role=Role(membership.role),
            user=membership.user,
            unit_id=membership.unit_id,
            scopes=scopes,
            token_id=token_id,
        )

    @classmethod
    def system(cls, workspace: Workspace) -> "Actor":
        """The machine itself: may do everything inside one workspace."""
        return cls(workspace=workspace, role=None)

    def may(self, permission: str) -> bool:
        """Whether the actor has the permission, given by its word, for at least some rows."""
        return may(self, Permission(permission))


def reach(actor: Actor, permission: Permission) -> Reach | None:
    """How far the actor's permission goes, or None when it is not given."""
    if actor.role is None:
        return Reach.ALL
    if actor.scopes is not None and NEEDED_SCOPE[permission] not in actor.scopes:
        return None
    return ROLE_TABLE[permission].get(actor.role)


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor has the permission for at least some rows."""
    return reach(actor, permission) is not None


def require(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden unless the actor has the permission for the whole workspace."""
    if reach(actor, permission) is not Reach.ALL:
        raise Forbidden(permission)


def saved_views(actor: Actor) -> "QuerySet[SavedView]":
    """The saved views that the actor may use: their own, and those shared with the workspace; by name."""
    rows = SavedView.objects.filter(Q(owner=actor.user) | Q(is_shared=True), workspace=actor.workspace)
    return rows.select_related("owner").order_by("name", "pk")


def saved_view_or_404(actor: Actor, pk: int) -> SavedView:
    """The saved view with this id; one that is another person's own is answered like one that does not exist."""
    row = saved_views(actor).filter(pk=pk).first()
    if row is None:
        raise Http404("No such saved view.")
    return row


def may_change_view(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may rename, share and delete the view: its person; of a shared one also administrators."""
    is_own = actor.user is not None and view.owner_id == actor.user.pk
    return is_own or (view.is_shared and may(actor, Permission.ADMINISTER))


class PageRequest(HttpRequest):
    """A request of a page: the middleware has put the actor on it."""

    actor: Actor
    memberships: list[Membership]
    user: User
    session: Any


def page(
    view: Callable[Concatenate[PageRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for members: others are sent to sign in, people without a workspace to the first-run page."""

    @wraps(view)
    def members_only(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if getattr(request, "actor", None) is None:
            return redirect("/setup/")
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return members_only
