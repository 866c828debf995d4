"""How ./run and ./test make the virtual environment; the package installer is a stand-in that needs no network."""

import subprocess
from pathlib import Path

import pytest

from tests.config.running import PROJECT

INSTALLER = """#!/bin/sh
case "$*" in
  *"pip --version"*) exit 0 ;;
  *"pip install"*) echo "$@" >>"{folder}/installs"; exit {code} ;;
esac
exec /usr/bin/env python3 "$@"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose environment is there, and whose installer works."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("one==1\n")
    installer_that_exits_with(0, tmp_path)
    return tmp_path


def installer_that_exits_with(code: int, project: Path) -> None:
    program = project / ".venv" / "bin" / "python"
    program.write_text(INSTALLER.format(folder=project, code=code))
    program.chmod(0o755)


def prepare(project: Path) -> int:
    script = f'. {PROJECT}/config/embedded/environment.sh; prepare_environment "$1" requirements.txt || exit 1'
    return subprocess.run(["bash", "-c", script, "bash", project], capture_output=True, check=False).returncode


def installs(project: Path) -> list[str]:
    log = project / "installs"
    return log.read_text().splitlines() if log.exists() else []


def test_packages_are_installed_once_and_only_with_their_hashes(project: Path) -> None:
    assert (prepare(project), prepare(project)) == (0, 0)
    (install,) = installs(project)
    assert "--require-hashes" in install


def test_changed_requirements_are_installed_again(project: Path) -> None:
    prepare(project)
    (project / "requirements.txt").write_text("one==2\n")
    prepare(project)
    assert len(installs(project)) == 2


def test_failed_installation_stops_the_start_and_is_tried_again(project: Path) -> None:
    installer_that_exits_with(1, project)
    assert prepare(project) == 1
    installer_that_exits_with(0, project)
    assert (prepare(project), len(installs(project))) == (0, 2)


def test_two_starts_at_once_install_once(project: Path) -> None:
    script = f'. {PROJECT}/config/embedded/environment.sh; prepare_environment "$1" requirements.txt'
    starts = [subprocess.Popen(["bash", "-c", script, "bash", project], stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [start.wait(30) for start in starts] == [0, 0, 0]
    assert len(installs(project)) == 1
