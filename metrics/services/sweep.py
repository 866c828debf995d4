"""The sweep finds whatever lags, so that nothing depends on a bell that was heard."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from accounts.models import Workspace
from metrics.services.figures import Refreshed, refresh
from metrics.services.totals import refresh_portfolio

LOCK_OF_SWEEPS = 7303


def sweep(*, now: datetime) -> Refreshed:
    """Works out every figure and total of every workspace that lags; does nothing while another sweep runs."""
    total = Refreshed()
    with _only_one() as mine:
        if mine:
            for workspace in Workspace.objects.order_by("pk"):
                total.add(refresh(workspace=workspace, now=now))
                refresh_portfolio(workspace=workspace, now=now)
    return total


@contextmanager
def _only_one() -> Iterator[bool]:
    """Whether this connection got the lock of sweeps; it ends with the connection at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_OF_SWEEPS])
        mine: bool = cursor.fetchone()[0]
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_OF_SWEEPS])
