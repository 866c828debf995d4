"""The bell's tasks: what is due stands in rows, so that a task lost or run twice does no harm."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from notices.delivery import NotSent, Unanswered, send
from notices.models import Delivery
from notices.services import deliveries


@shared_task
def send_waiting(**_: Any) -> int:
    """Sends every mail that is due; returns how many the servers took."""
    taken = 0
    while (delivery := deliveries.claim(now=timezone.now())) is not None:
        taken += _send(delivery)
    return taken


def _send(delivery: Delivery) -> bool:
    try:
        send(delivery)
    except NotSent as error:
        deliveries.refused(delivery=delivery, now=timezone.now(), reason=str(error), permanent=error.permanent)
        return False
    except Unanswered as error:
        deliveries.unanswered(delivery=delivery, now=timezone.now(), reason=str(error))
        return False
    deliveries.sent(delivery=delivery, now=timezone.now())
    return True
