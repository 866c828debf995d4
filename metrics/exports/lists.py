"""The list of initiatives as rows of a file: the same filters and order as the page, figures unrounded by words."""

import csv
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from metrics.models import Snapshot
from portfolio.models import Initiative

TEXTS = ("key", "name", "unit", "owner", "stage", "stage_since", "status")
FIGURES = ("roi_forecast", "roi_to_date", "cost_to_date", "benefit_to_date", "benefit_claimed", "net_to_date", "npv")
YEAR = ("net_forecast", "net_plan")
RISK = ("never_in_production", "abandoned_12m")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(initiatives: "QuerySet[Initiative]") -> Iterator[str]:
    """Lines of the file, the heading first; read from the database in batches."""
    writer = csv.writer(_Line())
    ends = ("value", "low", "high", "reason")
    columns = [f"{name}_{end}" if end != "value" else name for name in (*FIGURES, *RISK) for end in ends]
    years = [f"year_{name}" for name in YEAR]
    yield "\ufeff" + writer.writerow([*TEXTS, "currency", *columns, *years, "signals", "as_of"])
    for initiative in initiatives.iterator(chunk_size=500):
        yield writer.writerow([_safe(cell) for cell in _cells(initiative)])


def _cells(initiative: Initiative) -> Iterable[str]:
    current = getattr(initiative, "current", None)
    texts = [initiative.key, initiative.name, str(initiative.unit or ""), initiative.owner, initiative.stage]
    texts += [str(initiative.stage_since or ""), current.verdict if current else ""]
    if current is None:
        return texts
    snapshot: Snapshot = current.snapshot
    stored = [snapshot.figures.get(name) for name in FIGURES] + [snapshot.risk.get(name) for name in RISK]
    figures = [str((figure or {}).get(end) or "") for figure in stored for end in ("value", "low", "high", "reason")]
    years = [str((snapshot.year.get(name) or {}).get("value") or "") for name in YEAR]
    signals = " ".join(signal["code"] for signal in snapshot.signals)
    return [*texts, snapshot.currency, *figures, *years, signals, str(current.as_of_date)]


def _safe(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula; numbers stay numbers."""
    if cell.startswith(FORMULA_STARTS) and not cell.removeprefix("-").replace(".", "", 1).isdigit():
        return f"'{cell}"
    return cell
