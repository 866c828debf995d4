"""Whether this process lives (/healthz) and whether the whole installation works (/readyz)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from django.core.cache import cache as shared_cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.celery import app
from notices.models import Delivery
from portfolio.models import ImportJob, WorkState

HEARTBEAT = "heartbeat"
HEARTBEAT_LIMIT = timedelta(seconds=120)
WORK_LIMIT = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
BROKER_SECONDS = 2


class HealthMiddleware:
    """Answers both addresses before anything else looks at the request, so that probes need no host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return readiness(timezone.now())
        return self.get_response(request)


def readiness(now: datetime) -> JsonResponse:
    """200 when everything that a working installation needs answers, else 503; always with the reasons."""
    checks = {name: _timed(check, now) for name, check in CHECKS.items()}
    ok = all(result["ok"] for result in checks.values())
    response = JsonResponse({"status": "ok" if ok else "not ready", "checks": checks}, status=200 if ok else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a probe every second must not fill the log
    return response


def _timed(check: Callable[[datetime], str | None], now: datetime) -> dict[str, object]:
    begin = time.perf_counter()
    try:
        problem = check(now)
    except DatabaseError:
        problem = "the database does not answer"
    return {"ok": problem is None, "detail": problem, "milliseconds": round((time.perf_counter() - begin) * 1000, 1)}


def database(now: datetime) -> str | None:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


@cache
def _migrations_of_this_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(connection).disk_migrations)


def migrations(now: datetime) -> str | None:
    """Every migration of this version has been applied."""
    missing = _migrations_of_this_version() - set(MigrationRecorder(connection).applied_migrations())
    return f"migrations not applied: {len(missing)}" if missing else None


def broker(now: datetime) -> str | None:
    """The broker takes a connection."""
    try:
        with app.connection_for_write(connect_timeout=BROKER_SECONDS) as link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        return "the broker does not answer"
    return None


def scheduler(now: datetime) -> str | None:
    """The scheduler rang and a worker answered not long ago."""
    seen: datetime | None = shared_cache.get(HEARTBEAT)
    if seen is None:
        return "no worker has answered the scheduler yet"
    if now - seen > HEARTBEAT_LIMIT:
        return f"no worker has answered the scheduler since {seen:%Y-%m-%d %H:%M:%S} UTC"
    return None


def work(now: datetime) -> str | None:
    """No import and no mail has been due for long."""
    imports = ImportJob.objects.filter(state=WorkState.WAITING).aggregate(oldest=Min("queued_at"))
    mails = Delivery.objects.filter(state=WorkState.WAITING, sink_only=False).aggregate(oldest=Min("due_at"))
    oldest = min((found["oldest"] for found in (imports, mails) if found["oldest"]), default=now)
    waited = now - oldest
    return f"the oldest waiting work is {waited // MINUTE} minutes late" if waited > WORK_LIMIT else None


CHECKS = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "scheduler": scheduler,
    "work": work,
}
