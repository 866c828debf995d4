"""What a start needs done before programs run: tables, static files, and a sample for an empty database."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User, Workspace
from config.owner import owner_connection
from config.sample import sign_in

UNUSED_STATIC = ["rest_framework/*"]
STAMP = ".stamp"


class Command(BaseCommand):
    """Used by ./run; prints one JSON object about the database, everything else goes to stderr."""

    help = "Migrates, collects static files and loads the sample into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to leave out."""
        parser.add_argument("--no-sample", action="store_true", help="leave an empty database empty")
        parser.add_argument("--no-static", action="store_true", help="only the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does each step only when it is needed."""
        if migrations_wait():
            call_command("migrate", interactive=False, verbosity=1, stdout=self.stderr)
        if not options["no_static"]:
            self.collect_static()
        if not options["no_sample"] and not User.objects.exists() and not Workspace.objects.exists():
            call_command("load_sample", stdout=self.stderr)
        self.stdout.write(json.dumps({"empty": not User.objects.exists(), "sample": self.sample_sign_in()}))

    def sample_sign_in(self) -> dict[str, str] | None:
        """The sign-in that the sample came with, while its person is there."""
        kept = sign_in.kept(settings.DATA_DIR)
        found = kept is not None and User.objects.filter(email=kept["email"], is_active=True).exists()
        return kept if found else None

    def collect_static(self) -> None:
        """Collects and compresses the static files when one of them has changed since the last time."""
        stamp = Path(settings.STATIC_ROOT) / STAMP
        wanted = static_state()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        call_command("collectstatic", interactive=False, clear=True, ignore_patterns=UNUSED_STATIC, stdout=self.stderr)
        stamp.write_text(wanted)


def migrations_wait() -> bool:
    """Whether this version has migrations that the database has not."""
    with owner_connection():
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_state() -> str:
    """A short text that changes whenever a static file does."""
    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(UNUSED_STATIC):
            found = Path(storage.path(path)).stat()
            state.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return state.hexdigest()
