"""Work that must survive a crash: a row with a state and a lease; the broker only rings."""

from enum import StrEnum

from django.db import models

from portfolio.models.fields import word_field


class WorkState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Work(models.Model):
    """State, attempts and lease of a piece of work; claimed by compare-and-set."""

    state = word_field(WorkState, default=WorkState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
