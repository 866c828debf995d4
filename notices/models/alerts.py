"""Alerts: a state that opens and clears, not a message."""

from datetime import date
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from accounts.models import User, Workspace
from metrics.models import Snapshot
from notices.choices import LIVE_STATES, AlertState, Rule, Severity
from portfolio.models import Initiative
from portfolio.models.fields import decimal_field, known, word_field

LIVE = Q(state__in=[state.value for state in LIVE_STATES])


@pghistory.track(exclude=["evaluated_at"])
class Alert(models.Model):
    """One episode of one condition. At most one that has not cleared per rule, initiative and scope.

    `scope` tells apart several of one rule in one initiative, such as a KPI's key. `value` and `threshold` are in the
    rule's own unit; `detail` holds what the message needs. `recovering_since` is the first day on which its condition
    had ended, while it has to stay so before the alert clears. `worst` is the highest severity so far: what goes beyond
    it is told again, once, as of `worsened_at`.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    rule = word_field(Rule)
    initiative = models.ForeignKey(Initiative, models.CASCADE, null=True, blank=True, related_name="alerts")
    scope = models.CharField(max_length=64, blank=True)
    state = word_field(AlertState)
    severity = word_field(Severity)
    worst = word_field(Severity)
    worsened_at = models.DateTimeField(null=True, blank=True)
    since = models.DateField()
    recovering_since = models.DateField(null=True, blank=True)
    value = decimal_field(null=True, blank=True)
    threshold = decimal_field(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    found_at = models.DateTimeField()
    evaluated_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    acknowledged_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    snoozed_until = models.DateField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "rule",
                "initiative",
                "scope",
                condition=LIVE,
                nulls_distinct=False,
                name="alert_one_live",
            ),
            known("state", AlertState, "alert_state_known"),
            known("severity", Severity, "alert_severity_known"),
            known("worst", Severity, "alert_worst_known"),
            models.CheckConstraint(
                condition=Q(state=AlertState.CLEARED) ^ Q(cleared_at__isnull=True), name="alert_cleared_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=AlertState.OPEN) | Q(opened_at__isnull=False), name="alert_open_has_time"
            ),
        ]
        indexes = [models.Index("workspace", "state", "severity", name="alert_by_state")]

    def __str__(self) -> str:
        return f"{self.rule} of {self.initiative_id}"

    def last_day(self, today: date) -> date:
        """The day up to which its condition is told: today, or the day on which it cleared."""
        return min(today, self.cleared_at.date()) if self.cleared_at else today


class Watch(models.Model):
    """Which snapshot of an initiative the rules last looked at, on which day."""

    initiative = models.OneToOneField(Initiative, models.CASCADE, primary_key=True, related_name="watch")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+")
    as_of_date = models.DateField()
    evaluated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.initiative_id} on {self.as_of_date}"


class RuleCheck(models.Model):
    """When the rules last ran over a workspace; its row is the lock of a run."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.workspace_id} at {self.checked_at}"
