"""Totals of a workspace, the work on those of past days, and the runs that work figures out."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Workspace
from metrics.models.base import Document, Kind, never_edited
from portfolio.models import Work


class PortfolioSnapshot(models.Model):
    """Totals of a workspace, and the ids of the initiative snapshots that they are made of. Never updated.

    `risk` is what stands to be lost before production, by cause, with counts of initiatives by signal.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in Kind], default=Kind.CURRENT.value
    )
    as_of_date = models.DateField()
    computed_at = models.DateTimeField()
    settings_version = models.PositiveBigIntegerField()
    method_version = models.CharField(max_length=16)
    currency = models.CharField(max_length=3)
    fiscal_year_from = models.DateField()
    fiscal_year_to = models.DateField()
    members = ArrayField(models.BigIntegerField(), default=list)
    figures = Document()
    year = Document()
    months = Document()
    splits = Document()
    counts = Document()
    coverage = Document()
    outlook = Document(default=dict)
    risk = Document(default=dict)

    class Meta:
        indexes = [models.Index("workspace", "kind", "as_of_date", "id", name="portfolio_snapshot_by_day")]
        triggers = [never_edited()]

    def __str__(self) -> str:
        return f"{self.workspace_id} on {self.as_of_date}"


class CurrentPortfolio(models.Model):
    """Which totals of a workspace count now.

    `moved` is what became of the chances of failure since a month before, `stages` what stands at each stage.
    """

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    snapshot = models.ForeignKey(PortfolioSnapshot, models.CASCADE, related_name="+")
    as_of_date = models.DateField()
    checked_at = models.DateTimeField()
    settings_version = models.PositiveBigIntegerField()
    method_version = models.CharField(max_length=16)
    moved = Document(default=dict)
    stages = Document(default=dict)

    def __str__(self) -> str:
        return f"{self.workspace_id} → {self.snapshot_id}"


class PastTotals(Work):
    """Totals of a past day that a worker is to work out: as believed then, or as known now."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind], default=Kind.AS_OF.value)
    as_of_date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "kind", "as_of_date", name="past_totals_once_a_day")]

    def __str__(self) -> str:
        return f"{self.workspace_id} on {self.as_of_date}"


class RefreshRun(models.Model):
    """One run over a workspace: when, how many initiatives, how many new snapshots, how long each phase took."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    seconds = Document(default=dict)
    initiatives = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    overtaken = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes = [models.Index(fields=["workspace", "-id"], name="refresh_run_newest")]

    def __str__(self) -> str:
        return f"{self.workspace_id} at {self.started_at}"
