"""Who uses a data folder: one supervisor, its children, and any number of commands."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from config.embedded.folders import StartError

LEFT_OVER_SECONDS = 20


class Lock:
    """A lock file that the kernel frees when the last process that holds it has ended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Whether the lock is now ours."""
        mode = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        with suppress(BlockingIOError):
            fcntl.flock(self.descriptor, mode)
            return True
        return False

    def write(self, text: str) -> None:
        """Says who holds it."""
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text.encode(), 0)

    def read(self) -> str:
        """Who says to hold it."""
        return os.pread(self.descriptor, 1000, 0).decode()

    def release(self) -> None:
        """Gives it back."""
        os.close(self.descriptor)


class FolderLocks:
    """The three locks of a data folder.

    master: held by the one process that starts servers there. children: inherited by everything that it starts, so
    that a new start can wait for what a killed one left. users: shared by commands that use running servers.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.master = Lock(data / "master.lock")
        self.children = Lock(data / "children.lock")
        self.users = Lock(data / "users.lock")

    def become_master(self, who: str) -> bool:
        """Whether this process may start servers now; waits for what a killed start left behind.

        Raises:
            StartError: processes of an earlier start do not end.
        """
        if not self.master.take():
            return False
        self.master.write(who)
        deadline = time.monotonic() + LEFT_OVER_SECONDS
        while not self.children.take():
            if time.monotonic() > deadline:
                raise StartError(f"Processes of an earlier start still use {self.data}. End them and start again.")
            time.sleep(0.05)
        return True
