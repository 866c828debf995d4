"""Mails on their way: the row is the memory, the broker only rings."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Workspace
from notices.choices import Purpose
from notices.models.digests import Digest
from portfolio.models import Work, WorkState
from portfolio.models.fields import known, word_field


class Delivery(Work):
    """One mail to one address, with a Message-ID that stays the same however often it is tried.

    `due_at` is when to try next. `sink_only` mails (of made-up data) never go to the real mail server.
    `interrupted` counts tries that ended without an answer: the mail may have gone out.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    digest = models.OneToOneField(Digest, models.CASCADE, null=True, related_name="delivery")
    purpose = word_field(Purpose)
    to = models.EmailField(max_length=254)
    message_id = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    headers = models.JSONField(default=dict)
    sink_only = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    interrupted = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            known("state", WorkState, "delivery_state_known"),
            known("purpose", Purpose, "delivery_purpose_known"),
        ]
        indexes = [
            models.Index(
                "due_at", condition=Q(state__in=[WorkState.WAITING, WorkState.RUNNING]), name="delivery_unsent"
            ),
            models.Index(fields=["workspace", "-id"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} to {self.to}"
