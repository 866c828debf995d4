"""The history of an initiative's figures: each snapshot that counted once, newest first, and why it took over."""

from dataclasses import dataclass

from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.lists import Pager
from metrics.contexts.restatements import Note, notes_of
from metrics.models import Snapshot
from metrics.selectors import current_of, snapshots_of
from portfolio.models import Initiative
from web.formats import Formats

PAGE_SIZE = 25
COLUMNS = (
    ("net", "Net"),
    ("roi_forecast", "ROI forecast"),
    ("net_to_date", "Net to date"),
    ("chance_clears_hurdle", "Chance"),
)


@dataclass(frozen=True)
class HistoryRow:
    """One snapshot: its figures with their labels and the way to their pages, and what it changed."""

    worked_out: str
    as_of: str
    method: str
    is_current: bool
    figures: tuple[tuple[str, Shown], ...]
    note: Note | None
    is_first: bool


@dataclass(frozen=True)
class HistoryPage:
    """The page of an initiative's history."""

    key: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[HistoryRow, ...]
    pager: Pager


def build(initiative: Initiative, page: int, formats: Formats) -> HistoryPage:
    """The history from its page `page` on, from 1; the last page where there are fewer."""
    snapshots = snapshots_of(initiative)
    count = snapshots.count()
    page = min(page, max(1, -(-count // PAGE_SIZE)))
    first = (page - 1) * PAGE_SIZE
    rows = list(snapshots.order_by("-pk")[first : first + PAGE_SIZE])
    pointer = current_of(initiative)
    current = pointer.snapshot_id if pointer else 0
    notes = notes_of(rows, formats, current=current)
    return HistoryPage(
        key=initiative.key,
        name=initiative.name,
        columns=tuple(label for _, label in COLUMNS),
        rows=tuple(_row(row, note, formats, current) for row, note in zip(rows, notes, strict=True)),
        pager=_pager(page, first, len(rows), count, formats),
    )


def _row(snapshot: Snapshot, note: Note | None, formats: Formats, current: int) -> HistoryRow:
    return HistoryRow(
        worked_out=formats.moment(snapshot.computed_at),
        as_of=formats.day(snapshot.as_of_date),
        method=snapshot.method_version,
        is_current=snapshot.pk == current,
        figures=tuple(
            (label, shown(snapshot.figures.get(name), formats, url=figure_url(snapshot, name)))
            for name, label in COLUMNS
        ),
        note=note,
        is_first=not snapshot.causes,
    )


def _pager(page: int, first: int, shown_rows: int, count: int, formats: Formats) -> Pager:
    total = f"{formats.number(count, digits=0)} snapshot{'s' * (count != 1)}"
    span = f"{formats.number(first + 1, digits=0)} to {formats.number(first + shown_rows, digits=0)} of "
    return Pager(
        words=(span if count > PAGE_SIZE else "") + total,
        previous=f"?page={page - 1}" if page > 1 else None,
        next=f"?page={page + 1}" if first + shown_rows < count else None,
    )
