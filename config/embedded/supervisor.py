"""Keeps children running until it is asked to end."""

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType

from config.embedded.children import Child
from config.embedded.folders import StartError

LOOK_SECONDS = 0.1
QUICK_END_SECONDS = 10.0
QUICK_ENDS_AT_START = 3
LONGEST_PAUSE = 30.0


class AskedToEnd(Exception):
    """The person at the terminal, or the system, wants everything to end."""


def say(text: str) -> None:
    """Tells the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass
class Watch:
    """A child, when it was started last, and how often in a row it ended soon after."""

    child: Child
    started: float = field(default_factory=time.monotonic)
    quick_ends: int = 0
    next_try: float | None = None


class Supervisor:
    """Starts children, starts them again when they end, and ends them in reverse order."""

    def __init__(self, lock_descriptor: int) -> None:
        self.lock_descriptor = lock_descriptor
        self.watches: list[Watch] = []
        self.settled = False
        self.asked_to_end = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_request)

    def _note_request(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_end = True

    def start(self, child: Child) -> None:
        """Starts a child that holds the folder's lock as long as it lives, and watches it from now on."""
        child.keep_open = (*child.keep_open, self.lock_descriptor)
        self.watches.append(Watch(child))
        child.start()

    def rest(self) -> None:
        """Looks after the children once, then waits a moment.

        Raises:
            AskedToEnd: a signal came.
        """
        if self.asked_to_end:
            raise AskedToEnd
        for watch in self.watches:
            if not watch.child.running():
                self._restart(watch, time.monotonic())
        time.sleep(LOOK_SECONDS)

    def wait_for(self, what: str, seconds: float, done: Callable[[], bool]) -> None:
        """Looks after the children until something is done.

        Raises:
            StartError: it takes longer than the given seconds.
        """
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise StartError(f"{what} took longer than {seconds:.0f} seconds; the logs may say why.")
            self.rest()

    def run(self, child: Child) -> int:
        """Runs a child to its end while looking after the others; its exit code."""
        child.keep_open = (*child.keep_open, self.lock_descriptor)
        child.start()
        try:
            while child.running():
                self.rest()
        finally:
            child.stop()
        return child.exit_code()

    def _restart(self, watch: Watch, now: float) -> None:
        if watch.next_try is None:
            self._note_end(watch, now)
        if watch.next_try is not None and now >= watch.next_try:
            watch.started, watch.next_try = now, None
            self._try_again(watch)

    def _note_end(self, watch: Watch, now: float) -> None:
        """Plans the next try: at once after a long life, later and later after short ones."""
        quick = now - watch.started < QUICK_END_SECONDS
        watch.quick_ends = watch.quick_ends + 1 if quick else 0
        if not self.settled and watch.quick_ends >= QUICK_ENDS_AT_START:
            raise StartError(f"The {watch.child.name} does not start. Its log ends:\n{watch.child.log_tail()}")
        pause = min(2.0 ** (watch.quick_ends - 1), LONGEST_PAUSE) if watch.quick_ends else 0.0
        watch.next_try = now + pause
        say(f"{datetime.now():%H:%M:%S} {watch.child.name} ended ({watch.child.ending()}); starting it again.")

    def _try_again(self, watch: Watch) -> None:
        try:
            watch.child.start()
        except StartError as error:
            say(f"{datetime.now():%H:%M:%S} {error}")

    def stop(self) -> None:
        """Ends all children: first the programs together, then the servers they use, last started first."""
        children = [watch.child for watch in reversed(self.watches)]
        for child in children:
            if not child.is_server:
                child.ask_to_stop()
        for child in children:
            child.stop()
        self.watches.clear()
