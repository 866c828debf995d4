"""API tokens: `hur_`, 32 random letters and digits, and a checksum; only their keyed hash is stored."""

import secrets
import string
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.access import Actor, Forbidden, reach
from accounts.choices import Permission, Reach, Scope
from accounts.models import ApiToken, Membership

PREFIX = "hur_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH = 32
CHECKSUM_LENGTH = 6
SHOWN = len(PREFIX) + 6
USED_EVERY = timedelta(minutes=1)


def issue_token(
    *,
    membership: Membership,
    scopes: Iterable[str],
    now: datetime,
    name: str = "",
    days: int | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is never seen again.

    Args:
        days: until it expires; None is never.

    Raises:
        ValidationError: a scope is unknown, none is given, or the days are not above zero.
    """
    wanted = list(dict.fromkeys(scopes))
    if not wanted or not set(wanted) <= set(Scope):
        raise ValidationError({"scopes": f"Choose from {', '.join(Scope)}."})
    if days is not None and not 0 < days <= 3660:
        raise ValidationError({"expires": "Give between 1 and 3660 days."})
    secret = _secret()
    token = ApiToken(
        membership=membership,
        name=name or "Token",
        prefix=secret[:SHOWN],
        digest=digest(secret),
        scopes=wanted,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    token.full_clean(exclude=["membership"])
    token.save(force_insert=True)
    return token, secret


def revoke_token(*, actor: Actor, token: ApiToken, now: datetime) -> None:
    """Ends a token at once.

    Raises:
        Forbidden: it is another person's and the actor is no administrator.
    """
    require_revoking(actor, token)
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def require_revoking(actor: Actor, token: ApiToken) -> None:
    """Raises Forbidden unless the token is the actor's own, or the actor is an administrator."""
    given = reach(actor, Permission.OWN_TOKENS)
    own = actor.user is not None and token.membership.user_id == actor.user.pk
    if given is not Reach.ALL and not (given is Reach.OWN and own):
        raise Forbidden(Permission.OWN_TOKENS)


def find_token(*, secret: str, now: datetime) -> ApiToken | None:
    """The valid token with this secret, marked as used; None for any other."""
    if not well_formed(secret):
        return None
    valid = ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=digest(secret), revoked_at=None)
    token = (
        valid.filter(membership__is_active=True, membership__user__is_active=True)
        .select_related("membership__workspace", "membership__user")
        .first()
    )
    if token is not None and (token.last_used_at is None or token.last_used_at < now - USED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def well_formed(secret: str) -> bool:
    """Whether the text has a token's shape and checksum."""
    body = secret.removeprefix(PREFIX)
    if body == secret or len(body) != RANDOM_LENGTH + CHECKSUM_LENGTH or not set(body) <= set(ALPHABET):
        return False
    return body[RANDOM_LENGTH:] == _checksum(body[:RANDOM_LENGTH])


def digest(secret: str) -> str:
    """What is stored of a secret: its HMAC-SHA256 keyed with the installation's key."""
    return salted_hmac("accounts.token", secret, algorithm="sha256").hexdigest()


def _secret() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return f"{PREFIX}{body}{_checksum(body)}"


def _checksum(body: str) -> str:
    number, letters = zlib.crc32(body.encode("ascii")), ""
    for _ in range(CHECKSUM_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return letters
