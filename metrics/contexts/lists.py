"""The list of initiatives: one row each, on a shared axis, with filters, sorting, pages and the day in the URL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Min
from django.urls import reverse

from accounts.access import Actor, may
from accounts.choices import Permission
from accounts.models import BusinessUnit
from metrics.contexts.columns import COLUMNS, ORDERS
from metrics.contexts.entries import ByName, Entry, Now, OnDay, Source
from metrics.contexts.filters import CHOICES, Filters, in_words, narrowed_by_record, parse
from metrics.contexts.marks import Axis
from metrics.contexts.past import Banner, PastTotalsShown, banner_of_totals
from metrics.contexts.rows import Row, rows_of
from metrics.contexts.saved import SavedViews, bar_of
from metrics.contexts.settings import hurdle_on
from metrics.contexts.stage_totals import Strip, strip_of
from metrics.inputs import Clock, end_of_day, known, today
from metrics.selectors import current_figures
from portfolio.access import initiatives_ever
from web.formats import Formats

PAGE_SIZE = 50
MOST_THAT_FIT = 8
UNTIL_THEN = (
    "Until then the list stands in the order of names, and the filters by stage, status, cause and signal do not apply."
)


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Heading:
    """A column's name, and the URL that sorts by it."""

    label: str
    url: str
    direction: str


@dataclass(frozen=True)
class Pager:
    """The count in words, and the neighbours."""

    words: str
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class InitiativeList:
    """The page of initiatives."""

    rows: tuple[Row, ...]
    axis: Axis
    filters: Filters
    units: tuple[Option, ...]
    choices: Mapping[str, tuple[Option, ...]]
    sorts: tuple[Option, ...]
    columns: tuple[Option, ...]
    shows: Mapping[str, bool]
    has_more: bool
    saved: SavedViews
    freshness: str
    headings: Mapping[str, Heading]
    hurdle: str
    count: str
    pager: Pager
    narrowed_by: str
    ignored: str
    csv_url: str
    is_empty: bool
    may_create: bool
    may_choose: bool
    fits: bool
    kept: str
    strip: Strip
    past: Banner
    today_url: str
    all_url: str
    clear_url: str


