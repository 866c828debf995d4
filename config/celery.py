"""The Celery application: settings come from Django, tasks from each app's tasks.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("hurdle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def ring_at_start(**extra: Any) -> None:
    """Shows at once that the scheduler rings, instead of after its first half minute."""
    app.send_task("config.tasks.heartbeat")
