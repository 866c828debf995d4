"""What must hold before tables are touched; Django runs these with migrate and check --database."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

OLDEST_SERVER = 15


def server_is_new_enough(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """The PostgreSQL server is of a version that Hurdle is tested with."""
    found = [(alias, connections[alias].pg_version // 10_000) for alias in databases or ()]  # type: ignore[attr-defined]
    return [
        Error(
            f"The database {alias} runs on PostgreSQL {major}; Hurdle needs {OLDEST_SERVER} or newer.",
            id="config.E001",
        )
        for alias, major in found
        if major < OLDEST_SERVER
    ]
