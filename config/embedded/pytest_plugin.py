"""Starts a throw-away PostgreSQL for the tests, before Django reads its settings.

Loaded with -p, so that it runs before pytest-django; the workers of pytest-xdist inherit the addresses.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.embedded.folders import data_folder
from config.embedded.postgres import Postgres


def start_throw_away_server() -> None:
    """Exports DATABASE_URL and DATABASE_OWNER_URL of a server that ends with this process."""
    data = Path(tempfile.mkdtemp(prefix="hurdle-test-"))
    data.chmod(0o711)
    server = Postgres(data_folder(data), durable=False, owner_creates_databases=True)
    starter = os.getpid()

    def clean_up() -> None:
        if os.getpid() == starter:
            server.stop()
            shutil.rmtree(data, ignore_errors=True)

    atexit.register(clean_up)
    server.start()
    os.environ.update(server.addresses())


os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 32)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
if "DATABASE_URL" not in os.environ:
    start_throw_away_server()
