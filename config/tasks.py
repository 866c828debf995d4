"""Jobs of the installation itself."""

from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from config.health import HEARTBEAT


@shared_task
def heartbeat(**extra: Any) -> None:
    """Notes that the scheduler rings and a worker answers."""
    cache.set(HEARTBEAT, timezone.now(), None)
