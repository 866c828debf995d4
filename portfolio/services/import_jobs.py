"""Imports as rows: submitted, checked and applied by a worker, safe to run twice."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from accounts.access import Actor, Forbidden
from accounts.models import Membership
from portfolio.importing.parse.profile import Profile, load_profile
from portfolio.importing.parse.schema import Kind
from portfolio.importing.parse.table import MAX_BYTES
from portfolio.importing.plan.builders import PERMISSIONS
from portfolio.models import ImportJob, ImportStep, WorkState
from portfolio.services.imports import ImportReport, as_json, import_file, may_import

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
IMPORT = "import"
KEPT_ISSUES = 5_000
KEPT_CHANGES = 300


def submit_import(
    *, actor: Actor, now: datetime, kind: Kind, filename: str, data: bytes, profile: Profile, apply: bool = False
) -> ImportJob:
    """Keeps a file to be checked by a worker and, with ``apply``, loaded at once if no row is faulty.

    Raises:
        Forbidden: the actor's role does not import this kind.
        ValidationError: the file is too large or empty, or the profile has no such kind.
    """
    if not may_import(actor, kind):
        raise Forbidden(PERMISSIONS[kind])
    if kind not in profile.recipes:
        raise ValidationError({"profile": f"This profile has no {kind}; it has: {', '.join(profile.recipes)}."})
    if not 0 < len(data) <= MAX_BYTES:
        raise ValidationError({"file": f"The file must hold between 1 byte and {MAX_BYTES // 10**6} MB."})
    job = ImportJob(workspace=actor.workspace, created_by=actor.user, created_at=now, queued_at=now)
    job.kind, job.filename, job.content, job.profile = kind, filename[:200], data, profile.name
    job.step = ImportStep.APPLY if apply else ImportStep.CHECK
    job.full_clean(exclude=["workspace", "created_by"])
    job.save(force_insert=True)
    return job


def apply_import(*, actor: Actor, job: ImportJob, now: datetime, accept_valid: bool = False) -> None:
    """Queues a checked import to be written; with ``accept_valid`` its good rows although others are faulty.

    Raises:
        Forbidden: the actor's role does not import this kind.
        ValidationError: it is not checked yet, or has been applied.
    """
    if not may_import(actor, Kind(job.kind)):
        raise Forbidden(PERMISSIONS[Kind(job.kind)])
    checked = ImportJob.objects.filter(pk=job.pk, step=ImportStep.CHECK, state=WorkState.DONE)
    queued = checked.update(
        step=ImportStep.APPLY, state=WorkState.WAITING, accept_valid=accept_valid, queued_at=now, attempt=0, error=""
    )
    if not queued:
        raise ValidationError("This import is under way or done already.", code="stale")


def run_import_job(*, job_id: int, now: datetime) -> None:
    """Does the waiting step of a job; another worker that has it, or nothing to do, is no error."""
    job = _claim(job_id, now)
    if job is None:
        return
    membership = Membership.objects.filter(workspace=job.workspace, user=job.created_by, is_active=True).first()
    if membership is None:
        fail_import(job_id=job_id, now=now, error="The person who began this import is no longer a member.")
        return
    with from_import(membership.user_id), transaction.atomic():
        report = import_file(
            actor=Actor.of(membership),
            now=now,
            kind=Kind(job.kind),
            data=bytes(job.content),
            filename=job.filename,
            profile=load_profile(job.profile),
            write=job.step == ImportStep.APPLY,
            accept_valid=job.accept_valid,
        )
        _finish(job, report, now)


def fail_import(*, job_id: int, now: datetime, error: str) -> None:
    """Ends a job that cannot be done; nothing of it was written."""
    running = ImportJob.objects.filter(pk=job_id, state=WorkState.RUNNING)
    running.update(state=WorkState.FAILED, error=error, lease_until=None, finished_at=now)


def unfinished_imports(now: datetime) -> list[int]:
    """Jobs that wait, or whose worker has gone; those tried too often are ended."""
    lapsed = Q(state=WorkState.RUNNING, lease_until__lt=now)
    ImportJob.objects.filter(lapsed, attempt__gte=MOST_ATTEMPTS).update(
        state=WorkState.FAILED, error="The worker stopped each time. Is the file very large?", finished_at=now
    )
    return list(ImportJob.objects.filter(lapsed | Q(state=WorkState.WAITING)).values_list("pk", flat=True))


def import_now(
    *,
    actor: Actor,
    now: datetime,
    kind: Kind,
    filename: str,
    data: bytes,
    profile: Profile,
    write: bool,
    accept_valid: bool = False,
) -> ImportReport:
    """Imports without a worker, as the command does; a written import leaves its row as one through the page does.

    Raises:
        Forbidden: the actor's role does not import this kind.
    """
    with from_import(actor.user.pk if actor.user else None), transaction.atomic():
        report = import_file(
            actor=actor,
            now=now,
            kind=kind,
            data=data,
            filename=filename,
            profile=profile,
            write=write,
            accept_valid=accept_valid,
        )
        if report.applied:
            job = ImportJob(workspace=actor.workspace, created_by=actor.user, created_at=now, queued_at=now)
            job.kind, job.filename, job.profile = kind, filename[:200], profile.name
            job.step, job.accept_valid, job.content = ImportStep.APPLY, accept_valid, b""
            _finish(job, report, now)
    return report


def from_import(user: int | None) -> AbstractContextManager[Any]:
    """Lets the kept history know who imports."""
    context: AbstractContextManager[Any] = pghistory.context(user=user, url=IMPORT)
    return context


def _claim(job_id: int, now: datetime) -> ImportJob | None:
    free = Q(state=WorkState.WAITING) | Q(state=WorkState.RUNNING, lease_until__lt=now)
    claimed = ImportJob.objects.filter(free, pk=job_id).update(
        state=WorkState.RUNNING, attempt=F("attempt") + 1, lease_until=now + LEASE, started_at=now
    )
    return ImportJob.objects.select_related("workspace").get(pk=job_id) if claimed else None


def _finish(job: ImportJob, report: ImportReport, now: datetime) -> None:
    job.state, job.lease_until, job.finished_at = WorkState.DONE, None, now
    job.applied_at = now if report.applied else None
    job.report = _kept(report)
    job.save()


def _kept(report: ImportReport) -> Mapping[str, Any]:
    kept = as_json(report)
    kept["rejections"] = kept["rejections"][:KEPT_ISSUES]
    kept["warning_list"] = kept["warning_list"][:KEPT_ISSUES]
    changes = report.changes
    kept["change_count"] = len(changes)
    kept["changes"] = [
        {"line": row.line, "record": row.record, "field": row.field, "before": row.before, "after": row.after}
        for row in changes[:KEPT_CHANGES]
    ]
    return kept
