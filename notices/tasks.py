"""The bell's tasks: what is due stands in rows, so that a task lost or run twice does no harm."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import Workspace
from notices.delivery import NotSent, Unanswered, send
from notices.digests import due, queue
from notices.models import Delivery
from notices.services import deliveries
from notices.services.evaluation import evaluate as evaluate_workspace
from notices.services.subscriptions import subscribe_administrators

log = logging.getLogger(__name__)


@shared_task
def evaluate(**_: Any) -> None:
    """Runs the rules over every workspace; a workspace that fails does not stop the others."""
    for workspace in Workspace.objects.all():
        try:
            evaluate_workspace(workspace=workspace, now=timezone.now())
        except Exception:
            log.exception("The rules failed for workspace %s", workspace.slug)


@shared_task
def send_due_digests(**_: Any) -> None:
    """Puts every digest that is due into the outbox, and sends what is there."""
    if queue_due(timezone.now()):
        send_waiting()


@shared_task
def send_waiting(**_: Any) -> None:
    """Sends every mail that is due."""
    send_all(timezone.now)


def queue_due(now: datetime) -> list[Delivery]:
    """Puts every digest that is due at `now` into the outbox; one that fails stays due and does not stop the others."""
    subscribe_administrators(now=now)
    queued: list[Delivery] = []
    for subscription in due(now):
        try:
            delivery = queue(subscription, now=now)
        except Exception:
            log.exception("The digest of subscription %s failed", subscription.pk)
            continue
        if delivery is not None:
            queued.append(delivery)
    return queued


def send_all(clock: Callable[[], datetime]) -> int:
    """Sends every mail that is due by `clock`, a function that tells the time; returns how many were taken."""
    taken = 0
    while (delivery := deliveries.claim(now=clock())) is not None:
        taken += _send(delivery, clock)
    return taken


def _send(delivery: Delivery, clock: Callable[[], datetime]) -> bool:
    try:
        send(delivery)
    except NotSent as error:
        deliveries.refused(delivery=delivery, now=clock(), reason=str(error), permanent=error.permanent)
        return False
    except Unanswered as error:
        deliveries.unanswered(delivery=delivery, now=clock(), reason=str(error))
        return False
    deliveries.sent(delivery=delivery, now=clock())
    return True
