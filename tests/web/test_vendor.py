"""Vendored files are exactly the ones named beside them."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")


@pytest.mark.parametrize("folder", FOLDERS, ids=["static", "tests"])
def test_vendored_files_match_their_recorded_hash(folder: Path) -> None:
    recorded = json.loads((folder / "VERSIONS.json").read_text())
    found = {entry["file"]: hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() for entry in recorded}
    assert found == {entry["file"]: entry["sha256"] for entry in recorded}


@pytest.mark.parametrize("folder", FOLDERS, ids=["static", "tests"])
def test_every_vendored_file_is_listed(folder: Path) -> None:
    recorded = json.loads((folder / "VERSIONS.json").read_text())
    named = {"VERSIONS.json"} | {entry[key] for entry in recorded for key in ("file", "licence_file")}
    assert {path.name for path in folder.iterdir()} == named
