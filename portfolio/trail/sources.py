"""Where the audit trail is read from: every fact, every record with a kept history, frozen cases, evidence files."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Field, Model

from accounts.models import Workspace
from portfolio.models import BusinessCase, EvidenceFile, Fact, Initiative
from portfolio.trail.kinds import kind_of

WORKED_OUT = frozenset({"notices.alert"})
BOOKKEEPING = frozenset(
    {
        "id", "workspace", "recorded_at", "recorded_by", "declared_history", "identity", "superseded_at",
        "superseded_by", "supersede_reason", "created_at", "confirmed_by", "frozen_at", "frozen_by", "approved_at",
        "approved_by", "approval_note", "uploaded_at", "uploaded_by", "sha256", "content_type", "next_digest_at",
        "settings_version", "inputs_version", "stage", "stage_since", "set_up_by",
        "content", "content_hash", "frozen", "frozen_hash", "approved", "approved_hash",
    }
)  # fmt: skip
"""Columns that say nothing of their own where who, when and why stand beside each row, and frozen documents."""


@dataclass(frozen=True)
class Source:
    """Rows of one table that each tell of one act.

    Args:
        model: the kind of record that the act was about.
        table: where the row stands.
        act: `recorded`, `superseded`, `edited` (history of a record), `frozen`, `approved` or `uploaded`.
        pk, at: columns of the row's id and of the instant of the act.
        by: the column of the person, empty where the history's context knows it.
        why: the column of the reason, empty where there is none.
        workspace: the column of the workspace.
        fields: what the record says.
    """

    model: type[Model]
    table: str
    act: str
    at: str
    by: str = ""
    why: str = ""
    pk: str = "id"
    workspace: str = "workspace_id"
    fields: "tuple[Field[Any, Any], ...]" = ()

    @property
    def name(self) -> str:
        """The source's name in a cursor."""
        return f"{self.model._meta.model_name}.{self.act}"

    @property
    def kind(self) -> str:
        """The word by which the list is narrowed to this kind of record."""
        return kind_of(self.model).code

    @property
    def is_history(self) -> bool:
        """Whether the row is an event of a record that is edited in place."""
        return self.act == "edited"

    def column_of(self, name: str) -> str:
        """The column of a relation, empty where the record has none of that name."""
        found = (field.column for field in self.model._meta.concrete_fields if field.name == name)
        return next(found, None) or ""


@cache
def sources() -> tuple[Source, ...]:
    """Every source, in the order that breaks ties of instants."""
    found: list[Source] = []
    for model in apps.get_models():
        if issubclass(model, Fact):
            found += _of_fact(model)
        elif hasattr(model, "pgh_event_model") and model._meta.label_lower not in WORKED_OUT:
            found.append(_of_history(model))
    return tuple(sorted([*found, *_of_documents()], key=lambda source: source.name))


@cache
def by_name() -> dict[str, Source]:
    """The sources by their names."""
    return {source.name: source for source in sources()}


def _of_fact(model: type[Fact]) -> list[Source]:
    table, fields = model._meta.db_table, _fields(model)
    why = "reason" if any(field.name == "reason" for field in fields) else ""
    fields = tuple(field for field in fields if field.name != why)
    return [
        Source(model, table, "recorded", "recorded_at", "recorded_by_id", why, fields=fields),
        Source(model, table, "superseded", "superseded_at", "superseded_by_id", "supersede_reason", fields=fields),
    ]


def _of_history(model: Any) -> Source:
    event = model.pgh_event_model
    kept = {field.name for field in event._meta.concrete_fields}
    return Source(
        model=model,
        table=event._meta.db_table,
        act="edited",
        at="pgh_created_at",
        pk="pgh_id",
        workspace="id" if model is Workspace else "workspace_id",
        fields=tuple(field for field in _fields(model) if field.name in kept),
    )


def _of_documents() -> list[Source]:
    case, file = BusinessCase._meta.db_table, EvidenceFile._meta.db_table
    said, named = _fields(BusinessCase), _fields(EvidenceFile)
    return [
        Source(BusinessCase, case, "frozen", "frozen_at", "frozen_by_id", fields=said),
        Source(BusinessCase, case, "approved", "approved_at", "approved_by_id", "approval_note", fields=said),
        Source(EvidenceFile, file, "uploaded", "uploaded_at", "uploaded_by_id", fields=named),
    ]


def _fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    return tuple(field for field in model._meta.concrete_fields if field.name not in BOOKKEEPING)


def owner_of(source: Source) -> tuple[str, str]:
    """The columns of the initiative and of the KPI that a row is about; empty where it is about none."""
    if source.model is Initiative:
        return "id", ""
    return source.column_of("initiative"), source.column_of("kpi")
