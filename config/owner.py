"""Work that only the owner of the database may do: changing tables, and emptying them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from psycopg import sql

from config import env

ROLE_KEYS = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
APP_MAY = "SELECT, INSERT, UPDATE, DELETE"


@contextmanager
def owner_connection(alias: str = "default") -> Iterator[None]:
    """Inside, the connection works as the role of DATABASE_OWNER_URL, when one is given, in the same database."""
    connection = connections[alias]
    if not env.text("DATABASE_OWNER_URL"):
        yield
        return
    owner = env.database("DATABASE_OWNER_URL")
    before: dict[str, Any] = {key: connection.settings_dict[key] for key in ROLE_KEYS}
    connection.close()
    connection.settings_dict.update({key: owner[key] for key in ROLE_KEYS})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def let_app_role_work(alias: str = "default") -> None:
    """Gives the app role its rights on every table there is and will be; to be called as the owner."""
    owner, app = env.database("DATABASE_OWNER_URL")["USER"], env.database("DATABASE_URL")["USER"]
    if owner == app:
        return
    grants = (
        "GRANT USAGE ON SCHEMA public TO {app}",
        f"GRANT {APP_MAY} ON ALL TABLES IN SCHEMA public TO {{app}}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {{owner}} IN SCHEMA public GRANT {APP_MAY} ON TABLES TO {{app}}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    )
    with connections[alias].cursor() as cursor:
        for grant in grants:
            cursor.execute(sql.SQL(grant).format(app=sql.Identifier(str(app)), owner=sql.Identifier(str(owner))))
