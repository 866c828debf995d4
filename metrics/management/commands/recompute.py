"""recompute: works figures out now."""

import json
import resource
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from accounts.models import Workspace
from metrics import services
from metrics.inputs import today
from metrics.services import Refreshed
from portfolio.models import Initiative


class Command(BaseCommand):
    """Brings the figures of a workspace up to date, or works out those believed on a day."""

    help = "Work figures out now: those that lag behind their inputs, or all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--all", action="store_true", help="also those that do not lag")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="what was believed on that day")
        parser.add_argument("--initiative", metavar="KEY", help="only this initiative")
        parser.add_argument("--processes", type=int, default=1, metavar="N", help="work in N processes (default: 1)")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints counts and seconds by phase."""
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']!r}.")
        if options["processes"] < 1:
            raise CommandError("--processes must be 1 or more.")
        now = timezone.now()
        ids = _ids(workspace, options["initiative"])
        started = time.perf_counter()
        if options["as_of"]:
            done = _as_of(workspace, ids, options["as_of"], now, whole=options["initiative"] is None)
        else:
            done = _now(workspace, ids, now, force=options["all"], processes=options["processes"])
        self._report(workspace, options, done, time.perf_counter() - started)

    def _report(self, workspace: Workspace, options: dict[str, Any], done: Refreshed, seconds: float) -> None:
        phases = {phase: round(value, 3) for phase, value in done.seconds.items()} | {"all": round(seconds, 3)}
        answer = {
            "workspace": workspace.slug,
            "as_of": str(options["as_of"] or today(workspace, timezone.now())),
            "initiatives": done.initiatives,
            "written": done.written,
            "unchanged": done.unchanged,
            "overtaken": done.overtaken,
            "seconds": phases,
            "peak_memory_mb": _peak_memory_mb(),
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        times = ", ".join(f"{phase} {value} s" for phase, value in phases.items())
        self.stdout.write(
            f"{done.initiatives} initiatives: {done.written} new snapshots, {done.unchanged} unchanged, "
            f"{done.overtaken} overtaken by a later refresh\n{times}; peak memory {answer['peak_memory_mb']} MB"
        )


def _ids(workspace: Workspace, key: str | None) -> list[int]:
    rows = Initiative.objects.filter(workspace=workspace, archived_at=None)
    if key is not None:
        rows = rows.filter(key=key)
        if not rows:
            raise CommandError(f"There is no initiative {key!r} in {workspace.slug}.")
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _now(workspace: Workspace, ids: list[int], now: datetime, *, force: bool, processes: int) -> Refreshed:
    """The figures of today; `read`, `compute` and `write` add up over the processes."""
    total = Refreshed()
    with total.timed("fit"):
        services.settle(workspace=workspace, now=now)
    shares = [share for start in range(processes) if (share := ids[start::processes])]
    if len(shares) < 2:
        total.add(_refreshed(workspace, ids, force=force))
    else:
        connections.close_all()
        with ProcessPoolExecutor(len(shares), mp_context=get_context("fork")) as pool:
            for done in pool.map(_share, [(workspace.pk, share, force) for share in shares]):
                total.add(done)
    with total.timed("totals"):
        services.refresh_portfolio(workspace=workspace, now=timezone.now(), clock=timezone.now)
    return total


def _share(task: tuple[int, list[int], bool]) -> Refreshed:
    workspace_id, ids, force = task
    connections.close_all()
    workspace = Workspace.objects.get(pk=workspace_id)
    return _refreshed(workspace, ids, force=force)


def _refreshed(workspace: Workspace, ids: list[int], *, force: bool) -> Refreshed:
    return services.refresh(
        workspace=workspace, now=timezone.now(), clock=timezone.now, initiative_ids=ids, force=force
    )


def _as_of(workspace: Workspace, ids: list[int], as_of: date, now: datetime, *, whole: bool) -> Refreshed:
    total = Refreshed()
    try:
        with total.timed("compute"):
            rows = services.snapshots_as_of(
                workspace=workspace, initiative_ids=ids, as_of=as_of, now=now, clock=timezone.now
            )
        if whole:
            with total.timed("totals"):
                services.portfolio_as_of(workspace=workspace, as_of=as_of, now=now, clock=timezone.now)
    except services.DayAhead as error:
        raise CommandError(str(error)) from error
    total.initiatives = len(rows)
    total.written = sum(row.computed_at >= now for row in rows)
    total.unchanged = total.initiatives - total.written
    return total


def _peak_memory_mb() -> int:
    kilobytes = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(kilobytes / 1024)
