"""Imports through the page and the API: one row per file, from check to result."""

from enum import StrEnum

from django.db import models

from accounts.models import User, Workspace
from portfolio.models.fields import known, word_field
from portfolio.models.work import Work, WorkState


class ImportStep(StrEnum):
    """What the row's work is: comparing the file with the records, or writing it."""

    CHECK = "check"
    APPLY = "apply"


class ImportJob(Work):
    """A file, what it would do, and what it did. ``report`` holds counts, faults and changes as shown to people."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=16)
    profile = models.CharField(max_length=64, blank=True)
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    step = word_field(ImportStep, default=ImportStep.CHECK)
    accept_valid = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            known("step", ImportStep, "importjob_step_known"),
            known("state", WorkState, "importjob_state_known"),
        ]
        indexes = [models.Index(fields=["workspace", "-id"], name="importjob_newest")]
