"""What a person chooses for themselves."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.services.people import known_time_zone

FIELDS = ("name", "time_zone", "locale", "has_full_amounts", "theme", "has_shortcuts")


def update_preferences(*, user: User, changes: Mapping[str, Any]) -> User:
    """Sets how the product speaks and listens to the person; empty values mean the workspace's own.

    Args:
        changes: a value for each of FIELDS.

    Raises:
        ValidationError: naming each faulty field.
    """
    if changes["time_zone"]:
        known_time_zone(changes["time_zone"])
    for name in FIELDS:
        setattr(user, name, changes[name])
    user.full_clean(exclude=["password"])
    user.save(update_fields=FIELDS)
    return user
