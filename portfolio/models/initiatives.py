"""Initiatives and the programmes they belong to."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from accounts.models import BusinessUnit, User, Workspace
from portfolio.choices import Stage
from portfolio.models.facts import Fact, in_order_of_acts
from portfolio.models.fields import currency_field, known, plausible_days, word_field

KEY = RegexValidator(r"^[A-Za-z0-9_.-]{1,64}\Z", "A key is up to 64 letters, digits, '-', '_' or '.'.")
RESERVED_KEYS = frozenset({"new"})


class Programme(models.Model):
    """A group of initiatives with one purpose."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="programmes")
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "name", name="programme_name_unique")]
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    exclude=["inputs_version", "stage", "stage_since"],
    meta={"indexes": [models.Index("workspace", "pgh_created_at", "pgh_id", name="initiative_by_act")]},
)
class Initiative(models.Model):
    """One AI initiative. ``stage`` repeats the latest stage change, for lists; the changes are the record."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="initiatives")
    key = models.CharField(max_length=64, validators=[KEY])
    name = models.CharField(max_length=400)
    summary = models.TextField(blank=True, max_length=10_000)
    kind = models.CharField(max_length=200, blank=True)
    programme = models.ForeignKey(Programme, models.SET_NULL, null=True, blank=True, related_name="initiatives")
    unit = models.ForeignKey(BusinessUnit, models.SET_NULL, null=True, blank=True, related_name="initiatives")
    owner = models.CharField(max_length=200, blank=True)
    owner_user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    sponsor = models.CharField(max_length=200, blank=True)
    sponsor_user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    currency = currency_field()
    planned_go_live = models.DateField(null=True, blank=True)
    go_live = models.DateField(null=True, blank=True)
    horizon_months = models.PositiveSmallIntegerField(
        default=36, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    runs_on = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    source = models.CharField(max_length=80, blank=True)
    stage = word_field(Stage, default=Stage.IDEA)
    stage_since = models.DateField(null=True, blank=True)
    inputs_version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints = [
            models.UniqueConstraint("workspace", "key", name="initiative_key_unique"),
            models.CheckConstraint(condition=Q(horizon_months__range=(1, 240)), name="initiative_horizon"),
            known("stage", Stage, "initiative_stage_known"),
        ]
        indexes = [
            models.Index("workspace", "name", "id", name="initiative_by_name"),
            models.Index("workspace", "stage", name="initiative_by_stage"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A key is never the address of another page; days of going live lie within a company's calendar."""
        if self.key in RESERVED_KEYS:
            raise ValidationError({"key": f"“{self.key}” is the address of a page. Choose another key."})
        plausible_days(self, "planned_go_live", "go_live")


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class InitiativeAlias(models.Model):
    """Another key, in small letters, by which the files of a source name an initiative: a number, an earlier name."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="aliases")
    source = models.CharField(max_length=80)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "source", "key", name="initiativealias_unique")]


class StageChange(Fact):
    """An initiative entered a stage; going back is allowed and recorded."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="stage_changes")
    to = word_field(Stage)
    decision = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True, max_length=4000)

    content = ("initiative_id", "on", "to", "decision", "note")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, known("to", Stage, "stagechange_to_known")]
        indexes = [models.Index("initiative", "on", "id", name="stage_by_initiative"), *in_order_of_acts("stage")]
