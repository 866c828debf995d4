"""import_records: exit codes and one JSON document, as the contract says."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Workspace
from portfolio.models import ImportJob, Initiative

GOOD = "key,name\nclaims,Claims\nchat,Chat\n"
FAULTY = "key,name,currency\nclaims,Claims,EUR\nchat,Chat,Euro\n"


def run(tmp_path: Path, text: str, *options: str, workspace: str = "acme") -> dict[str, Any]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    out = io.StringIO()
    try:
        call_command(
            "import_records", "initiatives", str(path), "--workspace", workspace, *options, "--json", stdout=out
        )
    finally:
        run.printed = out.getvalue()  # type: ignore[attr-defined]
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_it_prints_one_json_document(tmp_path: Path, workspace: Workspace) -> None:
    printed = run(tmp_path, GOOD)
    names = ["rows", "created", "updated", "unchanged", "rejected", "warnings", "rejections"]
    assert {name: printed[name] for name in names} == {
        "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0, "warnings": 0, "rejections": [],
    }  # fmt: skip
    assert isinstance(printed["seconds"], float)


def test_a_dry_run_writes_nothing(tmp_path: Path, workspace: Workspace) -> None:
    assert run(tmp_path, GOOD, "--dry-run")["created"] == 2
    assert not Initiative.objects.exists()


def test_a_faulty_file_is_refused_with_exit_code_1(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(CommandError, match="line 3, column “currency”: “Euro” is not a currency") as refusal:
        run(tmp_path, FAULTY)
    assert refusal.value.returncode == 1
    assert json.loads(run.printed)["rejections"][0]["line"] == 3  # type: ignore[attr-defined]
    assert not Initiative.objects.exists()


def test_good_rows_are_loaded_alone_when_asked(tmp_path: Path, workspace: Workspace) -> None:
    assert run(tmp_path, FAULTY, "--accept-valid")["rejected"] == 1
    assert Initiative.objects.count() == 1


def test_a_file_that_cannot_be_read_is_refused_even_when_good_rows_are_accepted(
    tmp_path: Path, workspace: Workspace
) -> None:
    with pytest.raises(CommandError, match="no such column") as refusal:
        run(tmp_path, "kee,nam\n1,2\n", "--accept-valid")
    assert refusal.value.returncode == 1


@pytest.mark.parametrize(
    "options", [("--profile", "nothing"), ("--profile", "missing.toml")], ids=["unknown", "missing"]
)
def test_wrong_usage_has_exit_code_2(tmp_path: Path, workspace: Workspace, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, GOOD, *options)
    assert refusal.value.returncode == 2


def test_a_workspace_that_is_not_there_is_refused_with_exit_code_1(tmp_path: Path, db: None) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, GOOD, workspace="none")
    assert refusal.value.returncode == 1


def test_a_written_import_leaves_its_row(tmp_path: Path, workspace: Workspace) -> None:
    run(tmp_path, GOOD)
    job = ImportJob.objects.get()
    assert (job.filename, job.report["created"], job.applied_at is not None) == ("list.csv", 2, True)
