"""The outbox: which mail is tried when, and how often."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from notices.models import Delivery
from portfolio.models import WorkState

LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
MOST_INTERRUPTED = 1
INTERRUPTED_TWICE = "The sender was interrupted twice; the mail may have gone out."


def new_message_id() -> str:
    """A Message-ID at the host of BASE_URL."""
    return f"<{uuid4()}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


def claim(*, now: datetime) -> Delivery | None:
    """Takes the mail that has been due longest, for LEASE; another sender takes another one.

    A mail whose lease ran out was being sent when its sender died: it is tried once more, then given up.
    """
    lost = Delivery.objects.filter(state=WorkState.RUNNING, lease_until__lte=now)
    lost.filter(interrupted__gte=MOST_INTERRUPTED).update(
        state=WorkState.FAILED, lease_until=None, finished_at=now, error=INTERRUPTED_TWICE
    )
    unsent = Q(state=WorkState.WAITING, due_at__lte=now) | Q(state=WorkState.RUNNING, lease_until__lte=now)
    with transaction.atomic():
        row = Delivery.objects.select_for_update(skip_locked=True).filter(unsent).order_by("due_at", "pk").first()
        if row is not None:
            row.interrupted += row.state == WorkState.RUNNING
            row.state, row.lease_until, row.attempt = WorkState.RUNNING, now + LEASE, row.attempt + 1
            _save(row)
    return row


def sent(*, delivery: Delivery, now: datetime) -> None:
    """The server took the mail."""
    delivery.state, delivery.finished_at, delivery.error, delivery.lease_until = WorkState.DONE, now, "", None
    _save(delivery)


def refused(*, delivery: Delivery, now: datetime, reason: str, permanent: bool) -> None:
    """The server did not take the mail: it is tried again later, or given up when that is of no use."""
    if permanent or delivery.attempt > len(WAITS):
        _give_up(delivery, now, reason)
    else:
        _wait(delivery, now, reason)
    _save(delivery)


def unanswered(*, delivery: Delivery, now: datetime, reason: str) -> None:
    """Nobody knows whether the server took the mail: it is tried once more, under the same Message-ID."""
    delivery.interrupted += 1
    if delivery.interrupted > MOST_INTERRUPTED:
        _give_up(delivery, now, f"{reason} The mail may have gone out.")
    else:
        _wait(delivery, now, reason)
    _save(delivery)


def _wait(delivery: Delivery, now: datetime, reason: str) -> None:
    delivery.due_at = now + WAITS[min(delivery.attempt, len(WAITS)) - 1]
    delivery.state, delivery.error, delivery.lease_until = WorkState.WAITING, reason, None


def _give_up(delivery: Delivery, now: datetime, reason: str) -> None:
    delivery.state, delivery.error, delivery.finished_at = WorkState.FAILED, reason, now
    delivery.lease_until = None


def _save(delivery: Delivery) -> None:
    delivery.save(update_fields=["state", "due_at", "lease_until", "attempt", "interrupted", "error", "finished_at"])
