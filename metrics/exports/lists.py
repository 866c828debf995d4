"""The list of initiatives as rows of a file: what the page shows, with figures unrounded and the ends of ranges."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from metrics.models import CurrentSnapshot, Snapshot
from portfolio.models import Initiative

ENDS = ("value", "low", "high", "level", "reason")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FIRST = ("key", "name", "unit", "owner")
LAST = ("currency", "workspace_currency", "as_of")


class Listed(Protocol):
    """An initiative with the figures of now or of a past day, and the stage that goes with them."""

    @property
    def initiative(self) -> Initiative:
        """The initiative."""

    @property
    def snapshot(self) -> Snapshot | None:
        """Its figures."""

    @property
    def sums(self) -> CurrentSnapshot | Snapshot | None:
        """What holds its money in the workspace's currency."""

    @property
    def stage(self) -> str:
        """Its stage."""

    @property
    def stage_since(self) -> date | None:
        """Since when it is in it."""

    @property
    def as_of(self) -> date | None:
        """The day for which the figures hold."""

    @property
    def last_activity(self) -> date | None:
        """The day on which anything was last recorded."""


Texts = Callable[[Listed], Sequence[str]]


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Iterable[str], rows: Iterable[Listed]) -> Iterator[str]:
    """Lines of the file, the heading first.

    Args:
        columns: names of the columns of the page; the initiative, its currency and the day always stand beside them.
    """
    writer, shown = csv.writer(_Line()), [CELLS[name] for name in columns if name in CELLS]
    headings = list(dict.fromkeys(heading for names, _ in shown for heading in names))
    yield "\ufeff" + writer.writerow([*FIRST, *headings, *LAST])
    for row in rows:
        cells = {heading: cell for names, texts in shown for heading, cell in zip(names, texts(row), strict=True)}
        written = [*_first(row), *(cells[heading] for heading in headings), *_last(row)]
        yield writer.writerow([_safe(cell) for cell in written])


def _first(row: Listed) -> list[str]:
    initiative = row.initiative
    return [initiative.key, initiative.name, str(initiative.unit or ""), initiative.owner]


def _last(row: Listed) -> list[str]:
    currency = row.snapshot.currency if row.snapshot else row.initiative.currency
    return [currency, row.initiative.workspace.currency, str(row.as_of or "")]


def _figure(group: str, name: str) -> tuple[tuple[str, ...], Texts]:
    """A figure with the ends of its range, the range's level, and the reason in the place of a missing value."""

    def texts(row: Listed) -> list[str]:
        stored: Mapping[str, Any] = getattr(row.snapshot, group).get(name) or {} if row.snapshot else {}
        return [str(stored.get(end) or "") for end in ENDS]

    return tuple(name if end == "value" else f"{name}_{end}" for end in ENDS), texts


def _sum(heading: str, column: str, group: str, name: str) -> tuple[tuple[str, ...], Texts]:
    """Money in the workspace's currency, and the reason in the place of a missing value.

    The ends of its range stand beside it where the initiative counts in the same currency.
    """

    def texts(row: Listed) -> list[str]:
        stored: Mapping[str, Any] = getattr(row.snapshot, group).get(name) or {} if row.snapshot else {}
        is_same = row.snapshot is not None and row.snapshot.currency == row.initiative.workspace.currency
        value: Decimal | None = getattr(row.sums, column, None)
        shown = stored.get("value") if is_same and value is None else value
        reason = stored.get("reason") or ("NO_EXCHANGE_RATE" if row.snapshot and shown is None else "")
        ends = [str(stored.get(end) or "") if is_same else "" for end in ("low", "high", "level")]
        return ["" if shown is None else str(shown), *ends, reason]

    return tuple(heading if end == "value" else f"{heading}_{end}" for end in ENDS), texts


def _stage(row: Listed) -> list[str]:
    return [row.stage, str(row.stage_since or "")]


def _signals(row: Listed) -> list[str]:
    return [" ".join(signal["code"] for signal in row.snapshot.signals) if row.snapshot else ""]


CELLS: dict[str, tuple[tuple[str, ...], Texts]] = {
    "status": (("status",), lambda row: [row.snapshot.verdict if row.snapshot else ""]),
    "range": _figure("figures", "roi_forecast"),
    "roi": _figure("figures", "roi_forecast"),
    "chance": _figure("figures", "chance_clears_hurdle"),
    "net": _sum("year_net_forecast", "year_net", "year", "net_forecast"),
    "plan": _sum("year_net_plan", "year_plan_net", "year", "net_plan"),
    "to_date": _sum("net_to_date", "net_to_date", "figures", "net_to_date"),
    "risk": _figure("risk", "abandoned_12m"),
    "stage": (("stage", "stage_since"), _stage),
    "recorded": (("last_record",), lambda row: [str(row.last_activity or "")]),
    "why": (("signals",), _signals),
}


def _safe(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula; numbers stay numbers."""
    if cell.startswith(FORMULA_STARTS) and not cell.removeprefix("-").replace(".", "", 1).isdigit():
        return f"'{cell}"
    return cell
