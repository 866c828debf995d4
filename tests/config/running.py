"""Starts the real ./run of this checkout on a folder of its own, for tests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.folders import fingerprint

PROJECT = Path(__file__).resolve().parent.parent.parent
NOT_PASSED = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "PYTHONDONTWRITEBYTECODE")


def wait_until(done: Callable[[], bool], seconds: float = 150) -> None:
    """Polls until something is true."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a user who configured nothing else."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED and "DJANGO" not in name}
    return kept | {"PYTHONPATH": str(PROJECT)} | more


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs ./run with arguments to its end, from another folder."""
    return subprocess.run(
        [sys.executable, "-m", "config.embedded", "--data", data, *arguments],
        env=clean_environment(**environment),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _ignore_keyboard() -> None:
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)


class Running:
    """One ./run; ``in_background`` as a shell starts it with ``&``: deaf to SIGINT and SIGQUIT."""

    def __init__(self, data: Path, *options: str, in_background: bool = False, **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.output = data.with_name("output")
        arguments = ["--data", str(data), "--port", str(self.port), *options]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded", *arguments],
                env=clean_environment(**environment),
                cwd="/",
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_ignore_keyboard if in_background else None,
            )

    def said(self) -> str:
        """What it printed so far."""
        return self.output.read_text()

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Until it has said so."""
        wait_until(lambda: "Hurdle is ready" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()

    def child(self, words: str) -> int:
        """The oldest process whose command line holds the words; 0 when there is none."""
        return min(self.children(words), default=0)

    def children(self, words: str) -> list[int]:
        """The process numbers of all children whose command lines hold the words."""
        return [number for number in processes_of(self.data) if words in _read(number, "cmdline").replace("\0", " ")]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(30)


def processes_of(data: Path) -> list[int]:
    """Every process that a start on this folder left or runs, zombies aside."""
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    marks = (str(data), fingerprint(data))
    texts = {number: _read(number, "cmdline") + _read(number, "environ") for number in numbers if number != os.getpid()}
    return [number for number, text in texts.items() if any(mark in text for mark in marks)]


def _read(number: int, name: str) -> str:
    try:
        return Path(f"/proc/{number}/{name}").read_text(errors="replace")
    except OSError:
        return ""
