"""Bearer tokens: a token acts as its person, narrowed by its scopes."""

from typing import Any, cast

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.access import Actor, may
from accounts.choices import Permission, Scope
from accounts.models import User
from accounts.services.tokens import find_token

REALM = 'Bearer realm="api"'
REFUSED = "The token is not valid: it may be mistyped, expired or revoked."


class TokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer hur_…` and sets `request.actor`."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        """The person and the actor; None without a bearer token.

        Raises:
            AuthenticationFailed: the token is not valid.
        """
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        secret = words[1].decode("latin-1") if len(words) == 2 else ""
        token = find_token(secret=secret, now=timezone.now())
        if token is None:
            raise AuthenticationFailed(REFUSED)
        scopes = frozenset(Scope(scope) for scope in token.scopes)
        actor = Actor.of(token.membership, scopes=scopes, token_id=token.pk)
        request._request.actor = actor  # type: ignore[attr-defined]
        return token.membership.user, actor

    def authenticate_header(self, request: Request) -> str:
        """What the caller is asked for."""
        return REALM


class HasReadScope(BasePermission):
    """A token is needed for every call, and the read scope for every reading one."""

    message = "The token lacks the scope 'read'."

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the call may go on; what it may write is decided per row."""
        actor: Any = request.auth
        if not isinstance(actor, Actor):
            return False
        return request.method not in SAFE_METHODS or may(actor, Permission.READ)


def actor_of(request: Request) -> Actor:
    """The actor behind an authenticated call."""
    return cast(Actor, request.auth)
