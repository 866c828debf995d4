"""What the import page shows of one import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portfolio.forms.imports import LABELS
from portfolio.importing.parse.schema import Kind
from portfolio.models import ImportJob, ImportStep, WorkState

FIRST = 20
SLOW = timedelta(seconds=30)
COUNTS = (
    ("created", "New"),
    ("updated", "Changed"),
    ("unchanged", "Unchanged"),
    ("rejected", "Rows refused"),
)


@dataclass(frozen=True)
class Part:
    """The first rows of a longer list, and how many there are."""

    rows: Sequence[Mapping[str, Any]]
    count: int

    @property
    def has_more(self) -> bool:
        """Whether some are left out."""
        return self.count > len(self.rows)


@dataclass(frozen=True)
class ImportPage:
    """One import as people see it; exactly one of the states is true."""

    job: ImportJob
    kind: str
    doing: str
    under_way: bool
    failed: bool
    refused: bool
    can_apply: bool
    can_accept_valid: bool
    nothing_to_do: bool
    applied: bool
    has_faulty_rows: bool
    counts: Sequence[tuple[str, int]]
    rejections: Part
    warnings: Part
    changes: Part


def import_page(job: ImportJob) -> ImportPage:
    """Decides what the page of an import says and offers."""
    report = job.report
    under_way = job.state in (WorkState.WAITING, WorkState.RUNNING)
    done = job.state == WorkState.DONE
    would_write = bool(report.get("created") or report.get("updated"))
    faulty = bool(report.get("rejections"))
    pending = done and job.applied_at is None
    checked = pending and job.step == ImportStep.CHECK
    return ImportPage(
        job=job,
        kind=LABELS[Kind(job.kind)],
        doing="Loading" if job.step == ImportStep.APPLY else "Checking",
        under_way=under_way,
        failed=job.state == WorkState.FAILED,
        refused=pending and faulty,
        can_apply=checked and would_write and not faulty,
        can_accept_valid=checked and would_write and faulty,
        nothing_to_do=pending and not would_write and not faulty,
        applied=done and job.applied_at is not None,
        has_faulty_rows=faulty and bool(report.get("rows")) and job.created_by_id is not None,
        counts=[(label, report.get(name, 0)) for name, label in COUNTS],
        rejections=_part(report, "rejections", len(report.get("rejections", []))),
        warnings=_part(report, "warning_list", report.get("warnings", 0)),
        changes=_part(report, "changes", report.get("change_count", 0)),
    )


def waits_long(job: ImportJob, now: datetime) -> bool:
    """Whether nobody has taken the job for longer than people expect."""
    return job.state == WorkState.WAITING and now - job.queued_at > SLOW


def progress_text(job: ImportJob, now: datetime) -> str:
    """One line about an import under way; a wait that is too long says why."""
    if waits_long(job, now):
        seconds = int((now - job.queued_at).total_seconds())
        return f"Waiting for {seconds} s. The worker is busy or not running; nothing is lost."
    if job.state == WorkState.WAITING:
        return "Waiting for a worker. You may leave this page."
    if job.step == ImportStep.APPLY:
        return "Writing all rows or none. You may leave this page."
    return "Reading and comparing every row. You may leave this page."


def _part(report: Mapping[str, Any], name: str, count: int) -> Part:
    return Part(report.get(name, [])[:FIRST], count)
