"""What the heat map is narrowed to, all held in the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts.models import BusinessUnit, Workspace
from metrics.contexts.filters import with_children
from metrics.contexts.words import CAUSE_WORDS, STAGE_WORDS
from metrics.models import CurrentSnapshot, Snapshot
from metrics.selectors import figures_in
from portfolio.choices import Cause, Stage

M = TypeVar("M", CurrentSnapshot, Snapshot)
ENDS = (Stage.RETIRED, Stage.ABANDONED)
STAGES = {stage: words for stage, words in STAGE_WORDS.items() if stage not in ENDS}
KNOWN = ("unit", "stage", "cause", "page", "as_of")


@dataclass(frozen=True)
class HeatFilters:
    """What the heat map is narrowed to.

    Args:
        unit: id of a business unit; its sub-units count too.
        stage: a stage; empty for all before production.
        cause: only initiatives where this cause is scored above zero.
        page: from 1.
        day: the past day that the page is about, such as 2026-09-30; empty for now.
        ignored: what of the URL was not understood, in words.
    """

    unit: int | None = None
    stage: str = ""
    cause: str = ""
    page: int = 1
    day: str = ""
    ignored: tuple[str, ...] = field(default=(), compare=False)

    def query(self, **changes: object) -> str:
        """The URL's query for these filters, with changes."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "unit": wanted.unit or "",
            "stage": wanted.stage,
            "cause": wanted.cause,
            "page": "" if wanted.page == 1 else wanted.page,
            "as_of": wanted.day,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value != ""})

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.unit or self.stage or self.cause)


def parse(query: Mapping[str, str], units: Mapping[int, str]) -> HeatFilters:
    """Filters from a URL; a part that is not understood is left out and named."""
    unit, stage, cause = (query.get(name, "") for name in ("unit", "stage", "cause"))
    page = query.get("page", "") or "1"
    is_unit = unit.isascii() and unit.isdigit() and int(unit) in units
    is_page = page.isascii() and page.isdigit() and 0 < len(page) < 7 and int(page) >= 1
    ignored = [name for name in query if name not in KNOWN]
    ignored += [f"unit “{unit}”"] * bool(unit and not is_unit)
    ignored += [f"stage “{stage}”"] * bool(stage and stage not in STAGES)
    ignored += [f"cause “{cause}”"] * bool(cause and cause not in set(Cause))
    ignored += [f"page “{page}”"] * (not is_page)
    return HeatFilters(
        unit=int(unit) if is_unit else None,
        stage=stage if stage in STAGES else "",
        cause=cause if cause in set(Cause) else "",
        page=int(page) if is_page else 1,
        day=query.get("as_of", ""),
        ignored=tuple(ignored),
    )


def narrowed_pointers(
    filters: HeatFilters, units: list[BusinessUnit], workspace: Workspace
) -> QuerySet[CurrentSnapshot]:
    """The pointers of now that the filters leave."""
    rows = figures_in(workspace)
    rows = rows.filter(initiative__stage=filters.stage) if filters.stage else before_production(rows)
    return _narrowed(rows, filters, units)


def narrowed_snapshots(rows: QuerySet[Snapshot], filters: HeatFilters, units: list[BusinessUnit]) -> QuerySet[Snapshot]:
    """The snapshots of a past day that the filters leave."""
    rows = rows.filter(stage=filters.stage) if filters.stage else before_production(rows)
    return _narrowed(rows, filters, units)


def before_production(rows: QuerySet[M]) -> QuerySet[M]:
    """Those that have chances of failure."""
    return rows.filter(never_in_production__isnull=False)


def in_words(filters: HeatFilters, units: Mapping[int, str]) -> str:
    """The filters as a phrase."""
    parts = [
        f"unit is {units[filters.unit]}" if filters.unit else "",
        f"stage is {STAGES[Stage(filters.stage)]}" if filters.stage else "",
        f"{CAUSE_WORDS[Cause(filters.cause)]} is a concern" if filters.cause else "",
    ]
    return ", ".join(part for part in parts if part)


def _narrowed(rows: QuerySet[M], filters: HeatFilters, units: list[BusinessUnit]) -> QuerySet[M]:
    if filters.unit:
        rows = rows.filter(initiative__unit__in=with_children(filters.unit, units))
    if filters.cause:
        rows = rows.filter(raised_causes__contains=[filters.cause])
    return rows
