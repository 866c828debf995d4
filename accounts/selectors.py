"""Reads about people and workspaces."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.access import Actor, reach
from accounts.choices import Permission, Reach
from accounts.models import ApiToken, Invitation, Membership, User, Workspace


@dataclass(frozen=True)
class Person:
    """A member as the people page shows them.

    Args:
        state: active, invited, expired (the invitation is too old) or deactivated.
        until: until when the invitation's link works or did work.
    """

    membership: Membership
    state: str
    until: datetime | None = None


@dataclass(frozen=True)
class ShownToken:
    """A token as its page shows it.

    Args:
        state: works, expired, revoked or inactive (its person was deactivated).
    """

    token: ApiToken
    state: str


def active_memberships(user: User) -> list[Membership]:
    """The person's memberships, by name of the workspace."""
    return list(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("workspace", "user")
        .order_by("workspace__name", "id")
    )


def membership_of(actor: Actor) -> Membership:
    """The membership that a signed-in person acts through."""
    return Membership.objects.select_related("workspace", "user").get(workspace=actor.workspace, user=actor.user)


def people_of(workspace: Workspace, now: datetime) -> list[Person]:
    """Every member of the workspace and whoever is invited, active ones first.

    Whose invitation was withdrawn before they ever joined is nobody here.
    """
    waiting = Invitation.objects.filter(workspace=workspace, accepted_at=None)
    links = dict(waiting.values_list("user_id", "expires_at"))
    events = Membership.pgh_event_model.objects  # type: ignore[attr-defined]
    history = events.filter(workspace=workspace, is_active=True)
    members = Membership.objects.filter(workspace=workspace).select_related("user", "unit")
    known = members.filter(Q(pk__in=history.values("pgh_obj_id")) | Q(user__in=waiting.values("user_id")))
    return [_person(row, links.get(row.user_id), now) for row in known.order_by("-is_active", "user__email")]


def member_of(workspace: Workspace, pk: int) -> Membership | None:
    """The workspace's member with this id."""
    return Membership.objects.filter(workspace=workspace, pk=pk).select_related("workspace", "user", "unit").first()


def tokens_for(actor: Actor, now: datetime) -> list[ShownToken]:
    """The tokens that the actor may see: own ones, or all of the workspace for an administrator; newest first."""
    rows = ApiToken.objects.filter(membership__workspace=actor.workspace).select_related("membership__user")
    if reach(actor, Permission.OWN_TOKENS) is not Reach.ALL:
        rows = rows.filter(membership__user=actor.user)
    return [ShownToken(token, _token_state(token, now)) for token in rows.order_by("-id")]


def working_tokens_of(member: Membership, now: datetime) -> int:
    """How many tokens of the member work at the moment."""
    rows = ApiToken.objects.filter(membership=member, revoked_at=None)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=now)).count()


def token_of(workspace: Workspace, pk: int) -> ApiToken | None:
    """The workspace's token with this id."""
    rows = ApiToken.objects.filter(membership__workspace=workspace, pk=pk)
    return rows.select_related("membership").first()


def _person(membership: Membership, until: datetime | None, now: datetime) -> Person:
    if membership.is_active:
        return Person(membership, "active")
    if until is None:
        return Person(membership, "deactivated")
    return Person(membership, "invited" if until > now else "expired", until)


def _token_state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= now:
        return "expired"
    return "works" if token.membership.is_active else "inactive"
