"""The real ./run: one start, watched from outside."""

import json
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Iterator

import pytest

from tests.config.running import Running, command, new_data_folder, processes_of, wait_until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """One start without the sample, shared by the tests of this file."""
    run = Running(new_data_folder(), "--no-sample")
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.stop()
        shutil.rmtree(run.data.parent)


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
    _, page = running.get("/login/")
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


def test_exit_code_of_a_command_is_passed_on(running: Running) -> None:
    assert command(running.data, "exec", "--", "shell", "-c", "raise SystemExit(7)").returncode == 7


@pytest.mark.parametrize("words", ["config.embedded.serve", "celery --app config.celery worker"])
def test_crashed_program_is_started_again_and_said_so(running: Running, words: str) -> None:
    before = running.child(words)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: running.child(words) not in (0, before))
    wait_until(lambda: running.get("/readyz")[0] == 200)
    assert "ended (signal 9); starting it again." in running.said()


def test_taken_port_is_named() -> None:
    data = new_data_folder()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = command(data, "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} cannot be used" in refused.stderr
    shutil.rmtree(data.parent)


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "x"], ["exec"], ["exec", "--"], ["--nonsense"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert command(new_data_folder(), *arguments).returncode == 2


@pytest.mark.slow
def test_killed_supervisor_leaves_nothing_and_the_next_start_recovers() -> None:
    data = new_data_folder()
    first = Running(data, "--no-sample")
    first.wait_until_ready()
    first.stop(signal.SIGKILL)
    second = Running(data, "--no-sample")
    second.wait_until_ready()
    assert second.get("/readyz")[0] == 200
    second.stop(signal.SIGKILL)
    wait_until(lambda: not processes_of(data), 10)
    shutil.rmtree(data.parent)


@pytest.mark.slow
def test_interrupt_during_the_first_start_ends_everything() -> None:
    data = new_data_folder()
    run = Running(data)
    wait_until(lambda: "Starting" in run.said())
    assert run.stop() == 0
    assert processes_of(data) == []
    shutil.rmtree(data.parent)
