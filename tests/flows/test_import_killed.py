"""An importer that is killed leaves nothing or everything, and the same file again completes it."""

import os
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from portfolio.models import CostLine
from tests.factories import make_initiative, make_workspace

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS = 5_000
ROOT = Path(__file__).resolve().parents[2]


def begin(path: Path) -> "subprocess.Popen[bytes]":
    """import_records in a process of its own, on this test's database."""
    database = connection.settings_dict["NAME"]
    addresses = {
        name: urlsplit(os.environ[name])._replace(path=f"/{database}").geturl()
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if name in os.environ
    }
    command = [sys.executable, "manage.py", "import_records", "costs", str(path), "--workspace", "acme"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | addresses, stdout=subprocess.DEVNULL)


def test_an_import_that_is_killed_is_whole_or_absent(tmp_path: Path) -> None:
    make_initiative(make_workspace())
    path = tmp_path / "costs.csv"
    rows = (f"claims,2026-01-31,{number}\n" for number in range(ROWS))
    path.write_text("initiative,on,amount\n" + "".join(rows), encoding="utf-8")
    chance = random.Random(1)  # noqa: S311
    counts = set()
    for _ in range(8):
        process = begin(path)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(1.0, 6.0))
        process.kill()
        process.wait()
        counts.add(CostLine.objects.count())
    assert counts <= {0, ROWS}
    assert begin(path).wait() == 0
    assert CostLine.objects.filter(superseded_at=None).count() == ROWS
