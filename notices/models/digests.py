"""Who gets a digest and when, and which digests were made."""

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import User, Workspace
from metrics.models import PortfolioSnapshot
from notices.choices import Cadence
from portfolio.models.fields import known, word_field


@pghistory.track(exclude=["next_digest_at"])
class Subscription(models.Model):
    """A person's digest of one workspace. `next_digest_at` is the due date; switched off when `ended_at` is set."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="subscriptions")
    cadence = word_field(Cadence, default=Cadence.WEEKLY)
    weekday = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(6)])
    hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    next_digest_at = models.DateTimeField()
    set_up_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", "user", "cadence", name="subscription_unique"),
            known("cadence", Cadence, "subscription_cadence_known"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="subscription_weekday"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="subscription_hour"),
        ]
        indexes = [
            models.Index("next_digest_at", condition=Q(ended_at__isnull=True), name="subscription_due"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.workspace_id} {self.cadence}"


class Digest(models.Model):
    """One digest of one reader: one row per subscription and week, and the totals it told of."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="digests")
    period_start = models.DateField()
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    totals = models.ForeignKey(PortfolioSnapshot, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-period_start", "-id"]
        constraints = [models.UniqueConstraint("subscription", "period_start", name="digest_one_per_period")]

    def __str__(self) -> str:
        return f"{self.subscription_id} from {self.period_start}"
