"""Puts the Actor on every request: the signed-in person in the workspace they chose."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.access import Actor
from accounts.models import Membership, User
from accounts.selectors import active_memberships

CHOSEN = "workspace"


class WorkspaceMiddleware:
    """Sets ``request.actor``, None when nobody is signed in or belongs anywhere, and ``request.memberships``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships = active_memberships(request.user) if isinstance(request.user, User) else []
        request.memberships = memberships  # type: ignore[attr-defined]
        request.actor = _actor(memberships, request.session.get(CHOSEN))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(memberships: list[Membership], chosen: str | None) -> Actor | None:
    for membership in memberships:
        if membership.workspace.slug == chosen:
            return Actor.of(membership)
    return Actor.of(memberships[0]) if memberships else None
