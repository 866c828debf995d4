"""Files that people download from the record side."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from portfolio.choices import Cause
from portfolio.importing.parse.profile import load_profile
from portfolio.importing.parse.schema import FIELDS, Kind
from portfolio.importing.parse.table import read_table
from portfolio.models import Assessment, ImportJob, Initiative, Mitigation
from portfolio.rubric import RUBRIC, level_of, told
from portfolio.selectors import due_dates_of
from portfolio.trail.listed import Act

_NUMBER = re.compile(r"[-+]?[0-9.,]+", re.ASCII)
ACTION_COLUMNS = (
    "number",
    "cause",
    "what",
    "owner",
    "due",
    "state",
    "ended_on",
    "note",
    "first_due",
    "times_moved",
    "recorded_by",
)
ASSESSMENT_COLUMNS = ("on", "cause", "score", "level", "evidence", "evidence_for_all", "recorded_by")
AUDIT_COLUMNS = (
    "when", "who", "from", "act", "object", "initiative", "initiative_name", "record", "field", "before", "after",
    "reason",
)  # fmt: skip
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


def actions_csv(initiative: Initiative) -> str:
    """The actions against causes of an initiative, with the first due date and how often it was moved."""
    rows = initiative.mitigations.filter(superseded_at=None).select_related("recorded_by").order_by("number")
    dates = due_dates_of([initiative])
    return _csv([ACTION_COLUMNS, *(_action(row, dates[row.initiative_id, row.number]) for row in rows)])


def _action(row: Mitigation, dates: Sequence[date]) -> list[str]:
    told = (row.number, RUBRIC[Cause(row.cause)].label, row.what, row.owner, row.due, row.state, row.ended_on or "")
    return [str(cell) for cell in (*told, row.note, dates[0], len(dates) - 1, row.recorded_by or "")]


def assessments_csv(initiative: Initiative) -> str:
    """Every score of an initiative with what it means and rests on, oldest first; one row for each cause."""
    rows = initiative.assessments.filter(superseded_at=None).select_related("recorded_by").order_by("on", "pk")
    return _csv([ASSESSMENT_COLUMNS, *(_score(row, cause) for row in rows for cause in RUBRIC if cause in row.scores)])


def _score(row: Assessment, cause: Cause) -> list[str]:
    level = level_of(row.scores[cause])
    proof = row.evidence_by_cause.get(cause, "")
    return [
        str(row.on),
        RUBRIC[cause].label,
        level,
        told(cause, level),
        proof,
        row.evidence,
        str(row.recorded_by or ""),
    ]


def audit_lines(acts: Iterable[Act]) -> Iterator[str]:
    """The lines of the audit trail, the heading first; an act that changed several fields has a line for each."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(AUDIT_COLUMNS)
    for act in acts:
        for row in _act(act):
            yield writer.writerow([_harmless(cell) for cell in row])


class _Line:
    """What csv writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _act(act: Act) -> Iterator[list[str]]:
    initiative = act.initiative
    named = [initiative.key, initiative.name] if initiative else ["", ""]
    head = [act.at.isoformat(), act.who, act.origin, act.act_word, act.kind_word, *named, act.record]
    for change in act.changes:
        yield [*head, change.field, change.before, change.after, act.reason]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell) else cell
