"""Facts by the hundred thousand: PostgreSQL's COPY, with every constraint in force."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg import sql

from portfolio.models import Fact


def copy_facts(
    model: type[Fact], varying: Sequence[str], same: Mapping[str, Any], rows: Iterable[Sequence[Any]]
) -> int:
    """Adds facts of one model and returns how many.

    Args:
        varying: the attributes that `rows` give, in their order.
        same: the attributes that all rows share; the rest takes the model's defaults.
    """
    fixed = {**_defaults(model), **same}
    names = [*varying, *(name for name in fixed if name not in varying)]
    tail = tuple(fixed[name] for name in names[len(varying) :])
    columns = [sql.Identifier(_column(model, name)) for name in names]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
    )
    count = 0
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *tail))
            count += 1
    return count


def recorded(workspace_id: int, at: datetime, source: str) -> dict[str, Any]:
    """What facts of one load share."""
    return {"workspace_id": workspace_id, "recorded_at": at, "declared_history": True, "source": source}


def _defaults(model: type[Fact]) -> dict[str, Any]:
    blank = model()
    return {
        field.attname: field.get_db_prep_save(getattr(blank, field.attname), connection)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }


def _column(model: type[Fact], attribute: str) -> str:
    return next(str(field.column) for field in model._meta.concrete_fields if field.attname == attribute)
