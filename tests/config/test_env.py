"""The readers of the environment."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from tests.config.running import PROJECT, clean_environment


def test_value_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))
    assert env.text("SOME_SECRET") == "from the file"


def test_value_itself_wins_over_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET", "direct")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "missing"))
    assert env.text("SOME_SECRET") == "direct"


def test_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match="SOME_SECRET_FILE"):
        env.text("SOME_SECRET")


@pytest.mark.parametrize("value", ["70000", "-1", "2.5", "abc", "٣", "9" * 40])
def test_number_outside_its_bounds_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PORT", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_PORT"):
        env.integer("SOME_PORT", 25, least=1, most=65535)


@pytest.mark.parametrize(("value", "expected"), [("yes", True), ("OFF", False), ("", True)])
def test_flag_reads_words(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", value)
    assert env.flag("SOME_FLAG", True) is expected


def test_flag_refuses_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SOME_FLAG"):
        env.flag("SOME_FLAG", True)


def test_database_url_keeps_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", "postgresql://ann:p%40ss@db.example:5433/hurdle?sslmode=require")
    found = env.database("SOME_URL")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("ann", "p@ss", "db.example", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("value", ["", "mysql://a@b/c", "postgresql://a@b/c?nonsense=1"])
def test_database_url_that_is_none_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_URL", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_URL"):
        env.database("SOME_URL")


def test_bad_setting_stops_a_command_with_its_name_alone() -> None:
    variables = clean_environment(DATABASE_URL="postgresql://a@b/c", SECRET_KEY="x" * 40, EMAIL_PORT="smtp")
    done = subprocess.run(
        [sys.executable, PROJECT / "manage.py", "check"], env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "EMAIL_PORT: expected a whole number from 1 to 65535, got 'smtp'\n"
