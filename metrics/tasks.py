"""Refreshing figures in the background. The broker only rings; what lags is read from the rows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import Workspace
from metrics import services

PAUSE_BEFORE_TOTALS = timedelta(seconds=2)
MOST_IDS = 100


@shared_task
def refresh(*, workspace_id: int, initiative_ids: Sequence[int], **_: object) -> None:
    """Works out the figures of these few initiatives where they lag, then rings for the totals; before the first ones
    what the workspace has learnt is settled."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None:
        return
    asked: Any = {"workspace": workspace, "clock": timezone.now, "initiative_ids": initiative_ids}
    services.settle_before_first(**asked, now=timezone.now())
    done = services.refresh(**asked, now=timezone.now())
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
    if not services.refresh_portfolio_unless_busy(workspace=workspace, now=timezone.now(), clock=timezone.now):
        _ring_for_totals(workspace_id)


@shared_task(autoretry_for=(OperationalError,), max_retries=2, default_retry_delay=5)
def refresh_stale(**_: object) -> None:
    """The sweep: works out every figure and total that lags, whatever the bell has missed; one sweep at a time."""
    services.sweep(now=timezone.now(), clock=timezone.now)


@shared_task
def refit_risk(**_: object) -> None:
    """Fits the risk model of every workspace anew where there is something to learn, and resolves what came due. The
    sweep does so too, and works out the figures that this moves."""
    for workspace in Workspace.objects.order_by("pk"):
        services.settle_fit(workspace=workspace, now=timezone.now())


@shared_task
def work_out_past_totals(*, work_id: int, **_: object) -> None:
    """Works out the totals of a past day of a large portfolio."""
    try:
        services.work_out_past_totals(work_id=work_id, now=timezone.now(), clock=timezone.now)
    except Exception:
        services.fail_past_totals(work_id=work_id, now=timezone.now(), error="It stopped with an error; see the log.")
        raise


@shared_task
def resume_past_totals(**_: object) -> None:
    """Rings again for totals of past days that wait or whose worker has gone."""
    for work_id in services.unfinished_past_totals(timezone.now()):
        work_out_past_totals.delay(work_id=work_id)


def ring_for_past_totals(work_id: int) -> None:
    """Rings for totals of a past day once the transaction commits; a broker that is down is rung by the schedule."""

    def rings() -> None:
        work_out_past_totals.delay(work_id=work_id)

    transaction.on_commit(rings, robust=True)


def ring(workspace_id: int, initiative_ids: Sequence[int] | None) -> None:
    """Listens to the portfolio's bell. Many initiatives are left to the sweep, which keeps one process busy at most, so
    that somebody's single reading never waits behind them."""
    if initiative_ids is None or len(initiative_ids) > MOST_IDS:
        refresh_stale.delay()
    else:
        refresh.delay(workspace_id=workspace_id, initiative_ids=initiative_ids)


def _ring_for_totals(workspace_id: int) -> None:
    refresh_portfolio.apply_async(kwargs={"workspace_id": workspace_id}, countdown=PAUSE_BEFORE_TOTALS.total_seconds())
