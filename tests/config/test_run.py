"""The real ./run: one start, watched from outside."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.running import Running, clean_environment, command, processes_of, wait_until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")


@pytest.fixture(scope="module")
def running(shared_data: Path) -> Iterator[Running]:
    """One start without the sample, shared by the tests of this file."""
    run = Running(shared_data, "--no-sample")
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.stop()


def test_start_says_where_it_is(running: Running) -> None:
    said = running.said()
    assert f"http://127.0.0.1:{running.port}/" in said
    assert str(running.data) in said
    assert "Ctrl+C" in said


def test_everything_is_ready_when_the_start_says_so(running: Running) -> None:
    status, body = running.get("/readyz")
    assert status == 200, body
    assert set(json.loads(body)["checks"]) >= {"database", "migrations", "broker", "scheduler"}


def test_pages_find_their_static_files(running: Running) -> None:
    _, page = running.get("/setup/")
    stylesheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert stylesheets
    assert {running.get(path)[0] for path in stylesheets} == {200}


def test_second_start_on_the_same_data_says_that_it_is_running(running: Running) -> None:
    second = command(running.data)
    assert second.returncode == 1
    assert "is running already" in second.stderr


def test_reset_of_running_data_is_refused(running: Running) -> None:
    assert command(running.data, "--reset").returncode == 1
    assert running.get("/readyz")[0] == 200


def test_command_beside_a_running_start_uses_its_database(running: Running) -> None:
    script = "from django.db import connection; print(connection.settings_dict['USER'])"
    done = command(running.data, "exec", "--", "shell", "--no-imports", "-c", script)
    assert (done.stdout, done.returncode) == ("hurdle_app\n", 0), done.stderr


def test_mail_of_a_command_reaches_the_sink(running: Running) -> None:
    done = command(running.data, "exec", "--", "sendtestemail", "reader@acme.example")
    (mail,) = (running.data / "mail").glob("*.eml")
    assert (done.returncode, "reader@acme.example" in mail.read_text()) == (0, True), done.stderr


def test_exit_code_of_a_command_is_passed_on(running: Running) -> None:
    assert command(running.data, "exec", "--", "shell", "-c", "raise SystemExit(7)").returncode == 7


@pytest.mark.parametrize("words", ["config.embedded.serve", "celery --app config.celery worker"])
def test_crashed_program_is_started_again_and_said_so(running: Running, words: str) -> None:
    before = running.child(words)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: running.child(words) not in (0, before))
    wait_until(lambda: running.get("/readyz")[0] == 200)
    assert "ended (signal 9); starting it again." in running.said()


def test_taken_port_is_named(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = command(data, "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} cannot be used" in refused.stderr


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "x"], ["exec"], ["exec", "--"], ["--nonsense"]])
def test_wrong_usage_is_exit_code_2(data: Path, arguments: list[str]) -> None:
    assert command(data, *arguments).returncode == 2


@pytest.mark.slow
def test_killed_supervisor_leaves_nothing_and_the_next_start_recovers(data: Path) -> None:
    first = Running(data, "--no-sample")
    first.wait_until_ready()
    first.stop(signal.SIGKILL)
    second = Running(data, "--no-sample")
    second.wait_until_ready()
    assert second.get("/readyz")[0] == 200
    second.stop(signal.SIGKILL)
    wait_until(lambda: not processes_of(data), 10)


@pytest.mark.slow
def test_killed_start_of_a_shell_job_in_the_background_leaves_nothing(data: Path) -> None:
    """Such a job ignores SIGINT and SIGQUIT, and so would everything that it starts."""
    run = Running(data, "--no-sample", in_background=True)
    run.wait_until_ready()
    run.stop(signal.SIGKILL)
    wait_until(lambda: not processes_of(data), 10)


@pytest.mark.slow
def test_interrupt_during_the_first_start_ends_everything(data: Path) -> None:
    run = Running(data)
    wait_until(lambda: "Starting" in run.said())
    assert run.stop() == 0
    assert processes_of(data) == []


@pytest.mark.slow
def test_data_below_a_private_folder_work_and_stay_private(private_data: Path) -> None:
    run = Running(private_data, "--no-sample")
    run.wait_until_ready()
    assert run.stop() == 0
    assert private_data.parent.stat().st_mode & 0o777 == 0o700


def test_reset_removes_only_data_of_ours(data: Path) -> None:
    data.mkdir()
    (data / "letter.txt").write_text("keep me")
    refused = command(data, "--reset")
    assert (refused.returncode, (data / "letter.txt").exists()) == (1, True)
    assert "files that are not Hurdle's" in refused.stderr


@pytest.mark.slow
def test_command_starts_servers_of_its_own_where_none_run(data: Path) -> None:
    done = command(data, "exec", "--", "shell", "-c", "from accounts.models import User; print(User.objects.count())")
    assert (done.stdout.splitlines()[-1], done.returncode) == ("0", 0), done.stderr
    assert processes_of(data) == []


MOMENTS = {
    "while the database is made": lambda data: (data / "postgres.new").exists(),
    "before tables are made": lambda data: (data / "postgres").exists(),
    "while tables are made": lambda data: "Applying" in log_of(data, "prepare"),
    "while programs start": lambda data: (data / "logs" / "scheduler.log").exists(),
}


def log_of(data: Path, name: str) -> str:
    log = data / "logs" / f"{name}.log"
    return log.read_text() if log.exists() else ""


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_start_killed_at_any_moment_is_followed_by_a_good_one(data: Path, moment: str) -> None:
    first = Running(data, "--no-sample")
    wait_until(lambda: MOMENTS[moment](data))
    first.stop(signal.SIGKILL)
    second = Running(data, "--no-sample")
    second.wait_until_ready()
    assert second.get("/readyz")[0] == 200
    assert second.stop() == 0


@pytest.mark.slow
@pytest.mark.parametrize("server", ["bin/postgres -D", "valkey-server"])
def test_crashed_server_is_started_again(data: Path, server: str) -> None:
    run = Running(data, "--no-sample")
    run.wait_until_ready()
    os.kill(run.child(server), signal.SIGKILL)
    wait_until(lambda: "ended (signal 9); starting it again." in run.said())
    wait_until(lambda: run.get("/readyz")[0] == 200)
    assert run.stop() == 0


@pytest.mark.slow
def test_servers_of_a_command_stay_for_a_second_command(data: Path) -> None:
    waits = f"import pathlib, time; flag = pathlib.Path('{data}/flag')\nwhile not flag.exists(): time.sleep(0.05)"
    first = subprocess.Popen(
        [sys.executable, "-m", "config.embedded", "--data", data, "exec", "--", "shell", "-c", waits],
        env=clean_environment(),
    )
    wait_until(lambda: "shell" in " ".join(run_arguments(data)))
    script = f"from accounts.models import User; n = User.objects.count(); open('{data}/flag', 'w').close(); print(n)"
    second = command(data, "exec", "--", "shell", "-c", script)
    assert (second.returncode, second.stdout.splitlines()[-1], first.wait(30)) == (0, "0", 0)


def run_arguments(data: Path) -> list[str]:
    """The command lines of manage.py commands on these data."""
    return [line for number in processes_of(data) if "manage.py" in (line := command_line(number))]


def command_line(number: int) -> str:
    """The command line of a process; empty when it has ended meanwhile."""
    try:
        return Path(f"/proc/{number}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""
