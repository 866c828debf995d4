"""Django's flush, done by the owner of the database."""

from typing import Any

from django.core.management.commands import flush

from config.owner import owner_connection


class Command(flush.Command):
    """Works as the role of DATABASE_OWNER_URL when it is set: the app role may not TRUNCATE."""

    def handle(self, **options: Any) -> None:
        """Empties every table."""
        with owner_connection(options["database"]):
            super().handle(**options)
