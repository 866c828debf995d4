"""How long one saved reading takes to become a new figure, and then new totals, in a large portfolio.

Run on a database of its own:
    ./run --data DIR exec -- load_synthetic --initiatives 1000
    ./run --data DIR exec -- recompute --workspace synthetic --json
    WORKSPACE=synthetic ./run --data DIR exec -- shell < benchmarks/recompute.py
Does what the worker does, without the way through the broker. Prints a table and one JSON document.
"""

import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.access import Actor
from accounts.models import Workspace
from metrics import services
from metrics.inputs import today
from portfolio.models import Kpi
from portfolio.services.readings import record_readings

REPEATS = 15


@contextmanager
def clocked(times: list[float]) -> Iterator[None]:
    """Adds the seconds of the block to `times`."""
    started = time.perf_counter()
    yield
    times.append(time.perf_counter() - started)


def measured(workspace: Workspace) -> dict[str, list[float]]:
    """Seconds to save a reading, to refresh its initiative, and to refresh the totals."""
    found: dict[str, list[float]] = {"save": [], "figure": [], "totals": []}
    actor = Actor.system(workspace)
    for number, kpi in enumerate(Kpi.objects.filter(workspace=workspace).order_by("?")[:REPEATS]):
        now = timezone.now()
        row = {"on": today(workspace, now) - timedelta(days=1), "value": Decimal(100 + number)}
        with clocked(found["save"]):
            record_readings(actor=actor, kpi=kpi, now=now, rows=[row])
        with clocked(found["figure"]):
            services.refresh(workspace=workspace, now=now, initiative_ids=[kpi.initiative_id])
        if number < REPEATS // 3:
            with clocked(found["totals"]):
                services.refresh_portfolio(workspace=workspace, now=now)
    return found


workspace = Workspace.objects.get(slug=os.environ["WORKSPACE"])
answer = {"initiatives": workspace.initiatives.count()}
for name, times in measured(workspace).items():
    answer[name] = {"median": round(statistics.median(times), 3), "worst": round(max(times), 3)}
    print(f"{name:8} median {answer[name]['median']:.3f} s, worst {answer[name]['worst']:.3f} s")
print(json.dumps(answer))
