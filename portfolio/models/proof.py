"""What makes a benefit believable: designs frozen beforehand, comparisons, approved baselines, evidence."""

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import User, Workspace
from portfolio.choices import Spread
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import decimal_field, known, word_field
from portfolio.models.initiatives import Initiative
from portfolio.models.kpis import Kpi

SHARE = [MinValueValidator(0), MaxValueValidator(1)]


class Preregistration(Fact):
    """How a KPI's effect will be judged, frozen before the rollout.

    ``content`` holds design, direction, family, primary, controls, dose and rollout date as they were on that day;
    ``content_hash`` is the SHA-256 of its canonical JSON.
    """

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="preregistrations")
    frozen = models.JSONField()
    frozen_hash = models.CharField(max_length=64)

    natural_key = ("kpi_id",)
    content = ("kpi_id", "on", "frozen", "frozen_hash")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, live_unique("kpi", name="preregistration_one_live")]


class Trial(Fact):
    """The outcome of a randomised comparison: units or clusters per arm, mean and standard deviation of each arm.

    ``on`` is the last day of the outcome, ``allocated_on`` the day on which chance decided who gets what.
    """

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="trials")
    allocated_on = models.DateField()
    randomised = models.CharField(max_length=80, help_text="What was allocated by chance: people, teams, weeks.")
    spread = word_field(Spread, default=Spread.UNITS)
    treated_count = models.PositiveIntegerField()
    control_count = models.PositiveIntegerField()
    treated_mean = decimal_field()
    control_mean = decimal_field()
    treated_deviation = decimal_field(validators=[MinValueValidator(0)])
    control_deviation = decimal_field(validators=[MinValueValidator(0)])
    note = models.CharField(max_length=400, blank=True)

    natural_key = ("kpi_id", "on")
    content = (
        "kpi_id", "on", "allocated_on", "randomised", "spread", "treated_count", "control_count", "treated_mean",
        "control_mean", "treated_deviation", "control_deviation", "note",
    )  # fmt: skip

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("kpi", "on", name="trial_one_live"),
            known("spread", Spread, "trial_spread_known"),
            models.CheckConstraint(condition=Q(allocated_on__lte=F("on")), name="trial_allocated_first"),
        ]

    def clean(self) -> None:
        """Chance decides before the outcome is known."""
        if self.allocated_on and self.on and self.allocated_on > self.on:
            raise ValidationError({"allocated_on": "The allocation comes before the outcome."})


class ControlDose(Fact):
    """The share of a control's own users who use the initiative: a control that has adopted it controls nothing."""

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="control_doses")
    series = models.CharField(max_length=80)
    share = decimal_field(validators=SHARE)

    natural_key = ("kpi_id", "series", "on")
    content = ("kpi_id", "series", "on", "share")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("kpi", "series", "on", name="control_dose_one_live"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="control_dose_share"),
        ]


class Destination(Fact):
    """Where saved time went from a day on: shares that left as cash, did other work, or vanished in the day's work.

    What is left to one is unknown. Only the first is cash.
    """

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="destinations")
    cash_out = decimal_field(default=0, validators=SHARE)
    redeployed = decimal_field(default=0, validators=SHARE)
    absorbed = decimal_field(default=0, validators=SHARE)
    note = models.CharField(max_length=400, blank=True)

    natural_key = ("kpi_id", "on")
    content = ("kpi_id", "on", "cash_out", "redeployed", "absorbed", "note")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, live_unique("kpi", "on", name="destination_one_live")]

    @property
    def unknown(self) -> Decimal:
        """The share of which nobody knows where it went."""
        known: Decimal = self.cash_out + self.redeployed + self.absorbed
        return 1 - known

    def clean(self) -> None:
        """The shares add up to one at most."""
        if self.unknown < 0:
            raise ValidationError({"cash_out": "The shares add up to more than 1, that is 100 %."})


class BaselineApproval(Fact):
    """Finance's word that a KPI's baseline holds; a later change of what it covers needs a reason and a new one.

    ``approved`` holds the KPI's terms of that day (``BASELINE_TERMS``) and the window's mean, readings, first_on,
    last_on and readings_hash; numbers are texts. ``approved_hash`` is the SHA-256 of its canonical JSON.
    """

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="baseline_approvals")
    baseline_from = models.DateField()
    baseline_to = models.DateField()
    mean = decimal_field(null=True, blank=True)
    readings = models.PositiveIntegerField(default=0)
    approved = models.JSONField(default=dict, blank=True)
    approved_hash = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=400, blank=True)

    natural_key = ("kpi_id",)
    content = ("kpi_id", "on", "baseline_from", "baseline_to", "mean", "readings", "approved_hash", "note")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, live_unique("kpi", name="baseline_approval_one_live")]


class EvidenceFile(models.Model):
    """A file that proves a benefit, kept outside the web root under its SHA-256; never changed."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="evidence_files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [models.UniqueConstraint("initiative", "sha256", name="evidence_file_once")]

    def __str__(self) -> str:
        return self.name
