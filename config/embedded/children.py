"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from config.embedded.folders import ServerUser

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10 * 1024 * 1024


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    user: ServerUser | None = None,
    environment: Mapping[str, str] | None = None,
    keep_open: Sequence[int] = (),
    folder: Path | str = "/",
) -> subprocess.Popen[bytes]:
    """Starts a program in a session of its own, its output in a log file.

    On Linux the kernel sends it stop_signal when the thread that called this ends, so call it from the main thread.
    """
    _keep_small(log)
    identity = {"user": user.uid, "group": user.gid, "extra_groups": []} if user else {}
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: S603
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            pass_fds=tuple(keep_open),
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid(), stop_signal),
            **identity,
        )


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, seconds: float) -> None:
    """Ends a child politely, and by force when it takes longer than the given seconds."""
    if process.poll() is None:
        process.send_signal(stop_signal)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _keep_small(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))


def _die_with_parent(parent: int, stop_signal: signal.Signals) -> Callable[[], None]:
    """Runs in the child after it changed users, which would clear the request."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_exec() -> None:
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, int(stop_signal))
            if os.getppid() != parent:
                os._exit(1)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return before_exec
