"""Business KPIs, their targets, readings, and adoption."""

from typing import ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Workspace
from portfolio.choices import Aggregation, BenefitClass, Cadence, Design, Direction, Family
from portfolio.models.facts import Fact, in_order_of_acts, live_unique
from portfolio.models.fields import currency_field, decimal_field, known, plausible_days, word_field
from portfolio.models.initiatives import KEY, Initiative

TREATED = "treated"
SHARE = [MinValueValidator(0), MaxValueValidator(1)]
BASELINE_TERMS = (
    "baseline_from", "baseline_to", "direction", "unit_currency", "value_amount", "value_low", "value_high",
    "value_currency", "realisation_share", "volume_id",
)  # fmt: skip
"""What finance's approval of a baseline covers: against what is compared, which way is good, what a unit is worth."""


@pghistory.track(meta={"indexes": [models.Index("workspace", "pgh_created_at", "pgh_id", name="kpi_by_act")]})
class Kpi(models.Model):
    """A business KPI of one initiative, which may be shared with others."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="kpis")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="kpis")
    shared_with = models.ManyToManyField(Initiative, through="KpiShare", related_name="shared_kpis")
    key = models.CharField(max_length=64, validators=[KEY])
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=60, blank=True)
    unit_currency = currency_field(blank=True)
    direction = word_field(Direction)
    primary = models.BooleanField(default=False)
    guardrail = models.BooleanField(default=False)
    owner = models.CharField(max_length=200, blank=True)
    cadence = word_field(Cadence, default=Cadence.MONTHLY)
    aggregation = word_field(Aggregation, default=Aggregation.MEAN)
    family = word_field(Family, default=Family.NORMAL)
    design = word_field(Design, default=Design.BEFORE_AFTER)
    baseline_from = models.DateField(null=True, blank=True)
    baseline_to = models.DateField(null=True, blank=True)
    redefined_on = models.DateField(null=True, blank=True)
    benefit_class = word_field(BenefitClass, default=BenefitClass.NONE)
    value_amount = decimal_field(null=True, blank=True)
    value_low = decimal_field(null=True, blank=True)
    value_high = decimal_field(null=True, blank=True)
    value_currency = currency_field(blank=True)
    realisation_share = decimal_field(default=1, validators=SHARE)
    volume = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-primary", "name", "id"]
        constraints = [
            models.UniqueConstraint("workspace", "key", name="kpi_key_unique"),
            models.UniqueConstraint(
                "initiative", condition=Q(primary=True, archived_at__isnull=True), name="kpi_one_primary"
            ),
            known("direction", Direction, "kpi_direction_known"),
            known("benefit_class", BenefitClass, "kpi_class_known"),
            models.CheckConstraint(
                condition=Q(baseline_to__isnull=True)
                | Q(baseline_from__isnull=True)
                | Q(baseline_to__gte=F("baseline_from")),
                name="kpi_baseline_order",
            ),
            models.CheckConstraint(
                condition=Q(value_amount__isnull=True) | ~Q(value_currency=""), name="kpi_value_has_currency"
            ),
            models.CheckConstraint(
                condition=Q(realisation_share__gte=0, realisation_share__lte=1), name="kpi_realisation_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A baseline ends after it begins; a value per unit has a currency, and its range holds it."""
        plausible_days(self, "baseline_from", "baseline_to", "redefined_on")
        if self.baseline_from and self.baseline_to and self.baseline_to < self.baseline_from:
            raise ValidationError({"baseline_to": "The baseline ends before it begins."})
        if self.value_amount is not None and not self.value_currency:
            raise ValidationError({"value_per_unit": "Give the currency of the value per unit."})
        if self.value_amount is None:
            return
        low, high = self.value_low, self.value_high
        if (low is not None and low > self.value_amount) or (high is not None and high < self.value_amount):
            raise ValidationError({"value_per_unit": "The value per unit must lie between its low and its high."})


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class KpiShare(models.Model):
    """A KPI that another initiative claims to move as well."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.CASCADE)
    initiative = models.ForeignKey(Initiative, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint("kpi", "initiative", name="kpishare_unique")]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class KpiTarget(models.Model):
    """What the KPI should be from a day on."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="targets")
    on = models.DateField(db_column="due_on")
    value = decimal_field()

    class Meta:
        ordering: ClassVar = ["on"]
        constraints = [models.UniqueConstraint("kpi", "on", name="kpitarget_unique")]


class Reading(Fact):
    """One measured value of a KPI, of the treated series or of a control."""

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="readings")
    series = models.CharField(max_length=80, default=TREATED)
    value = decimal_field()
    numerator = decimal_field(null=True, blank=True)
    denominator = decimal_field(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    natural_key = ("kpi_id", "series", "on")
    content = ("kpi_id", "series", "on", "value", "numerator", "denominator", "note")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, live_unique("kpi", "series", "on", name="reading_one_live")]
        indexes = in_order_of_acts("reading")


class AdoptionReading(Fact):
    """The share of the intended users who use the initiative."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="adoption")
    share = decimal_field(validators=SHARE)
    active = models.PositiveIntegerField(null=True, blank=True)
    eligible = models.PositiveIntegerField(null=True, blank=True)

    natural_key = ("initiative_id", "on")
    content = ("initiative_id", "on", "share", "active", "eligible")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("initiative", "on", name="adoption_one_live"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="adoption_share"),
        ]
        indexes = in_order_of_acts("adoption")
