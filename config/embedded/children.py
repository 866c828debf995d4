"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from config.embedded.folders import ServerUser

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10 * 1024 * 1024


class Child:
    """One program, started in a session of its own with its output in a log file, and ended politely.

    name: what people call it; stop_signal: what asks it to end; death_signal: what the kernel sends it (on Linux)
    when the process that started it is gone; patience: seconds from the request to end until force is used;
    is_server: others need it, so it ends after them; keep_open: descriptors that it inherits.
    """

    stop_signal = signal.SIGTERM
    death_signal = signal.SIGTERM
    patience = 6.0
    is_server = False
    user: ServerUser | None = None
    environment: Mapping[str, str] | None = None
    keep_open: tuple[int, ...] = ()

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.asked_at: float | None = None

    def command(self) -> list[str | Path]:
        """The program and its arguments."""
        raise NotImplementedError

    def start(self) -> None:
        """Starts the program."""
        self.asked_at = None
        self.process = self.spawn(self.command())

    def spawn(self, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        """Starts any program as this child's user; from the main thread, whose end the kernel watches."""
        _keep_small(self.log)
        with self.log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self.environment,
                pass_fds=self.keep_open,
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid(), self.death_signal),
                user=self.user.uid if self.user else None,
                group=self.user.gid if self.user else None,
                extra_groups=[] if self.user else None,
            )

    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def ending(self) -> str:
        """How it ended, in words."""
        code = self.exit_code()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def exit_code(self) -> int:
        """The exit code of an ended process, negative for a signal; 1 when it never started."""
        return 1 if self.process is None or self.process.returncode is None else self.process.returncode

    def ask_to_stop(self) -> None:
        """Sends the signal that ends it, once, and does not wait."""
        if self.process is not None and self.running() and self.asked_at is None:
            self.asked_at = time.monotonic()
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ends it and waits; when its patience is over, everything it started is ended by force."""
        self.ask_to_stop()
        if self.process is None or self.asked_at is None:
            return
        try:
            self.process.wait(max(0.0, self.asked_at + self.patience - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of the log, for an error message."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class Program(Child):
    """A Python module of ours as a child; a listener is kept open here, so that a restart answers at the same port."""

    def __init__(
        self,
        name: str,
        log: Path,
        environment: Mapping[str, str],
        *arguments: str,
        listener: socket.socket | None = None,
    ) -> None:
        super().__init__(name, log)
        self.environment = environment
        self.arguments = arguments
        self.listener = listener
        self.keep_open = (listener.fileno(),) if listener else ()

    def command(self) -> list[str | Path]:
        """The same Python as this process."""
        return [sys.executable, *self.arguments]


def _keep_small(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))


def _die_with_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """Runs in the child after it changed users, which would clear the request."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_exec() -> None:
        for ignored_in_background_jobs in (signal.SIGINT, signal.SIGQUIT):
            signal.signal(ignored_in_background_jobs, signal.SIG_DFL)
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, int(death_signal))
            if os.getppid() != parent:
                os._exit(1)

    return before_exec
