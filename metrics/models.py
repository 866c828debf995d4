"""Computed figures: append-only snapshots and the pointers that say which one counts."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Workspace
from portfolio.models import Initiative, Work

METHOD_VERSION = "3"


class Kind(StrEnum):
    """Why a snapshot was made: to be the current one, to answer what was believed on a day, or what is known now
    about the time up to a day."""

    CURRENT = "current"
    AS_OF = "as_of"
    RESTATED = "restated"


class Document(models.JSONField):
    """JSON that is inserted as a value of its own.

    Django inserts many rows as one array per column, and each quote of a document in an array is escaped once more:
    that took longer than everything else.
    """

    def get_placeholder(self, value: object, compiler: object, connection: object) -> str:
        """A parameter; that it is asked for by value keeps the column out of an array."""
        return "%s"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """To the database it is plain JSON."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options


def _never_edited() -> pgtrigger.Protect:
    return pgtrigger.Protect(name="never_edited", operation=pgtrigger.Update)


class RealisedShare(models.Model):
    """How much of their plans the ended initiatives of a workspace brought, worked out once a day. Never updated.

    `mean` and `spread` are of the logarithm; `sources` are the current snapshots of that moment whose ratios it rests
    on, `cases` of them.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    day = models.DateField()
    worked_out_at = models.DateTimeField()
    mean = models.FloatField()
    spread = models.FloatField()
    cases = models.PositiveIntegerField()
    sources = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "day", name="realised_share_once_a_day")]
        triggers = [_never_edited()]

    def __str__(self) -> str:
        return f"{self.workspace_id} on {self.day}"


class Snapshot(models.Model):
    """The figures of one initiative, worked out at one moment from the facts known then. Never updated.

    `figures` maps a figure's name to {value, unit, low, high, level, reason, grade, detail}, numbers as strings.
    `months` holds one row per month of the horizon; `year` the figures of the fiscal year that holds `as_of_date`.
    `outlook` is the simulation: seed, quantiles, sensitivity and shares of variance. `returns` holds the tables behind
    the figures: NPV by rate, TCO by line, variance against plan, cost per outcome. `causes` names what the snapshot
    rests on and what changed since the one before.
    `share` is what planned benefits ahead were multiplied by; None while no initiative had ended: the published prior.
    `parts` is the same money unrounded in the workspace's currency: the portfolio's totals are sums of these.
    `stage` to `abandoned_12m` repeat what lists of a past day filter and sort by, money in the workspace's currency;
    null where a figure has a reason in its place.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="snapshots")
    kind = models.CharField(
        max_length=8, choices=[(kind.value, kind.value) for kind in Kind], default=Kind.CURRENT.value
    )
    as_of_date = models.DateField()
    computed_at = models.DateTimeField()
    inputs_version = models.PositiveBigIntegerField()
    settings_version = models.PositiveBigIntegerField()
    method_version = models.CharField(max_length=16)
    model_version = models.CharField(max_length=32)
    currency = models.CharField(max_length=3)
    horizon_months = models.PositiveSmallIntegerField()
    inception = models.DateField(null=True)
    horizon_end = models.DateField(null=True)
    actuals_through = models.DateField()
    verdict = models.CharField(max_length=16)
    figures = Document()
    months = Document()
    year = Document()
    breakdowns = Document()
    effects = Document()
    risk = Document()
    signals = Document()
    flags = Document()
    parts = Document()
    outlook = Document(default=dict)
    returns = Document(default=dict)
    causes = Document(default=dict)
    share = models.ForeignKey(RealisedShare, models.CASCADE, null=True, related_name="+")
    stage = models.CharField(max_length=16, default="")
    stage_since = models.DateField(null=True)
    year_net = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    year_plan_net = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    roi_forecast = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    abandoned_12m = models.DecimalField(max_digits=7, decimal_places=6, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="snapshot_kind_known")
        ]
        indexes = [models.Index("initiative", "kind", "as_of_date", "id", name="snapshot_by_day")]
        triggers = [_never_edited()]

    def __str__(self) -> str:
        return f"{self.initiative_id} on {self.as_of_date}"


class CurrentSnapshot(models.Model):
    """Which snapshot of an initiative counts now, and what it was last held against.

    The sortable columns repeat the snapshot's figures, money in the workspace's currency; null where a figure has a
    reason in its place.
    """

    initiative = models.OneToOneField(Initiative, models.CASCADE, primary_key=True, related_name="current")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+")
    as_of_date = models.DateField()
    checked_at = models.DateTimeField()
    inputs_version = models.PositiveBigIntegerField()
    settings_version = models.PositiveBigIntegerField()
    method_version = models.CharField(max_length=16)
    model_version = models.CharField(max_length=32)
    verdict = models.CharField(max_length=16)
    net_to_date = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    year_net = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    year_plan_net = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    roi_to_date = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    roi_forecast = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    abandoned_12m = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    chance_clears_hurdle = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    signal_count = models.PositiveSmallIntegerField(default=0)
    share = models.ForeignKey(RealisedShare, models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index("workspace", "roi_forecast", "initiative", name="current_by_roi"),
            models.Index("workspace", "year_net", "initiative", name="current_by_year_net"),
            models.Index("workspace", "abandoned_12m", "initiative", name="current_by_risk"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} → {self.snapshot_id}"


class PortfolioSnapshot(models.Model):
    """Totals of a workspace, and the ids of the initiative snapshots that they are made of. Never updated."""

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

    class Meta:
        indexes = [models.Index("workspace", "kind", "as_of_date", "id", name="portfolio_snapshot_by_day")]
        triggers = [_never_edited()]

    def __str__(self) -> str:
        return f"{self.workspace_id} on {self.as_of_date}"


class CurrentPortfolio(models.Model):
    """Which totals of a workspace count now."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    snapshot = models.ForeignKey(PortfolioSnapshot, models.CASCADE, related_name="+")
    as_of_date = models.DateField()
    checked_at = models.DateTimeField()
    settings_version = models.PositiveBigIntegerField()
    method_version = models.CharField(max_length=16)

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
