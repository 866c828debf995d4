"""The sweep finds whatever lags, so that nothing depends on a bell that was heard."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from accounts.models import Workspace
from metrics.inputs import Clock, standing
from metrics.services.figures import Refreshed, refresh
from metrics.services.settling import settle
from metrics.services.totals import refresh_portfolio

LOCK_OF_SWEEPS = 7303


def sweep(*, now: datetime, clock: Clock | None = None) -> Refreshed:
    """Works out every figure and total of every workspace that lags; does nothing while another sweep runs.

    `clock` is read again for each workspace; it stands still at `now` where it is left out.
    """
    clock = clock or standing(now)
    total = Refreshed()
    with _only_one() as mine:
        if mine:
            for workspace in Workspace.objects.order_by("pk"):
                total.add(settle(workspace=workspace, now=clock(), clock=clock))
                total.add(refresh(workspace=workspace, now=clock(), clock=clock))
                refresh_portfolio(workspace=workspace, now=clock(), clock=clock)
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
