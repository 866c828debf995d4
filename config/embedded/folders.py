"""Where the embedded servers keep data, programs, secrets and sockets, and who owns them."""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
SYSTEM_USER = "hurdle"
SYSTEM_STATE = Path("/var/lib/hurdle")
MARKER = ".hurdle-data"
MARKER_TEXT = "Hurdle keeps its data in this folder: ./run --reset removes it, nothing else should.\n"
SOCKET_PATH_LIMIT = 103


class StartError(Exception):
    """Something that stops the start; its text says what to do."""


@dataclass(frozen=True)
class ServerUser:
    """The unprivileged user that PostgreSQL runs as when ./run was started by root."""

    uid: int
    gid: int


def is_root() -> bool:
    """Whether this process may change users."""
    return os.geteuid() == 0


def reachable(path: Path) -> bool:
    """Whether an unprivileged user may walk to a folder."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


def server_user() -> ServerUser | None:
    """The user to drop to: a system user of our own, else nobody; None when not started by root."""
    if not is_root():
        return None
    entry = _system_user() or _create_system_user() or pwd.getpwnam("nobody")
    return ServerUser(entry.pw_uid, entry.pw_gid)


def _system_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def _create_system_user() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    subprocess.run(  # noqa: S603
        [useradd, *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=False, capture_output=True
    )
    return _system_user()


def fingerprint(path: Path) -> str:
    """Eight characters that stand for a folder in the names of sockets and system folders."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]


def data_folder(path: Path) -> Path:
    """Makes or checks a data folder and its marker.

    Raises:
        StartError: the folder is another person's, or holds something that is not ours.
    """
    try:
        path.mkdir(mode=0o711 if is_root() else 0o700, parents=True, exist_ok=True)
        owner, names = path.stat().st_uid, {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise StartError(f"cannot use {path} for data: {error.strerror}. Choose another folder with --data.") from error
    if owner != os.geteuid():
        raise StartError(f"{path} belongs to another user (id {owner}). Start ./run as that user, or use --data.")
    if names and MARKER not in names:
        raise StartError(f"{path} holds files that are not Hurdle's. Choose an empty or a new folder with --data.")
    (path / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
    for name in ("logs", "mail", "secrets"):
        (path / name).mkdir(mode=0o700, exist_ok=True)
    return path.resolve()


def secret(data: Path, name: str, length: int = 32) -> str:
    """A random text kept in the data folder, made at its first use; length in bytes before encoding."""
    path = data / "secrets" / name
    if not path.exists():
        fresh = path.with_name(f"{name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(length), encoding="ascii")
        fresh.rename(path)
    return path.read_text(encoding="ascii")


def cluster_folder(data: Path, user: ServerUser | None) -> Path:
    """The folder of PostgreSQL's files: inside the data folder, or linked from there when its user cannot get in."""
    place = data / "postgres"
    if place.exists() or place.is_symlink():
        return place.resolve()
    if user is None or reachable(data):
        return place
    outside = SYSTEM_STATE / fingerprint(data) / "postgres"
    outside.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    place.symlink_to(outside)
    return outside


def socket_folder(data: Path, server: str, user: ServerUser | None) -> Path:
    """A private folder with a short path for a server's socket, made if it is missing.

    Raises:
        StartError: somebody else made that folder, or others may enter it.
    """
    folder = _socket_base() / f"hurdle-{server}-{os.geteuid()}-{fingerprint(data)}"
    uid = user.uid if user else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
        if user:
            os.chown(folder, user.uid, user.gid)
    except FileExistsError:
        _check_private(folder, uid)
    return folder


def _socket_base() -> Path:
    runtime = Path("/run") if is_root() else Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    usable = runtime.is_dir() and os.access(runtime, os.W_OK) and len(str(runtime)) < SOCKET_PATH_LIMIT - 50
    return runtime if usable else Path("/tmp")  # noqa: S108 (ownership and mode are checked)


def _check_private(folder: Path, uid: int) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise StartError(f"{folder} was made by somebody else or is open to others. Remove it and start again.")


def private_programs(package: Path, version: str) -> Path:
    """A copy of a server package that its unprivileged user can reach, shared by all checkouts of this machine.

    The libraries beside the package are copied too, because the programs look for them by a relative path.
    """
    target = SYSTEM_STATE / f"{package.name}-{version}"
    if target.exists():
        return target / package.name
    SYSTEM_STATE.mkdir(mode=0o711, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="copy-", dir=SYSTEM_STATE))
    skip = shutil.ignore_patterns("include", "pkgconfig", "*.a", "*.py", "__pycache__")
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, fresh / folder.name, ignore=skip, symlinks=True)
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)
    return target / package.name


def platform_name() -> str:
    """The system as users know it."""
    return {"linux": "Linux", "darwin": "macOS"}.get(sys.platform, sys.platform)
