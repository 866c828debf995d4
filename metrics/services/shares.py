"""The share of plans that comes true is worked out once a day, before the figures that rest on it."""

from datetime import datetime

from django.db import transaction

from accounts.models import Workspace
from metrics.core.cashflow.realisation import realisation_of
from metrics.inputs import ratios_of_ended, share_now, today
from metrics.models import RealisedShare
from metrics.services.store import lock

LOCK_OF_SHARES = 7304


def settle_share(*, workspace: Workspace, now: datetime) -> RealisedShare | None:
    """The share of the workspace's day, worked out at the first call of the day; the very first one as soon as an
    initiative has ended. What it moves is due again, since figures are held against it."""
    day = today(workspace, now)
    latest = share_now(workspace)
    if latest is not None and latest.day >= day:
        return latest
    with transaction.atomic():
        lock(LOCK_OF_SHARES, workspace.pk)
        latest = share_now(workspace)
        if latest is not None and latest.day >= day:
            return latest
        ratios = ratios_of_ended(workspace)
        if latest is None and not ratios:
            return None
        found = realisation_of(list(ratios.values()))
        return RealisedShare.objects.create(
            workspace=workspace,
            day=day,
            worked_out_at=now,
            mean=found.mean,
            spread=found.spread,
            cases=found.cases,
            sources=sorted(ratios),
        )
