"""Reads about people and workspaces."""

from dataclasses import dataclass
from datetime import datetime

from accounts.access import Actor, reach
from accounts.choices import Permission, Reach
from accounts.models import ApiToken, Invitation, Membership, User, Workspace


@dataclass(frozen=True)
class Person:
    """A member as the people page shows them.

    Args:
        state: active, invited or deactivated.
    """

    membership: Membership
    state: str


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
    """Every member of the workspace, active ones first."""
    waiting = Invitation.objects.filter(workspace=workspace, accepted_at=None, expires_at__gt=now)
    invited = set(waiting.values_list("user_id", flat=True))
    members = Membership.objects.filter(workspace=workspace).select_related("user", "unit")
    return [Person(row, _state(row, invited)) for row in members.order_by("-is_active", "user__email")]


def member_of(workspace: Workspace, pk: int) -> Membership | None:
    """The workspace's member with this id."""
    return Membership.objects.filter(workspace=workspace, pk=pk).select_related("workspace", "user", "unit").first()


def tokens_for(actor: Actor, now: datetime) -> list[ShownToken]:
    """The tokens that the actor may see: own ones, or all of the workspace for an administrator; newest first."""
    rows = ApiToken.objects.filter(membership__workspace=actor.workspace).select_related("membership__user")
    if reach(actor, Permission.OWN_TOKENS) is not Reach.ALL:
        rows = rows.filter(membership__user=actor.user)
    return [ShownToken(token, _token_state(token, now)) for token in rows.order_by("-id")]


def token_of(workspace: Workspace, pk: int) -> ApiToken | None:
    """The workspace's token with this id."""
    rows = ApiToken.objects.filter(membership__workspace=workspace, pk=pk)
    return rows.select_related("membership").first()


def _state(membership: Membership, invited: set[int]) -> str:
    if membership.is_active:
        return "active"
    return "invited" if membership.user_id in invited else "deactivated"


def _token_state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= now:
        return "expired"
    return "works" if token.membership.is_active else "inactive"
