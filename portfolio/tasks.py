"""Imports in the background: the broker only rings, the rows remember."""

from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from portfolio.services.import_jobs import fail_import, run_import_job, unfinished_imports


@shared_task
def run_import(*, job_id: int, **_: Any) -> None:
    """Does the waiting step of one import."""
    try:
        run_import_job(job_id=job_id, now=timezone.now())
    except Exception:
        fail_import(job_id=job_id, now=timezone.now(), error="Something went wrong on our side. It has been logged.")
        raise


@shared_task
def resume_imports(**_: Any) -> None:
    """Rings again for imports that wait or whose worker has gone."""
    for job_id in unfinished_imports(timezone.now()):
        run_import.delay(job_id=job_id)


def ring_for_import(job_id: int) -> None:
    """Rings for an import once the transaction commits; where the broker is down, the schedule finds the row."""

    def ring() -> None:
        run_import.delay(job_id=job_id)

    transaction.on_commit(ring, robust=True)
