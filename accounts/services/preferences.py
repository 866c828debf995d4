"""What a person chooses for themselves."""

from accounts.models import User
from accounts.services.people import known_time_zone


def update_preferences(*, user: User, name: str, time_zone: str, locale: str, theme: str, has_shortcuts: bool) -> User:
    """Sets how the product speaks and listens to the person; empty values mean the workspace's own.

    Raises:
        ValidationError: naming each faulty field.
    """
    if time_zone:
        known_time_zone(time_zone)
    user.name, user.time_zone, user.locale, user.theme = name, time_zone, locale, theme
    user.has_shortcuts = has_shortcuts
    user.full_clean(exclude=["password"])
    user.save(update_fields=["name", "time_zone", "locale", "theme", "has_shortcuts"])
    return user
