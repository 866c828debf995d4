"""The list of initiatives: one row each, on a shared axis, with filters, sorting and pages held in the URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.access import Actor, may
from accounts.choices import Permission
from accounts.models import BusinessUnit
from metrics.contexts.figures import NOT_YET, Shown, figure_url, shown
from metrics.contexts.filters import SORTS, Filters, in_words, narrowed, ordering, parse
from metrics.contexts.marks import Axis, Interval, axis_for, interval
from metrics.contexts.settings import hurdle_on
from metrics.contexts.signals import reasons
from metrics.contexts.verdicts import VERDICT_WORDS, Status, status_of
from metrics.contexts.words import STAGE_WORDS
from metrics.core.reasons import Reason
from metrics.models import Snapshot
from portfolio.access import initiatives
from portfolio.choices import Stage
from portfolio.models import Initiative
from web.formats import Formats

PAGE_SIZE = 50
NOT_LISTED = ("months", "breakdowns", "effects", "flags", "parts")
COLUMNS = (
    ("name", "Initiative", "name"),
    ("status", "Clears the hurdle?", "doubtful"),
    ("roi", "ROI", "roi"),
    ("net", "Net value", "net"),
    ("stage", "Stage", "stage"),
)


@dataclass(frozen=True)
class Row:
    """One initiative in a list."""

    key: str
    name: str
    url: str
    where: str
    status: Status
    interval: Interval
    roi: Shown
    net: Shown
    plan: Shown
    risk: Shown
    stage: str
    stage_age: str
    why: str
    why_more: str
    is_behind: bool


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


def build(actor: Actor, query: Mapping[str, str], formats: Formats, today: date) -> InitiativeList:
    """The page for a URL's query."""
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    names = {unit.pk: unit.name for unit in units}
    filters = parse(query, VERDICT_WORDS, names)
    rows = narrowed(initiatives(actor), filters, units)
    count = rows.count()
    page = min(filters.page, max(1, -(-count // PAGE_SIZE)))
    first = (page - 1) * PAGE_SIZE
    listed = in_order(actor, rows, filters.sort, first, PAGE_SIZE)
    shown_rows, axis, hurdle = rows_of(actor, listed, formats, today)
    return InitiativeList(
        rows=shown_rows,
        axis=axis,
        filters=filters,
        units=_options(names, filters.unit),
        stages=_options(STAGE_WORDS, filters.stage),
        statuses=_options(VERDICT_WORDS, filters.status),
        sorts=_options({name: words for name, (_, words) in SORTS.items()}, filters.sort),
        headings={name: _heading(label, sort, filters) for name, label, sort in COLUMNS},
        hurdle="" if hurdle is None else formats.percent(hurdle),
        count=_count_words(count, formats),
        pager=_pager(filters, page, count, formats),
        narrowed_by=in_words(filters, VERDICT_WORDS, names),
        ignored=", ".join(filters.ignored),
        csv_url=filters.query(page=1) + ("&" if filters.query(page=1) != "?" else "") + "format=csv",
        is_empty=not count and not filters.is_narrowed,
        may_create=may(actor, Permission.WRITE_RECORDS),
    )


def found(actor: Actor, query: Mapping[str, str]) -> QuerySet[Initiative]:
    """Every initiative that the URL's filters leave, in its order: what the file holds."""
    units = list(BusinessUnit.objects.filter(workspace=actor.workspace))
    filters = parse(query, VERDICT_WORDS, {unit.pk: unit.name for unit in units})
    return with_figures(narrowed(initiatives(actor), filters, units)).order_by(*ordering(filters.sort))


def in_order(actor: Actor, rows: QuerySet[Initiative], sort: str, first: int, count: int) -> list[Initiative]:
    """A stretch of the rows in the order of a sort: narrow columns are sorted, wide ones read for the stretch only."""
    ids = list(rows.order_by(*ordering(sort)).values_list("pk", flat=True)[first : first + count])
    found = with_figures(initiatives(actor)).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def with_figures(rows: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """The initiatives with what a list shows of their current snapshot, in the same query."""
    heavy = [f"current__snapshot__{name}" for name in NOT_LISTED]
    return rows.select_related("workspace", "unit", "current__snapshot").defer("summary", *heavy)


def rows_of(
    actor: Actor, listed: Sequence[Initiative], formats: Formats, today: date
) -> tuple[tuple[Row, ...], Axis, Decimal | None]:
    """Rows on one shared axis, the axis, and the workspace's hurdle."""
    hurdle = hurdle_on(actor.workspace, today)
    figures = [_figure(each, "roi_forecast", formats, signed=True) for each in listed]
    ends = [end for figure in figures for end in (figure.value, figure.low, figure.high)]
    axis = axis_for([*ends, hurdle], formats)
    rows = [_row(each, roi, axis, hurdle, formats, today) for each, roi in zip(listed, figures, strict=True)]
    return tuple(rows), axis, hurdle


def _row(initiative: Initiative, roi: Shown, axis: Axis, hurdle: Decimal | None, formats: Formats, today: date) -> Row:
    snapshot = _snapshot(initiative)
    status = status_of(snapshot.verdict if snapshot else "")
    said = [] if roi.is_known else [roi.text]
    said += reasons(snapshot.signals if snapshot else [], formats, today)
    return Row(
        key=initiative.key,
        name=initiative.name,
        url=reverse("initiative", args=[initiative.key]),
        where=" · ".join(part for part in (str(initiative.unit or ""), initiative.owner) if part),
        status=status,
        interval=interval(axis, roi, hurdle=hurdle, tone=status.tone),
        roi=roi,
        net=_in_workspace(initiative, "year_net", "net_forecast", formats),
        plan=_in_workspace(initiative, "year_plan_net", "net_plan", formats),
        risk=shown(snapshot.risk.get("abandoned_12m"), formats) if snapshot else NOT_YET,
        stage=STAGE_WORDS[Stage(initiative.stage)],
        stage_age=_months_since(initiative.stage_since, today),
        why=said[0] if said else "No open issue",
        why_more="; ".join(said[1:3]),
        is_behind=snapshot is not None and initiative.current.inputs_version < initiative.inputs_version,
    )


def _snapshot(initiative: Initiative) -> Snapshot | None:
    current = getattr(initiative, "current", None)
    return current.snapshot if current else None


def _figure(initiative: Initiative, name: str, formats: Formats, *, signed: bool) -> Shown:
    snapshot = _snapshot(initiative)
    if snapshot is None:
        return NOT_YET
    return shown(snapshot.figures.get(name), formats, signed=signed, url=figure_url(snapshot, name))


def _in_workspace(initiative: Initiative, column: str, name: str, formats: Formats) -> Shown:
    """Money of the fiscal year in the workspace's currency, so that rows can be compared; else its reason."""
    snapshot = _snapshot(initiative)
    if snapshot is None:
        return NOT_YET
    value, stored = getattr(initiative.current, column), snapshot.year[name]
    if value is None or stored["value"] is None:
        return shown({**stored, "value": None, "reason": stored["reason"] or Reason.NO_EXCHANGE_RATE}, formats)
    return Shown(formats.money(value, initiative.workspace.currency), is_known=True, value=value)


def _months_since(since: date | None, today: date) -> str:
    if since is None:
        return ""
    months = max(0, (today.year - since.year) * 12 + today.month - since.month)
    return "this month" if months == 0 else f"{months} month{'s' * (months != 1)}"


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
