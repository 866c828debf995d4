"""Refreshing figures in the background. The broker only rings; what lags is read from the rows."""

from collections.abc import Sequence
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Workspace
from metrics import services

PAUSE_BEFORE_TOTALS = timedelta(seconds=2)
MOST_IDS = 100


@shared_task
def refresh(*, workspace_id: int, initiative_ids: Sequence[int], **_: object) -> None:
    """Works out the figures of these few initiatives where they lag, then rings for the totals."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None:
        return
    done = services.refresh(workspace=workspace, now=timezone.now(), initiative_ids=initiative_ids)
    if done.initiatives:
        _ring_for_totals(workspace_id)


@shared_task
def refresh_portfolio(*, workspace_id: int, **_: object) -> None:
    """Brings the totals of a workspace up to its snapshots; the pause before it merges a burst of edits into one.

    While another process is at it, it comes back later, so that totals never keep more than one process busy.
    """
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None:
        return
    if not services.refresh_portfolio_unless_busy(workspace=workspace, now=timezone.now()):
        _ring_for_totals(workspace_id)


@shared_task(autoretry_for=(OperationalError,), max_retries=2, default_retry_delay=5)
def refresh_stale(**_: object) -> None:
    """The sweep: works out every figure and total that lags, whatever the bell has missed; one sweep at a time."""
    services.sweep(now=timezone.now())


def ring(workspace_id: int, initiative_ids: Sequence[int] | None) -> None:
    """Listens to the portfolio's bell. Many initiatives are left to the sweep, which keeps one process busy at most, so
    that somebody's single reading never waits behind them."""
    if initiative_ids is None or len(initiative_ids) > MOST_IDS:
        refresh_stale.delay()
    else:
        refresh.delay(workspace_id=workspace_id, initiative_ids=initiative_ids)


def _ring_for_totals(workspace_id: int) -> None:
    refresh_portfolio.apply_async(kwargs={"workspace_id": workspace_id}, countdown=PAUSE_BEFORE_TOTALS.total_seconds())
