"""Django's migrate, done by the owner of the database."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate

from config import env
from config.owner import let_app_role_work, owner_connection


class Command(migrate.Command):
    """Works as the role of DATABASE_OWNER_URL when it is set, and lets the app role use what was made."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Lets the app role use every table there is and will be, then makes the tables.

        In this order, so that a migration that was cut short leaves nothing that the app role cannot read.
        """
        alias = options["database"]
        with owner_connection(alias):
            if env.text("DATABASE_OWNER_URL"):
                let_app_role_work(alias)
            call_command("createcachetable", database=alias, verbosity=0)
            super().handle(*args, **options)
