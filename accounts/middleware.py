"""Puts the Actor on every request: the signed-in person in the workspace they chose."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.access import Actor
from accounts.models import User
from accounts.selectors import active_memberships

CHOSEN = "workspace"


class WorkspaceMiddleware:
    """Sets ``request.actor``, None when nobody is signed in or belongs anywhere, and ``request.memberships``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor | None:
        request.memberships = active_memberships(request.user) if request.user.is_authenticated else []
        chosen = request.session.get(CHOSEN)
        for membership in request.memberships:
            if membership.workspace.slug == chosen:
                return Actor.of(membership)
        return Actor.of(request.memberships[0]) if request.memberships else None
