"""The list of initiatives: one row each, on a shared axis, with filters, sorting, pages and the day in the URL."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.access import Actor, may
from accounts.choices import Permission
from accounts.models import BusinessUnit
from metrics.contexts.entries import ByName, Entry, Now, OnDay, Source
from metrics.contexts.filters import SORTS, Filters, in_words, narrowed, narrowed_by_record, parse
from metrics.contexts.marks import Axis
from metrics.contexts.past import Banner, PastTotalsShown, banner_of_totals
from metrics.contexts.risk.words import signal_label
from metrics.contexts.rows import Row, rows_of
from metrics.contexts.settings import hurdle_on
from metrics.contexts.verdicts import VERDICT_WORDS
from metrics.contexts.words import STAGE_WORDS
from metrics.core.risk.signals import SignalCode
from metrics.inputs import Clock, end_of_day, known, today
from portfolio.access import initiatives, initiatives_ever
from web.formats import Formats

PAGE_SIZE = 50
UNTIL_THEN = (
    "Until then the list stands in the order of names, and the filters by stage, status and signal do not apply."
)
COLUMNS = (
    ("name", "Initiative", "name"),
    ("status", "Clears the hurdle?", "doubtful"),
    ("roi", "ROI", "roi"),
    ("net", "Net value", "net"),
    ("stage", "Stage", "stage"),
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
    stages: tuple[Option, ...]
    statuses: tuple[Option, ...]
    signals: tuple[Option, ...]
    sorts: tuple[Option, ...]
    headings: Mapping[str, Heading]
    hurdle: str
    count: str
    pager: Pager
    narrowed_by: str
    ignored: str
    csv_url: str
    is_empty: bool
    may_create: bool
    past: Banner
    today_url: str
    all_url: str


def build(
    actor: Actor, query: Mapping[str, str], formats: Formats, clock: Clock, past: PastTotalsShown | None = None
) -> InitiativeList:
    """The page for a URL's query; of a past day where its totals, or that they are being worked out, are given."""
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    names = {unit.pk: unit.name for unit in units}
    banner, filters = _banner_and_filters(parse(query, VERDICT_WORDS, names), past, formats)
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
        stages=_options(STAGE_WORDS, filters.stage),
        statuses=_options(VERDICT_WORDS, filters.status),
        signals=_options({code: signal_label(code) for code in SignalCode}, filters.signal),
        sorts=_options({name: words for name, (_, words) in SORTS.items()}, filters.sort),
        headings={} if is_waiting else {name: _heading(label, sort, filters) for name, label, sort in COLUMNS},
        hurdle="" if hurdle is None else formats.percent(hurdle),
        count=_count_words(count, formats),
        pager=_pager(filters, page, count, formats),
        narrowed_by=in_words(filters, VERDICT_WORDS, names),
        ignored=", ".join(filters.ignored),
        csv_url="" if is_waiting else _csv_url(filters),
        is_empty=not count and not filters.is_narrowed and past is None,
        may_create=may(actor, Permission.WRITE_RECORDS) and past is None,
        past=banner,
        today_url=reverse("initiatives") + filters.query(day="", page=1),
        all_url=reverse("initiatives") + banner.query,
    )


def every_entry(
    actor: Actor, query: Mapping[str, str], clock: Clock, past: PastTotalsShown | None = None
) -> Iterator[Entry]:
    """Every row that the URL's filters leave, in its order: what the file holds."""
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    filters = parse(query, VERDICT_WORDS, {unit.pk: unit.name for unit in units})
    return source_of(actor, filters, units, clock, past).every()


def source_of(
    actor: Actor, filters: Filters, units: list[BusinessUnit], clock: Clock, past: PastTotalsShown | None
) -> Source:
    """Where the rows come from: now, the totals of a past day, or by name while those are being worked out."""
    if past is None:
        return Now(narrowed(initiatives(actor), filters, units), filters.sort)
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
        filters, stage="", status="", signal="", sort="name"
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
