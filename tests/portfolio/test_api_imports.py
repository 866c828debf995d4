"""API v1: imports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Workspace
from portfolio.models import ImportJob, Initiative
from portfolio.services.import_jobs import run_import_job
from tests.calls import Api, api_of
from tests.factories import make_workspace

GOOD = b"key,name\none,One\ntwo,Two\n"
FAULTY = b"key,name,go_live\none,One,soon\ntwo,Two,2026-01-01\n"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def admin(workspace: Workspace) -> Api:
    return api_of(workspace)


def send(api: Api, content: bytes = GOOD, name: str = "some.csv", key: str = "", **fields: str) -> HttpResponse:
    data = {"kind": "initiatives", "file": SimpleUploadedFile(name, content), **fields}
    headers = {"authorization": f"Bearer {api.secret}"} | ({"idempotency-key": key} if key else {})
    return api.client.post("/api/v1/imports/", data, headers=headers)


def worked(api: Api, answer: HttpResponse) -> dict[str, object]:
    job_id = answer.json()["id"]
    run_import_job(job_id=job_id, now=timezone.now())
    found: dict[str, object] = api.get(f"imports/{job_id}/").json()
    return found


def test_a_file_is_taken_and_loaded_by_a_worker(admin: Api) -> None:
    answer = send(admin)
    assert (answer.status_code, answer.json()["state"], answer["Location"]) == (
        202,
        "waiting",
        f"/api/v1/imports/{answer.json()['id']}/",
    )
    done = worked(admin, answer)
    assert [done[name] for name in ("state", "applied", "progress", "rows", "valid", "created", "rejected")] == [
        "done",
        True,
        100,
        2,
        2,
        2,
        0,
    ]
    assert Initiative.objects.count() == 2


def test_a_faulty_row_refuses_the_file_and_is_named(admin: Api) -> None:
    done = worked(admin, send(admin, FAULTY))
    assert (done["applied"], done["rejected"], Initiative.objects.count()) == (False, 1, 0)
    assert done["rejections"][0]["line"] == 2  # type: ignore[index]


def test_a_dry_run_writes_nothing(admin: Api) -> None:
    done = worked(admin, send(admin, dry_run="true"))
    assert (done["dry_run"], done["applied"], done["created"], Initiative.objects.count()) == (True, False, 2, 0)


def test_a_repeat_with_the_same_key_is_one_import(admin: Api) -> None:
    first, second = send(admin, key="k1"), send(admin, key="k1")
    assert (first.json()["id"], ImportJob.objects.count()) == (second.json()["id"], 1)
    assert send(admin, b"key,name\nx,X\n", key="k1").status_code == 422


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "dragons"},
        {"profile": "none"},
        {"profile": "/etc/passwd"},
        {"profile": "../../pyproject.toml"},
        {"dry_run": "perhaps"},
        {"colour": "red"},
    ],
)
def test_odd_fields_are_refused(admin: Api, fields: dict[str, str]) -> None:
    answer = send(admin, **fields)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert ImportJob.objects.count() == 0


def test_an_empty_file_is_refused(admin: Api) -> None:
    assert send(admin, b"").json()["errors"][0]["field"] == "file"


def test_json_is_the_wrong_media_type(admin: Api) -> None:
    assert admin.post("imports/", {"kind": "initiatives"}).status_code == 415


def test_a_role_that_records_nothing_imports_nothing(workspace: Workspace) -> None:
    assert send(api_of(workspace, Role.EXECUTIVE)).status_code == 403


def test_a_stranger_sees_no_imports(admin: Api) -> None:
    job_id = send(admin).json()["id"]
    stranger = api_of(make_workspace("other"))
    foreign, unknown = stranger.get(f"imports/{job_id}/"), stranger.get("imports/999999999/")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert stranger.get("imports/").json()["results"] == []
    assert len(admin.get("imports/").json()["results"]) == 1
