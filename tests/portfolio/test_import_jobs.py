"""Imports are rows: a worker that dies or a broker that forgets loses none."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.access import Actor, Forbidden
from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio import tasks
from portfolio.importing.parse.profile import plain_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import ImportJob, Initiative, WorkState
from portfolio.services.import_jobs import LEASE, apply_import, run_import_job, submit_import, unfinished_imports
from tests.factories import NOW, make_member

FILE = b"key,name\nclaims,Claims\n"


@pytest.fixture
def admin(workspace: Workspace) -> Membership:
    """Somebody who imports everything."""
    return make_member(workspace, Role.ADMIN)


def submit(admin: Membership, *, apply: bool = False) -> ImportJob:
    return submit_import(
        actor=Actor.of(admin),
        now=NOW,
        kind=Kind.INITIATIVES,
        filename="list.csv",
        data=FILE,
        profile=plain_profile(),
        apply=apply,
    )


def test_a_job_that_nobody_rang_for_is_found_again(admin: Membership) -> None:
    job = submit(admin)
    assert unfinished_imports(NOW) == [job.pk]


def test_a_job_whose_worker_died_is_done_by_the_next(admin: Membership) -> None:
    job = submit(admin, apply=True)
    ImportJob.objects.update(state=WorkState.RUNNING, attempt=1, lease_until=NOW)
    run_import_job(job_id=job.pk, now=NOW + timedelta(seconds=1))
    assert Initiative.objects.count() == 1


def test_a_job_that_another_worker_holds_is_left_alone(admin: Membership) -> None:
    job = submit(admin, apply=True)
    ImportJob.objects.update(state=WorkState.RUNNING, attempt=1, lease_until=NOW + LEASE)
    run_import_job(job_id=job.pk, now=NOW)
    assert not Initiative.objects.exists()


def test_a_job_that_kills_each_worker_is_ended(admin: Membership) -> None:
    job = submit(admin)
    ImportJob.objects.update(state=WorkState.RUNNING, attempt=5, lease_until=NOW - LEASE)
    assert unfinished_imports(NOW) == []
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (WorkState.FAILED, NOW)


def test_a_job_of_somebody_who_left_is_not_done(admin: Membership) -> None:
    job = submit(admin, apply=True)
    Membership.objects.update(is_active=False)
    run_import_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, Initiative.objects.count()) == (WorkState.FAILED, 0)


def test_an_unforeseen_error_ends_the_job_and_says_so(admin: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    job = submit(admin)

    def broken(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("portfolio.services.import_jobs.import_file", broken)
    with pytest.raises(RuntimeError):
        tasks.run_import(job_id=job.pk)
    job.refresh_from_db()
    assert job.error.startswith("Something went wrong on our side")


def test_a_job_can_be_applied_once(admin: Membership) -> None:
    job = submit(admin)
    run_import_job(job_id=job.pk, now=NOW)
    apply_import(actor=Actor.of(admin), job=job, now=NOW)
    with pytest.raises(ValidationError):
        apply_import(actor=Actor.of(admin), job=job, now=NOW)


def test_a_role_that_does_not_import_cannot_submit(workspace: Workspace) -> None:
    with pytest.raises(Forbidden):
        submit(make_member(workspace, Role.EXECUTIVE))
