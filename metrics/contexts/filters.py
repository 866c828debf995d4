"""Filters, sorting and paging of the list of initiatives, all held in the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.expressions import OrderBy

from accounts.models import BusinessUnit
from metrics.contexts.risk.words import signal_label
from metrics.contexts.words import STAGE_WORDS
from metrics.core.risk.signals import SignalCode
from metrics.core.rollup.initiative import Verdict
from portfolio.choices import Stage
from portfolio.models import Initiative

SORTS = {
    "doubtful": ("current__roi_forecast", "Most doubtful first"),
    "name": ("name", "Name"),
    "roi": ("current__roi_forecast", "ROI"),
    "net": ("current__year_net", "Net value"),
    "risk": ("current__abandoned_12m", "Risk"),
    "stage": ("stage_since", "Longest in its stage"),
}
OF_DAY = {
    "doubtful": "roi_forecast",
    "name": "initiative__name",
    "roi": "roi_forecast",
    "net": "year_net",
    "risk": "abandoned_12m",
    "stage": "stage_since",
}
DEFAULT_SORT = "doubtful"
KNOWN = ("q", "unit", "owner", "stage", "status", "signal", "sort", "page", "as_of")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to.

    Args:
        words: part of the name or the key.
        unit: id of a business unit; its sub-units count too.
        owner: part of the owner's name.
        stage: a stage.
        status: a verdict.
        signal: the code of a behaviour signal that they show.
        sort: one of SORTS, with a minus before it for the other direction.
        page: from 1.
        day: the past day that the figures are of, such as 2026-09-30; empty for now.
        ignored: what of the URL was not understood, in words.
    """

    words: str = ""
    unit: int | None = None
    owner: str = ""
    stage: str = ""
    status: str = ""
    signal: str = ""
    sort: str = DEFAULT_SORT
    page: int = 1
    day: str = ""
    ignored: tuple[str, ...] = field(default=(), compare=False)

    def query(self, **changes: object) -> str:
        """The URL's query for these filters, with changes."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "q": wanted.words,
            "unit": wanted.unit or "",
            "owner": wanted.owner,
            "stage": wanted.stage,
            "status": wanted.status,
            "signal": wanted.signal,
            "sort": "" if wanted.sort == DEFAULT_SORT else wanted.sort,
            "page": "" if wanted.page == 1 else wanted.page,
            "as_of": wanted.day,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value != ""})

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.words or self.unit or self.owner or self.stage or self.status or self.signal)


def parse(query: Mapping[str, str], statuses: Mapping[Any, str], units: Mapping[int, str]) -> Filters:
    """Filters from a URL; a part that is not understood is left out and named."""
    ignored = [name for name in query if name not in KNOWN]
    unit = query.get("unit", "")
    stage, status, signal = (query.get(name, "") for name in ("stage", "status", "signal"))
    sort, page = query.get("sort", "") or DEFAULT_SORT, query.get("page", "") or "1"
    ignored += [f"unit “{unit}”"] * bool(unit and not (unit.isdigit() and int(unit) in units))
    ignored += [f"stage “{stage}”"] * bool(stage and stage not in set(Stage))
    ignored += [f"status “{status}”"] * bool(status and status not in statuses)
    ignored += [f"signal “{signal}”"] * bool(signal and signal not in set(SignalCode))
    ignored += [f"order “{sort}”"] * (sort.removeprefix("-") not in SORTS)
    ignored += [f"page “{page}”"] * (not page.isdigit() or int(page) < 1)
    return Filters(
        words=query.get("q", "").strip(),
        unit=int(unit) if unit.isdigit() and int(unit) in units else None,
        owner=query.get("owner", "").strip(),
        stage=stage if stage in set(Stage) else "",
        status=status if status in statuses else "",
        signal=signal if signal in set(SignalCode) else "",
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        page=int(page) if page.isdigit() and int(page) >= 1 else 1,
        day=query.get("as_of", ""),
        ignored=tuple(ignored),
    )


def narrowed(rows: QuerySet[Initiative], filters: Filters, units: list[BusinessUnit]) -> QuerySet[Initiative]:
    """The rows that the filters leave now, in no order."""
    rows = narrowed_by_record(rows, filters, units)
    if filters.stage:
        rows = rows.filter(stage=filters.stage)
    if filters.status:
        rows = rows.filter(current__verdict=filters.status)
    if filters.signal:
        rows = rows.filter(current__signal_codes__contains=[filters.signal])
    return rows


def narrowed_by_record(rows: QuerySet[Initiative], filters: Filters, units: list[BusinessUnit]) -> QuerySet[Initiative]:
    """The rows that the filters by name, unit and owner leave."""
    if filters.words:
        rows = rows.filter(Q(name__icontains=filters.words) | Q(key__icontains=filters.words))
    if filters.unit:
        rows = rows.filter(unit__in=with_children(filters.unit, units))
    if filters.owner:
        rows = rows.filter(owner__icontains=filters.owner)
    return rows


def ordering(sort: str, *, of_day: bool = False) -> list[OrderBy | str]:
    """The order of a sort: unknown figures last, then by id, so that no row is skipped between pages.

    The doubtful come first, the ended last. `of_day` orders snapshots of a past day instead of initiatives.
    """
    name = sort.removeprefix("-")
    column, verdict = (F(OF_DAY[name]), "verdict") if of_day else (F(SORTS[name][0]), "current__verdict")
    first = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    has_ended = Case(When(**{verdict: Verdict.ENDED}, then=1), default=0)
    return [*([has_ended.asc()] if name == DEFAULT_SORT else []), first, "pk"]


def in_words(filters: Filters, statuses: Mapping[Any, str], units: Mapping[int, str]) -> str:
    """The filters as a phrase, for the line above an empty list."""
    parts = [
        f"name has “{filters.words}”" if filters.words else "",
        f"unit is {units[filters.unit]}" if filters.unit else "",
        f"owner has “{filters.owner}”" if filters.owner else "",
        f"stage is {STAGE_WORDS[Stage(filters.stage)]}" if filters.stage else "",
        f"status is {statuses[filters.status]}" if filters.status else "",
        f"signal is {signal_label(filters.signal).lower()}" if filters.signal else "",
    ]
    return ", ".join(part for part in parts if part)


def with_children(unit: int, units: list[BusinessUnit]) -> set[int]:
    """The ids of a unit and of all units below it."""
    found = {unit}
    while grown := {each.pk for each in units if each.parent_id in found} - found:
        found |= grown
    return found
