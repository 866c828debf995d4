"""Figures of an initiative: append-only snapshots, and the pointers that say which one counts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When

from accounts.models import Workspace
from metrics.core.rollup.initiative import Verdict
from metrics.models.base import Document, Kind, never_edited
from metrics.models.risk import RiskFit
from metrics.models.shares import RealisedShare
from portfolio.models import Initiative

HAS_ENDED = Case(When(verdict=str(Verdict.ENDED), then=1), default=0)


class Snapshot(models.Model):
    """The figures of one initiative, worked out at one moment from the facts known then. Never updated.

    `figures` maps a figure's name to {value, unit, low, high, level, reason, grade, detail}, numbers as strings.
    `months` holds one row per month of the horizon; `year` the figures of the fiscal year that holds `as_of_date`.
    `outlook` is the simulation: seed, quantiles, ends of net added up, sensitivity and shares of variance. `returns`
    holds the tables behind the figures: NPV by rate, TCO by line, variance against plan, cost per outcome. `causes`
    names what the snapshot rests on and what changed since the one before.
    `share` is what planned benefits ahead were multiplied by; None while no initiative had ended: the published prior.
    `fit` is the risk model that it rests on; None where there was none yet: the published rates alone.
    `parts` is the same money unrounded in the workspace's currency: the portfolio's totals are sums of these.
    `stage` to `raised_causes` repeat what lists of a past day filter and sort by, money in the workspace's currency;
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
    fit = models.ForeignKey(RiskFit, models.CASCADE, null=True, related_name="+")
    stage = models.CharField(max_length=16, default="")
    stage_since = models.DateField(null=True)
    year_net = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    year_plan_net = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    roi_forecast = models.DecimalField(max_digits=30, decimal_places=6, null=True)
    abandoned_12m = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    never_in_production = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    misses_roi = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    benefit_ahead = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    spend_ahead = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    value_at_risk = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    raised_causes = ArrayField(models.CharField(max_length=32), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="snapshot_kind_known")
        ]
        indexes = [models.Index("initiative", "kind", "as_of_date", "id", name="snapshot_by_day")]
        triggers = [never_edited()]

    def __str__(self) -> str:
        return f"{self.initiative_id} on {self.as_of_date}"


class CurrentSnapshot(models.Model):
    """Which snapshot of an initiative counts now, and what it was last held against.

    The sortable columns repeat the snapshot's figures, money in the workspace's currency; null where a figure has a
    reason in its place. `last_activity` is the day on which anything was last recorded: how old the data is. It is no
    column of the snapshot, of which a new one is written only where a figure differs.
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
    signal_codes = ArrayField(models.CharField(max_length=32), default=list)
    never_in_production = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    benefit_ahead = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    spend_ahead = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    value_at_risk = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    raised_causes = ArrayField(models.CharField(max_length=32), default=list)
    last_activity = models.DateField(null=True)
    share = models.ForeignKey(RealisedShare, models.CASCADE, null=True, related_name="+")
    fit = models.ForeignKey(RiskFit, models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index("workspace", "roi_forecast", "initiative", name="current_by_roi"),
            models.Index("workspace", "year_net", "initiative", name="current_by_year_net"),
            models.Index("workspace", "abandoned_12m", "initiative", name="current_by_risk"),
            models.Index("workspace", "net_to_date", "initiative", name="current_by_net_to_date"),
            models.Index(F("workspace"), HAS_ENDED, F("roi_forecast"), F("initiative"), name="current_by_doubt"),
            models.Index(
                F("workspace"),
                F("value_at_risk").desc(nulls_last=True),
                F("initiative"),
                name="current_by_value_at_risk",
                condition=Q(never_in_production__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} → {self.snapshot_id}"
