"""With addresses of the user's own servers, ./run starts none: Debian's PostgreSQL 15 and redis-server."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import folders
from config.embedded.postgres import OWNER, Postgres
from config.embedded.valkey import Valkey
from tests.config.running import Running, command

DEBIAN_POSTGRES = Path("/usr/lib/postgresql/15/bin")
REDIS = shutil.which("redis-server")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc"),
    pytest.mark.skipif(
        not DEBIAN_POSTGRES.exists(), reason="needs Debian's postgresql-15: apt-get install postgresql-15"
    ),
    pytest.mark.skipif(REDIS is None, reason="needs redis-server: apt-get install redis-server"),
]


@pytest.fixture
def addresses(private_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The environment that names two servers and a mail server."""
    monkeypatch.setenv("POSTGRES_BIN", str(DEBIAN_POSTGRES))
    monkeypatch.setenv("VALKEY_BIN", str(REDIS))
    elsewhere = folders.data_folder(private_data)
    servers = [Postgres(elsewhere), Valkey(elsewhere)]
    try:
        for server in servers:
            server.start()
        yield servers[0].addresses() | servers[1].addresses() | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": "9"}
    finally:
        for server in servers:
            server.stop()


def test_start_uses_them_and_starts_none_of_its_own(data: Path, addresses: dict[str, str]) -> None:
    run = Running(data, **addresses)
    try:
        run.wait_until_ready()
        assert "made-up sample" in run.said()
        assert [run.children(words) for words in ("bin/postgres", "valkey", "redis", "mailsink")] == [[], [], [], []]
    finally:
        run.stop()
    with psycopg.connect(addresses["DATABASE_URL"]) as connection:
        assert connection.info.server_version // 10_000 == 15
        foreign = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> %s", [OWNER]
        )
        assert foreign.fetchone() == (0,)


def test_owner_alone_is_refused(data: Path) -> None:
    refused = command(data, DATABASE_OWNER_URL="postgresql://owner@db/hurdle")
    assert (refused.returncode, "DATABASE_URL is not" in refused.stderr) == (1, True)
