"""Rows with contract field names → unsaved facts."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from portfolio.models import Fact
from portfolio.services.errors import RowError, RowErrors

F = TypeVar("F", bound=Fact)
COMMON = frozenset({"on", "source", "external_id"})


def build(model: type[F], rows: Sequence[Mapping[str, Any]], *, source: str, **owner: Any) -> list[F]:
    """Unsaved facts of MODEL that belong to ``owner`` (a KPI, an initiative, or nothing).

    Raises:
        RowErrors: a row has a field that the model does not take.
    """
    allowed = COMMON | {name for name in model.content if not name.endswith("_id")}
    problems = [
        RowError(index, name, "There is no such field.")
        for index, row in enumerate(rows)
        for name in row
        if name not in allowed
    ]
    if problems:
        raise RowErrors(problems)
    return [model(**owner, **{"source": source, **row}) for row in rows]
