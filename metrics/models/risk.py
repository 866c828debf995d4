"""The failure-risk model as it was fitted, what it forecast, and what came of it: rows that are only ever added."""

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Workspace
from metrics.models.base import Document, never_edited
from portfolio.models import Initiative

LONG_OF_FITS = ("content", "record", "base")


class Outcome(StrEnum):
    """What came of a forecast at its date; censored where the initiative was out of sight before, or had ended by the
    day on which it was told."""

    FAILED = "failed"
    HELD = "held"
    CENSORED = "censored"


class RiskFit(models.Model):
    """The risk model fitted to the histories of a workspace up to the end of `through`. Never updated.

    `content` is the fit itself; `months` counts initiative-months, `initiatives` those with any; of these `advanced`
    moves and `abandoned` ends were counted, `inferred` of the latter from silence. `record` is the track record then,
    `status` what it earned, `base` the workspace's own base rate. `rates` are the published rates that were switched
    on. `outcomes` stands for the outcomes that were recorded, of `cases` initiatives, and for
    scores of months past; `digest` is the same for fits that say the same.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    fitted_at = models.DateTimeField()
    through = models.DateField()
    model_version = models.CharField(max_length=32)
    content = Document()
    months = models.PositiveIntegerField()
    initiatives = models.PositiveIntegerField()
    advanced = models.PositiveIntegerField()
    abandoned = models.PositiveIntegerField()
    inferred = models.PositiveIntegerField()
    record = Document()
    status = models.CharField(max_length=16)
    base = Document()
    rates = ArrayField(models.CharField(max_length=200), default=list)
    cases = models.PositiveIntegerField()
    outcomes = models.CharField(max_length=64, default="")
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index("workspace", "id", name="risk_fit_newest")]
        triggers = [never_edited()]

    def __str__(self) -> str:
        return f"{self.workspace_id} through {self.through}"


class RiskForecast(models.Model):
    """The chance that an initiative is abandoned within 12 months, as it was told on a day; one a month. Never updated.

    `base_rate` is the workspace's own rate as it was known that day, `without_causes` what the same model said without
    the scores (null where no cause was scored). It resolves on `resolves_on`.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="risk_forecasts")
    fit = models.ForeignKey(RiskFit, models.CASCADE, related_name="+")
    month = models.DateField()
    made_on = models.DateField()
    resolves_on = models.DateField()
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    base_rate = models.FloatField()
    without_causes = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("initiative", "month", name="risk_forecast_once_a_month")]
        indexes = [
            models.Index("workspace", "resolves_on", name="risk_forecast_by_date"),
            models.Index("workspace", "month", name="risk_forecast_by_month"),
        ]
        triggers = [never_edited()]

    def __str__(self) -> str:
        return f"{self.initiative_id} on {self.made_on}"


class RiskOutcome(models.Model):
    """What came of a forecast, as it was known when its date had come. Never updated.

    `ended_on` is the day on which it ended or was lost from sight; `inferred` tells that 12 months of silence say so.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    forecast = models.OneToOneField(RiskForecast, models.CASCADE, primary_key=True, related_name="outcome")
    resolved_on = models.DateField()
    outcome = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Outcome])
    ended_on = models.DateField(null=True)
    inferred = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=[each.value for each in Outcome]), name="risk_outcome_known")
        ]
        triggers = [never_edited()]

    def __str__(self) -> str:
        return f"{self.forecast_id}: {self.outcome}"
