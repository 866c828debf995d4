"""The list of initiatives as rows of a file: the same filters and order as the page, figures unrounded by words."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from metrics.models import Snapshot
from portfolio.models import Initiative

TEXTS = ("key", "name", "unit", "owner", "stage", "stage_since", "status")
FIGURES = ("roi_forecast", "roi_to_date", "cost_to_date", "benefit_to_date", "benefit_claimed", "net_to_date", "npv")
YEAR = ("net_forecast", "net_plan")
RISK = ("never_in_production", "abandoned_12m")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Listed(Protocol):
    """An initiative with the figures of now or of a past day, and the stage that goes with them."""

    @property
    def initiative(self) -> Initiative:
        """The initiative."""

    @property
    def snapshot(self) -> Snapshot | None:
        """Its figures."""

    @property
    def stage(self) -> str:
        """Its stage."""

    @property
    def stage_since(self) -> date | None:
        """Since when it is in it."""

    @property
    def as_of(self) -> date | None:
        """The day for which the figures hold."""


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Listed]) -> Iterator[str]:
    """Lines of the file, the heading first."""
    writer = csv.writer(_Line())
    ends = ("value", "low", "high", "reason")
    columns = [f"{name}_{end}" if end != "value" else name for name in (*FIGURES, *RISK) for end in ends]
    years = [f"year_{name}" for name in YEAR]
    yield "\ufeff" + writer.writerow([*TEXTS, "currency", *columns, *years, "signals", "as_of"])
    for row in rows:
        yield writer.writerow([_safe(cell) for cell in _cells(row)])


def _cells(row: Listed) -> Iterable[str]:
    initiative, snapshot = row.initiative, row.snapshot
    texts = [initiative.key, initiative.name, str(initiative.unit or ""), initiative.owner, row.stage]
    texts += [str(row.stage_since or ""), snapshot.verdict if snapshot else ""]
    if snapshot is None:
        return texts
    stored = [snapshot.figures.get(name) for name in FIGURES] + [snapshot.risk.get(name) for name in RISK]
    figures = [str((figure or {}).get(end) or "") for figure in stored for end in ("value", "low", "high", "reason")]
    years = [str((snapshot.year.get(name) or {}).get("value") or "") for name in YEAR]
    signals = " ".join(signal["code"] for signal in snapshot.signals)
    return [*texts, snapshot.currency, *figures, *years, signals, str(row.as_of or "")]


def _safe(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula; numbers stay numbers."""
    if cell.startswith(FORMULA_STARTS) and not cell.removeprefix("-").replace(".", "", 1).isdigit():
        return f"'{cell}"
    return cell
