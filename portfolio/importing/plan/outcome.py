"""The plan's shapes: what is new, what changes and how, what is refused and why."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.access import Actor
from accounts.models import BusinessUnit
from portfolio.importing.parse.errors import Issue
from portfolio.importing.parse.records import Parsed
from portfolio.importing.parse.schema import Kind
from portfolio.models import Fact, Initiative, InitiativeAlias, Kpi, Programme


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record that would change."""

    line: int
    record: str
    field: str
    before: str
    after: str


@dataclass(slots=True)
class Plan:
    """Everything that applying would write, and the counts that people see.

    The counts are of records: one row of a file may hold several, or none. Facts come with their line, KPIs whose
    approved baseline changes with the reason.
    """

    kind: Kind
    rows: int
    skipped: int
    rejections: list[Issue]
    warnings: list[Issue]
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)
    new_units: list[BusinessUnit] = field(default_factory=list)
    new_programmes: list[Programme] = field(default_factory=list)
    new_rows: list[Initiative | Kpi] = field(default_factory=list)
    changed_rows: list[Initiative | Kpi] = field(default_factory=list)
    changed_fields: set[str] = field(default_factory=set)
    new_aliases: list[InitiativeAlias] = field(default_factory=list)
    reopened: list[tuple[Kpi, str]] = field(default_factory=list)
    facts: list[tuple[int, Fact]] = field(default_factory=list)

    @classmethod
    def of(cls, parsed: Parsed) -> "Plan":
        """An empty plan that carries what parsing found."""
        return cls(parsed.kind, parsed.rows, parsed.skipped, list(parsed.rejections), list(parsed.warnings))

    @property
    def rejected(self) -> int:
        """Rows of the file that are refused, each counted once."""
        return len(self.faulty_lines())

    def faulty_lines(self) -> set[int | None]:
        """The lines that are refused."""
        return {issue.line for issue in self.rejections}


@dataclass(frozen=True, slots=True)
class Setting:
    """Who imports, when, and under which source the facts are kept."""

    actor: Actor
    now: datetime
    today: date
    source: str


def shown_value(value: Any) -> str:
    """A value as the list of changes shows it."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)