def build(
    actor: Actor, query: Mapping[str, str], formats: Formats, clock: Clock, past: PastTotalsShown | None = None
) -> InitiativeList:
    """The page for a URL's query; of a past day where its totals, or that they are being worked out, are given."""
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    names = {unit.pk: unit.name for unit in units}
    banner, filters = _banner_and_filters(parse(query, names), past, formats)
    source = source_of(actor, filters, units, clock, past)
    count = source.count()
    page = min(filters.page, max(1, -(-count // PAGE_SIZE)))
    day, cut = day_and_cut(actor, clock, past)
    hurdle = hurdle_on(actor.workspace, day, cut)
    rows, axis = rows_of(source.stretch((page - 1) * PAGE_SIZE, PAGE_SIZE), hurdle, formats, day, banner.query)
    is_waiting = isinstance(source, ByName)
    return InitiativeList(
        rows=rows,
        axis=axis,
        filters=filters,
        units=_options(names, filters.unit),
        choices={name: _options(labels, getattr(filters, name)) for name, labels in CHOICES.items()},
        sorts=_sorts(filters),
        columns=tuple(Option(each.name, each.label, each.name in filters.columns) for each in COLUMNS),
        shows={each.name: each.name in filters.columns for each in COLUMNS},
        has_more=bool(filters.tag or filters.cause or filters.signal or filters.age),
        saved=bar_of(actor, "initiatives", filters.query(page=1)),
        freshness=_freshness(actor, past, formats),
        headings={} if is_waiting else _headings(filters),
        hurdle="" if hurdle is None else formats.percent(hurdle),
        count=_count_words(count, formats),
        pager=_pager(filters, page, count, formats),
        narrowed_by=in_words(filters, names),
        ignored=", ".join(filters.ignored),
        csv_url="" if is_waiting else _csv_url(filters),
        is_empty=not count and not filters.is_narrowed and past is None,
        may_create=may(actor, Permission.WRITE_RECORDS) and past is None,
        may_choose=past is None,
        fits=len(filters.columns) <= MOST_THAT_FIT,
        kept=filters.query().removeprefix("?"),
        strip=Strip() if past else strip_of(actor.workspace, filters.stage, day, formats),
        past=banner,
        today_url=reverse("initiatives") + filters.query(day="", page=1),
        all_url=reverse("initiatives") + banner.query,
        clear_url=reverse("initiatives") + filters.cleared(),
    )


def every_entry(
    actor: Actor, query: Mapping[str, str], clock: Clock, past: PastTotalsShown | None = None
) -> tuple[tuple[str, ...], Iterator[Entry]]:
    """The columns that the URL names, and every row that its filters leave, in its order: what the file holds."""
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    filters = parse(query, {unit.pk: unit.name for unit in units})
    return filters.columns, source_of(actor, filters, units, clock, past).every()


def source_of(
    actor: Actor, filters: Filters, units: list[BusinessUnit], clock: Clock, past: PastTotalsShown | None
) -> Source:
    """Where the rows come from: now, the totals of a past day, or by name while those are being worked out."""
    if past is None:
        return Now(actor, filters, units, today(actor.workspace, clock()))
    rows = narrowed_by_record(initiatives_ever(actor), filters, units)
    if past.shown.totals is not None:
        return OnDay(rows, past.shown.totals, filters)
    return ByName(known(rows, end_of_day(actor.workspace, past.day)), past.day, clock)


def _banner_and_filters(filters: Filters, past: PastTotalsShown | None, formats: Formats) -> tuple[Banner, Filters]:
    """The banner, and the filters that apply: those by figures of a past day wait until its totals are there."""
    banner = banner_of_totals(past, formats)
    if past is None or past.shown.totals is not None:
        return banner, filters
    return replace(banner, waits=f"{banner.waits} {UNTIL_THEN}"), replace(
        filters, stage="", status="", cause="", signal="", sort="name"
    )


def day_and_cut(actor: Actor, clock: Clock, past: PastTotalsShown | None) -> tuple[date, datetime | None]:
    """The day that a page is about, and the moment by which records of it were known; None for those known now."""
    if past is None:
        return today(actor.workspace, clock()), None
    return past.day, None if past.restated else end_of_day(actor.workspace, past.day)


def _csv_url(filters: Filters) -> str:
    query = filters.query(page=1)
    return f"{query}{'&' if query != '?' else ''}format=csv"


def _options(labels: Mapping[Any, str], chosen: object) -> tuple[Option, ...]:
    return tuple(Option(str(value), label, value == chosen) for value, label in labels.items())


def _sorts(filters: Filters) -> tuple[Option, ...]:
    """The orders of which the figures shown can be, with the chosen one in its direction."""
    sort = filters.sort.removeprefix("-")
    known = {name: order.label for name, order in ORDERS.items() if order.of_day or not filters.day}
    return tuple(Option(filters.sort if name == sort else name, label, name == sort) for name, label in known.items())


def _headings(filters: Filters) -> Mapping[str, Heading]:
    """The headings that sort; a past day does not hold all orders."""
    sorted_by = {"name": ("Initiative", "name")} | {each.name: (each.label, each.sort) for each in COLUMNS if each.sort}
    known = {name for name, order in ORDERS.items() if order.of_day or not filters.day}
    return {name: _heading(label, sort, filters) for name, (label, sort) in sorted_by.items() if sort in known}


def _freshness(actor: Actor, past: PastTotalsShown | None, formats: Formats) -> str:
    """How old the figures of now are: the oldest day, and when they were last checked."""
    if past is not None:
        return ""
    found = current_figures(actor).aggregate(day=Min("as_of_date"), at=Max("checked_at"))
    if found["day"] is None:
        return "No figures yet"
    return f"Figures as of {formats.day(found['day'])}, checked {formats.moment(found['at'])}"


def _heading(label: str, sort: str, filters: Filters) -> Heading:
    is_current, is_reversed = filters.sort.removeprefix("-") == sort, filters.sort.startswith("-")
    direction = ("descending" if is_reversed else "ascending") if is_current else "none"
    target = f"-{sort}" if is_current and not is_reversed else sort
    return Heading(label, filters.query(sort=target, page=1), direction)


def _count_words(count: int, formats: Formats) -> str:
    return f"{formats.number(count, digits=0)} initiative{'s' * (count != 1)}"


def _pager(filters: Filters, page: int, count: int, formats: Formats) -> Pager:
    last = min(page * PAGE_SIZE, count)
    span = f"{formats.number((page - 1) * PAGE_SIZE + 1, digits=0)} to {formats.number(last, digits=0)} of "
    return Pager(
        words=(span if count > PAGE_SIZE else "") + _count_words(count, formats),
        previous=filters.query(page=page - 1) if page > 1 else None,
        next=filters.query(page=page + 1) if last < count else None,
    )
