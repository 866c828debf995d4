"""How long does an import take? Rows made up here, and the real files beside the project where they are.

    .venv/bin/python -m benchmarks.import [ROWS]

Starts a throw-away PostgreSQL, migrates it, imports, and prints a table and one JSON document.
"""

import importlib
import json
import os
import resource
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
importlib.import_module("config.embedded.pytest_plugin")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.access import Actor  # noqa: E402
from accounts.models import Workspace  # noqa: E402
from portfolio.importing.parse.profile import load_profile  # noqa: E402
from portfolio.importing.parse.schema import Kind  # noqa: E402
from portfolio.services.imports import ImportReport, import_file  # noqa: E402

FILES = Path(__file__).resolve().parents[2] / "shared" / "data"
FEDERAL = FILES / "federal-ai" / "omb2024"
REAL = [
    (Kind.INITIATIVES, FEDERAL / "2023_consolidated_ai_inventory_raw.csv", "us-federal-2023"),
    (Kind.INITIATIVES, FEDERAL / "2024_consolidated_ai_inventory_raw.csv", "us-federal-2024-v1"),
    (Kind.STAGES, FEDERAL / "2024_consolidated_ai_inventory_raw.csv", "us-federal-2024-v1"),
    (Kind.INITIATIVES, FEDERAL / "2024_consolidated_ai_inventory_raw_v2.csv", "us-federal-2024-v2"),
    (Kind.STAGES, FEDERAL / "2024_consolidated_ai_inventory_raw_v2.csv", "us-federal-2024-v2"),
    *(
        (kind, FILES / "gmpp" / f"uk_{year}.csv", "gmpp")
        for year in (2018, 2021, 2023)
        for kind in (Kind.INITIATIVES, Kind.COSTS, Kind.BENEFITS)
        if kind is not Kind.BENEFITS or year == 2023
    ),
    (Kind.RATES, FILES / "fx" / "eurofxref-hist_0.17.20.zip", "ecb"),
]
COLUMNS = ["rows", "new", "changed", "same", "refused", "warnings", "check s", "write s", "again s"]


def load(workspace: Workspace, kind: Kind, name: str, data: bytes, profile: str = "", *, write: bool) -> ImportReport:
    """One import by the machine itself."""
    return import_file(
        actor=Actor.system(workspace),
        now=timezone.now(),
        kind=kind,
        data=data,
        filename=name,
        profile=load_profile(profile),
        write=write,
    )


def made_up(rows: int) -> list[tuple[Kind, str, bytes]]:
    """Initiatives, and as many costs and readings spread over them."""
    keys = [f"i{number}" for number in range(rows)]
    initiatives = "key,name,currency,unit\n" + "".join(f"{key},Initiative {key},EUR,Unit {len(key)}\n" for key in keys)
    costs = "initiative,on,amount,category\n" + "".join(f"{key},2026-01-31,{len(key)}00.5,compute\n" for key in keys)
    return [
        (Kind.INITIATIVES, "initiatives.csv", initiatives.encode()),
        (Kind.COSTS, "costs.csv", costs.encode()),
    ]


def main() -> None:
    """Print the figures."""
    call_command("migrate", verbosity=0)
    workspace = Workspace.objects.create(slug="bench", name="Bench", currency="EUR")
    jobs = [(kind, name, data, "") for kind, name, data in made_up(int(sys.argv[1]) if sys.argv[1:] else 10_000)]
    jobs += [(kind, path.name, path.read_bytes(), profile) for kind, path, profile in REAL if path.exists()]
    results = []
    print(" ".join(f"{name:>8}" for name in COLUMNS))
    for kind, name, data, profile in jobs:
        checked = load(workspace, kind, name, data, profile, write=False)
        done = load(workspace, kind, name, data, profile, write=True)
        again = load(workspace, kind, name, data, profile, write=True)
        assert again.created == again.updated == 0, "the same file twice changes nothing"
        figures = [done.rows, done.created, done.updated, done.unchanged, done.rejected, len(done.warnings)]
        seconds = [checked.seconds, done.seconds, again.seconds]
        results.append({"file": name, "kind": kind.value, "figures": figures, "seconds": seconds})
        print(" ".join(f"{figure:>8}" for figure in [*figures, *seconds]), kind.value, name)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"imports": results, "peak_mb": peak}))


if __name__ == "__main__":
    main()
