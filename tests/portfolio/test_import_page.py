"""The import page: upload, preview, apply, result."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Membership, Workspace
from portfolio.models import CostLine, ImportJob, Initiative
from portfolio.services.import_jobs import run_import_job, unfinished_imports
from tests.factories import NOW, make_initiative, make_member

GOOD = b"key,name,currency\nclaims,Claims triage,EUR\nchat,Chat assistant,EUR\n"
FAULTY = b"key,name,currency\nclaims,Claims triage,EUR\nchat,Chat assistant,Euro\n"


@pytest.fixture
def admin(workspace: Workspace) -> Membership:
    """Somebody who imports everything."""
    return make_member(workspace, Role.ADMIN)


@pytest.fixture
def page(client: Client, admin: Membership) -> Client:
    """The administrator's browser."""
    client.force_login(admin.user)
    return client


def upload(page: Client, content: bytes, kind: str = "initiatives", name: str = "list.csv", profile: str = "") -> Any:
    file = SimpleUploadedFile(name, content)
    return page.post("/import/", {"file": file, "kind": kind, "profile": profile}, follow=False)


def checked(page: Client, content: bytes, **options: str) -> ImportJob:
    upload(page, content, **options)
    job = ImportJob.objects.get()
    run_import_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    return job


def test_an_upload_is_checked_and_writes_nothing(page: Client) -> None:
    job = checked(page, GOOD)
    assert job.report["created"] == 2
    assert Initiative.objects.count() == 0


def test_the_preview_says_what_would_change(page: Client, workspace: Workspace) -> None:
    make_initiative(workspace, "claims", currency="EUR")
    job = checked(page, GOOD)
    text = page.get(f"/import/{job.pk}/").content.decode()
    assert "This is what list.csv would change" in text
    assert "Claims triage" in text


def test_applying_writes_every_row(page: Client) -> None:
    job = checked(page, GOOD)
    page.post(f"/import/{job.pk}/")
    run_import_job(job_id=job.pk, now=NOW)
    assert sorted(Initiative.objects.values_list("key", flat=True)) == ["chat", "claims"]


def test_applying_twice_writes_once(page: Client) -> None:
    job = checked(page, GOOD)
    page.post(f"/import/{job.pk}/")
    run_import_job(job_id=job.pk, now=NOW)
    run_import_job(job_id=job.pk, now=NOW)
    assert page.post(f"/import/{job.pk}/", follow=True).content.decode().count("under way or done already") == 1


def test_faults_are_shown_with_line_and_column(page: Client) -> None:
    job = checked(page, FAULTY)
    text = page.get(f"/import/{job.pk}/").content.decode()
    assert "There are faults in list.csv" in text
    assert "“Euro” is not a currency" in text


def test_good_rows_can_be_loaded_alone(page: Client) -> None:
    job = checked(page, FAULTY)
    page.post(f"/import/{job.pk}/", {"accept_valid": "1"})
    run_import_job(job_id=job.pk, now=NOW)
    assert list(Initiative.objects.values_list("key", flat=True)) == ["claims"]


def test_faulty_rows_come_back_with_their_reason(page: Client) -> None:
    job = checked(page, FAULTY)
    lines = page.get(f"/import/{job.pk}/faulty.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "key,name,currency,reason"
    assert lines[1].startswith("chat,Chat assistant,Euro,currency: ")
    assert len(lines) == 2


def test_a_cell_that_is_a_formula_leaves_harmless(page: Client) -> None:
    job = checked(page, b"key,name,currency\nchat,=HYPERLINK(1),Euro\n")
    assert b"'=HYPERLINK(1)" in page.get(f"/import/{job.pk}/faulty.csv").content


def test_the_same_file_again_has_nothing_new(page: Client) -> None:
    job = checked(page, GOOD)
    page.post(f"/import/{job.pk}/")
    run_import_job(job_id=job.pk, now=NOW)
    ImportJob.objects.all().delete()
    again = checked(page, GOOD)
    assert "Nothing new in list.csv" in page.get(f"/import/{again.pk}/").content.decode()


def test_progress_answers_204_while_unchanged_and_reloads_at_the_end(page: Client) -> None:
    upload(page, GOOD)
    job = ImportJob.objects.get()
    ImportJob.objects.update(state="running")
    assert page.get(f"/import/{job.pk}/progress/?seen=running").status_code == 204
    ImportJob.objects.update(state="done")
    assert b"data-reload" in page.get(f"/import/{job.pk}/progress/?seen=running").content


def test_a_long_wait_says_why(page: Client) -> None:
    upload(page, GOOD)
    ImportJob.objects.update(queued_at=NOW)
    job = ImportJob.objects.get()
    text = page.get(f"/import/{job.pk}/progress/?seen=waiting").content.decode()
    assert "The worker is busy or not running; nothing is lost." in text


@pytest.mark.parametrize("path", ["/import/", "/import/1/", "/import/1/progress/", "/import/1/faulty.csv"])
def test_nobody_is_sent_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login/")


def test_other_methods_are_refused(page: Client) -> None:
    assert page.put("/import/").status_code == 405


def test_a_profile_that_does_not_read_the_kind_is_refused_in_the_form(page: Client) -> None:
    answer = upload(page, GOOD, kind="costs", profile="us-federal-2023")
    assert answer.status_code == 400
    assert "This profile reads only: Initiatives." in answer.content.decode()


def test_an_empty_file_is_refused_in_the_form(page: Client) -> None:
    assert upload(page, b"").status_code == 400


def test_a_stranger_gets_404(page: Client, client: Client, stranger: Membership) -> None:
    job = checked(page, GOOD)
    client.force_login(stranger.user)
    paths = ["", "progress/", "faulty.csv"]
    assert [client.get(f"/import/{job.pk}/{path}").status_code for path in paths] == [404, 404, 404]


def test_a_manager_sees_only_their_own_imports(page: Client, client: Client, owner: Membership) -> None:
    job = checked(page, GOOD)
    client.force_login(owner.user)
    assert client.get(f"/import/{job.pk}/").status_code == 404


def test_an_executive_may_not_import(client: Client, workspace: Workspace) -> None:
    client.force_login(make_member(workspace, Role.EXECUTIVE).user)
    assert client.get("/import/").status_code == 403


def test_finance_is_offered_money_alone(client: Client, colleague: Membership) -> None:
    client.force_login(colleague.user)
    text = client.get("/import/").content.decode()
    assert 'value="costs"' in text
    assert 'value="initiatives"' not in text


def test_a_manager_cannot_touch_what_is_not_theirs(client: Client, workspace: Workspace, owner: Membership) -> None:
    make_initiative(workspace, "claims")
    client.force_login(owner.user)
    job = checked(client, b"initiative,on,amount\nclaims,2026-01-31,10\n", kind="costs")
    assert job.report["rejections"][0]["reason"] == "you may not change the initiative “claims”"
    assert not CostLine.objects.exists()


def test_a_template_has_the_needed_columns_first(page: Client) -> None:
    text = page.get("/import/templates/costs.csv").content.decode("utf-8-sig")
    assert text.startswith("initiative,on,amount,")


def test_a_broker_that_is_down_loses_no_upload(
    page: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("portfolio.tasks.run_import.delay", lambda **_: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert upload(page, GOOD).status_code == 302
    assert unfinished_imports(timezone.now()) == [ImportJob.objects.get().pk]


def test_the_list_of_imports_takes_a_fixed_number_of_queries(page: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        upload(page, GOOD)
    with django_assert_max_num_queries(12):
        page.get("/import/")
