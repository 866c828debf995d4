"""Filters, order, columns and page of the list of initiatives, all held in the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from accounts.models import BusinessUnit
from metrics.contexts.columns import DEFAULT_ORDER, FIRST_CHOICE, ORDERS, chosen
from metrics.contexts.risk.words import signal_label
from metrics.contexts.verdicts import VERDICT_WORDS
from metrics.contexts.words import CAUSE_WORDS, STAGE_WORDS, STAGES_OF_GROUP
from metrics.core.risk.signals import SignalCode
from metrics.models import HAS_ENDED, CurrentSnapshot
from portfolio.choices import STAGE_GROUPS
from portfolio.models import Initiative

ANY_SIGNAL = "any"
AGES = (30, 60, 90, 180)
CHOICES: dict[str, Mapping[str, str]] = {
    "stage": {str(stage): words for stage, words in STAGE_WORDS.items()} | STAGES_OF_GROUP,
    "status": {str(verdict): words for verdict, words in VERDICT_WORDS.items()},
    "cause": {str(cause): words for cause, words in CAUSE_WORDS.items()},
    "signal": {ANY_SIGNAL: "Any signal"} | {str(code): signal_label(code) for code in SignalCode},
    "age": {str(days): f"More than {days} days" for days in AGES},
}
NOT_OF_DAY = ("age",)
PLAIN = ("q", "unit", "owner", "tag", "sort", "columns", "page", "as_of")
KNOWN = (*PLAIN, *CHOICES)
MOST_DIGITS = 9


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to, and how it is shown.

    Args:
        words: part of the name or the key.
        unit: id of a business unit; its sub-units count too.
        owner: part of the owner's name.
        tag: a tag, in full.
        stage: a stage.
        status: a verdict.
        cause: a cause of failure that is scored above zero.
        signal: the code of a behaviour signal that they show, or `any`.
        age: days for which nothing was recorded.
        sort: one of ORDERS, with a minus before it for the other direction.
        columns: the columns that are shown.
        page: from 1.
        day: the past day that the figures are of, such as 2026-09-30; empty for now.
        ignored: what of the URL was not understood, in words.
    """

    words: str = ""
    unit: int | None = None
    owner: str = ""
    tag: str = ""
    stage: str = ""
    status: str = ""
    cause: str = ""
    signal: str = ""
    age: str = ""
    sort: str = DEFAULT_ORDER
    columns: tuple[str, ...] = FIRST_CHOICE
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
            "tag": wanted.tag,
            **{name: getattr(wanted, name) for name in CHOICES},
            "sort": "" if wanted.sort == DEFAULT_ORDER else wanted.sort,
            "columns": "" if wanted.columns == FIRST_CHOICE else ",".join(wanted.columns),
            "page": "" if wanted.page == 1 else wanted.page,
            "as_of": wanted.day,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value != ""}, safe=",")

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that the filter by stage leaves: its own, or those of a group."""
        return STAGE_GROUPS.get(self.stage, (self.stage,))

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        chosen_ones = (getattr(self, name) for name in CHOICES)
        return bool(self.words or self.unit or self.owner or self.tag or any(chosen_ones))

    def cleared(self) -> str:
        """The URL's query without any filter; order, columns and day stay."""
        return Filters(sort=self.sort, columns=self.columns, day=self.day).query()


