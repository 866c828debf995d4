"""Files that people download from the record side."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from portfolio.importing.parse.profile import load_profile
from portfolio.importing.parse.schema import FIELDS, Kind
from portfolio.importing.parse.table import read_table
from portfolio.models import ImportJob

_NUMBER = re.compile(r"[-+]?[0-9.,]+", re.ASCII)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def faulty_rows_csv(job: ImportJob) -> str:
    """The rows of an import that were refused, as they were sent, with a column that says why."""
    profile = load_profile(job.profile)
    table = read_table(bytes(job.content), job.filename, profile.layout)
    reasons: dict[int, list[str]] = {}
    for issue in job.report["rejections"]:
        column = f"{issue['column']}: " if issue["column"] else ""
        reasons.setdefault(issue["line"], []).append(f"{column}{issue['reason']}")
    rows = sorted([*table.rows, *(row for row, _ in table.ragged)], key=lambda row: row.line)
    faulty = ([*row.cells, "; ".join(reasons[row.line])] for row in rows if row.line in reasons)
    return _csv([[*table.headers, "reason"], *faulty])


def template_csv(kind: Kind) -> str:
    """An empty file with the columns of a kind; those that every row needs come first."""
    fields = FIELDS[kind]
    return _csv([sorted(fields, key=lambda name: not fields[name].required)])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell) else cell
