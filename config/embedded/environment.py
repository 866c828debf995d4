"""Which servers a start needs of its own, and the environment that leads every program to them."""

import json
import os
import shutil
import socket
from pathlib import Path

from config.embedded import folders
from config.embedded.folders import PROJECT, StartError
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey

HOST = "127.0.0.1"
PROGRAM_DEFAULTS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
REMEMBERED = ("BASE_URL", "EMAIL_HOST", "EMAIL_PORT", "HURDLE_SINK_PORT")
KEPT_BY_EMPTY = frozenset({"master.lock", "children.lock", "users.lock", folders.MARKER})

Server = Postgres | Valkey


def given(name: str) -> bool:
    """Whether the environment names a server of the user's own."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def own_servers(data: Path) -> list[Server]:
    """The embedded servers for what the environment does not name.

    Raises:
        StartError: the owner's address is given without the app's.
    """
    if given("DATABASE_OWNER_URL") and not given("DATABASE_URL"):
        raise StartError("DATABASE_OWNER_URL is set but DATABASE_URL is not: set both, or neither.")
    servers: list[Server] = []
    if not given("DATABASE_URL"):
        servers.append(Postgres(data))
    if not given("CELERY_BROKER_URL"):
        servers.append(Valkey(data))
    return servers


def environment(data: Path, servers: list[Server]) -> dict[str, str]:
    """What every command and program gets: the user's environment, and our servers where it names none."""
    result = PROGRAM_DEFAULTS | os.environ | {"PYTHONPATH": str(PROJECT), "HURDLE_DATA": str(data)}
    for server in servers:
        result |= server.addresses()
    if not given("SECRET_KEY"):
        result["SECRET_KEY"] = folders.secret(data, "secret_key", 48)
    return result


def listen(port: int) -> socket.socket:
    """A listening socket on this machine's own address; port 0 takes any.

    Raises:
        StartError: the port is taken.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        raise StartError(f"Port {port} cannot be used ({error.strerror}). Choose another one: --port N") from error
    listener.listen(1024)
    return listener


def empty(data: Path) -> None:
    """Removes everything that ./run keeps in a data folder, and the database when it lies outside."""
    shutil.rmtree(folders.cluster_folder(data, folders.server_user()), ignore_errors=True)
    for entry in data.iterdir():
        if entry.name in KEPT_BY_EMPTY:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def remember(data: Path, variables: dict[str, str]) -> None:
    """Notes where this start answers and takes mail, for commands run beside it."""
    known = {name: variables[name] for name in REMEMBERED if name in variables}
    (data / "addresses.json").write_text(json.dumps(known), encoding="utf-8")


def remembered(data: Path) -> dict[str, str]:
    """What the last start noted, except where the environment says otherwise."""
    note = data / "addresses.json"
    known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    return {name: value for name, value in known.items() if not given(name)}