def parse(query: Mapping[str, str], units: Mapping[int, str]) -> Filters:
    """Filters from a URL; a part that is not understood, or does not apply to a past day, is left out and named."""
    said = {name: value.replace("\0", "").strip() for name, value in query.items()}
    day = said.get("as_of", "")
    unit, sort, page = said.get("unit", ""), said.get("sort", "") or DEFAULT_ORDER, said.get("page", "") or "1"
    columns, strange_columns = chosen(said.get("columns", ""))
    picked = {name: value for name in CHOICES if (value := said.get(name, "")) in CHOICES[name]}
    picked = {name: value for name, value in picked.items() if not (day and name in NOT_OF_DAY)}
    is_unit, is_page = _is_number(unit) and int(unit) in units, _is_number(page) and int(page) >= 1
    is_sort = _can_sort(sort, of_day=bool(day))
    ignored = [name for name in query if name not in KNOWN]
    ignored += [f"{name} “{said[name]}”" for name in CHOICES if said.get(name) and name not in picked]
    ignored += [f"unit “{unit}”"] * bool(unit and not is_unit)
    ignored += [f"order “{sort}”"] * (not is_sort)
    ignored += [f"column “{word}”" for word in strange_columns]
    ignored += [f"page “{page}”"] * (not is_page)
    return Filters(
        words=said.get("q", ""),
        unit=int(unit) if is_unit else None,
        owner=said.get("owner", ""),
        tag=said.get("tag", ""),
        **picked,
        sort=sort if is_sort else DEFAULT_ORDER,
        columns=columns,
        page=int(page) if is_page else 1,
        day=day,
        ignored=tuple(ignored),
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def _can_sort(sort: str, *, of_day: bool) -> bool:
    order = ORDERS.get(sort.removeprefix("-"))
    return order is not None and bool(order.of_day or not of_day)


def has_figure_filters(filters: Filters) -> bool:
    """Whether any filter goes by figures."""
    return bool(filters.status or filters.cause or filters.signal or filters.age)


def has_record_filters(filters: Filters) -> bool:
    """Whether any filter goes by what is recorded of the initiative itself."""
    return bool(filters.words or filters.unit or filters.owner or filters.tag or filters.stage)


def narrowed_by_figures(rows: QuerySet[CurrentSnapshot], filters: Filters, day: date) -> QuerySet[CurrentSnapshot]:
    """The pointers that the filters by figures leave on a day."""
    if filters.status:
        rows = rows.filter(verdict=filters.status)
    if filters.cause:
        rows = rows.filter(raised_causes__contains=[filters.cause])
    if filters.signal == ANY_SIGNAL:
        rows = rows.filter(signal_count__gt=0)
    elif filters.signal:
        rows = rows.filter(signal_codes__contains=[filters.signal])
    if filters.age:
        rows = rows.filter(last_activity__lt=day - timedelta(days=int(filters.age)))
    return rows


def narrowed_by_record(rows: QuerySet[Initiative], filters: Filters, units: list[BusinessUnit]) -> QuerySet[Initiative]:
    """The rows that the filters by name, unit, owner, tag and the stage of now leave."""
    if filters.words:
        rows = rows.filter(Q(name__icontains=filters.words) | Q(key__icontains=filters.words))
    if filters.unit:
        rows = rows.filter(unit__in=with_children(filters.unit, units))
    if filters.owner:
        rows = rows.filter(owner__icontains=filters.owner)
    if filters.tag:
        rows = rows.filter(tags__contains=[filters.tag])
    if filters.stage and not filters.day:
        rows = rows.filter(stage__in=filters.stages)
    return rows


def is_by_pointer(sort: str) -> bool:
    """Whether the order of now goes by a figure, which the pointer of an initiative repeats."""
    return ORDERS[sort.removeprefix("-")].is_of_pointer


def ordering(sort: str, *, of_day: bool = False) -> list[OrderBy | str]:
    """The order of a sort: unknown figures last, then by id, so that no row is skipped between pages.

    The doubtful come first, the ended last. `of_day` orders snapshots of a past day; else pointers where
    `is_by_pointer`, and initiatives.
    """
    order = ORDERS[sort.removeprefix("-")]
    column = F(order.of_day if of_day else order.now)
    first = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return [*([HAS_ENDED.asc()] if sort == DEFAULT_ORDER else []), first, "pk"]


def in_words(filters: Filters, units: Mapping[int, str]) -> str:
    """The filters as a phrase, for the line under the heading and above an empty list."""
    said = {name: CHOICES[name][value] for name in CHOICES if (value := getattr(filters, name))}
    has_any = filters.signal == ANY_SIGNAL
    parts = [
        f"name has “{filters.words}”" if filters.words else "",
        f"unit is {units[filters.unit]}" if filters.unit else "",
        f"owner has “{filters.owner}”" if filters.owner else "",
        f"tagged “{filters.tag}”" if filters.tag else "",
        f"stage is {said['stage']}" if filters.stage else "",
        f"status is {said['status']}" if filters.status else "",
        f"{said['cause']} is a concern" if filters.cause else "",
        ("there is a signal" if has_any else f"signal is {said['signal'].lower()}") if filters.signal else "",
        f"nothing was recorded for {said['age'].lower()}" if filters.age else "",
    ]
    return ", ".join(part for part in parts if part)


def with_children(unit: int, units: list[BusinessUnit]) -> set[int]:
    """The ids of a unit and of all units below it."""
    found = {unit}
    while grown := {each.pk for each in units if each.parent_id in found} - found:
        found |= grown
    return found
