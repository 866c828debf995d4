"""Reads about people and workspaces."""

from accounts.models import Membership, User


def active_memberships(user: User) -> list[Membership]:
    """The person's memberships, by name of the workspace."""
    return list(
        Membership.objects.filter(user=user, is_active=True)
        .select_related("workspace", "user")
        .order_by("workspace__name", "id")
    )
