"""Saved views: made, changed and deleted by their person; shared ones by those who may share."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError

from accounts.access import Actor, Forbidden, may, may_change_view
from accounts.choices import Permission
from accounts.models import SavedView

SAVABLE = frozenset({"initiatives"})
NOT_KEPT = frozenset({"page", "format"})
MOST_VIEWS = 50


def save_view(*, actor: Actor, page: str, name: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """A new view of a list.

    Args:
        page: the name of the list's URL.
        query: the address after its `?`; the page of a long list and the kind of file are left out.

    Raises:
        ValidationError: no such list, a name that is empty or taken, or too many views.
        Forbidden: the actor may not share.
    """
    if page not in SAVABLE or actor.user is None:
        raise ValidationError("There is no such list.")
    if is_shared:
        _require_sharing(actor)
    if SavedView.objects.filter(workspace=actor.workspace, owner=actor.user).count() >= MOST_VIEWS:
        raise ValidationError(f"You have {MOST_VIEWS} saved views. Delete one first.")
    view = SavedView(
        workspace=actor.workspace, owner=actor.user, page=page, query=_kept(query), is_shared=is_shared, created_at=now
    )
    return _named(view, name)


def change_view(*, actor: Actor, view: SavedView, name: str, is_shared: bool) -> SavedView:
    """Renames a view, and shares it or keeps it to its person.

    Raises:
        ValidationError: the name is empty or taken.
        Forbidden: it is another person's, or the actor may not share.
    """
    _require_change(actor, view)
    if is_shared and not view.is_shared:
        _require_sharing(actor)
    view.is_shared = is_shared
    return _named(view, name)


def delete_view(*, actor: Actor, view: SavedView) -> None:
    """Deletes a view; the list and its figures stay.

    Raises:
        Forbidden: it is another person's.
    """
    _require_change(actor, view)
    view.delete()


def _named(view: SavedView, name: str) -> SavedView:
    view.name = " ".join(name.split())
    view.full_clean()
    view.save()
    return view


def _kept(query: str) -> str:
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=False)
    return urlencode([(name, value) for name, value in pairs if name not in NOT_KEPT], safe=",")


def _require_change(actor: Actor, view: SavedView) -> None:
    if not may_change_view(actor, view):
        raise Forbidden(Permission.SHARE_VIEWS)


def _require_sharing(actor: Actor) -> None:
    if not may(actor, Permission.SHARE_VIEWS):
        raise Forbidden(Permission.SHARE_VIEWS)
