"""What an initiative is held to: frozen business cases, ranges of its drivers, a hurdle of its own."""

from typing import ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from accounts.models import User, Workspace
from portfolio.choices import DriverName
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import decimal_field, known, word_field
from portfolio.models.initiatives import Initiative

FACTORS = frozenset({DriverName.COST, DriverName.BENEFIT})
SHARES = frozenset({DriverName.ADOPTION, DriverName.DECAY})
MOST: dict[str, int] = {name: 1 if name in SHARES else 100 if name in FACTORS else 240 for name in DriverName}
TOO_MUCH: dict[str, str] = {
    name: "A share is at most 1, that is 100 %."
    if name in SHARES
    else f"More than {MOST[name]} times the plan is no factor."
    if name in FACTORS
    else f"More than {MOST[name]} months is no delay that a plan survives."
    for name in DriverName
}


class BusinessCase(models.Model):
    """A frozen version of what was promised: planned costs and benefits, KPI targets, drivers, dates.

    ``content`` has the keys costs [{id, on, amount, currency, category}], benefits [{id, on, amount, currency,
    benefit_class, kpi}], targets {KPI key: [{on, value}]}, values {KPI key: {amount, currency}}, adoption
    [{on, share}], drivers [{name, p10, p50, p90}], planned_go_live, horizon_months, hurdle and discount_rate; numbers
    are texts. It never changes and ``content_hash`` (SHA-256 of its canonical JSON) proves it; only approval is added,
    once. The plan of an initiative is its latest approved version; before that, its live plan lines.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="business_cases")
    version = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=400, blank=True)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approval_note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints = [models.UniqueConstraint("initiative", "version", name="business_case_version_unique")]
        triggers = [
            pgtrigger.ReadOnly(name="frozen", exclude=["approved_at", "approved_by", "approval_note"]),
            pgtrigger.Protect(
                name="approved_once", operation=pgtrigger.Update, condition=pgtrigger.Q(old__approved_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} version {self.version}"


class Driver(Fact):
    """What finance and the owner believe of one uncertain quantity: 10 %, 50 % and 90 % points."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="drivers")
    name = word_field(DriverName)
    p10 = decimal_field()
    p50 = decimal_field()
    p90 = decimal_field()
    note = models.CharField(max_length=400, blank=True)

    natural_key = ("initiative_id", "name")
    content = ("initiative_id", "name", "on", "p10", "p50", "p90", "note")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("initiative", "name", name="driver_one_live"),
            known("name", DriverName, "driver_name_known"),
            models.CheckConstraint(condition=Q(p10__lte=F("p50"), p50__lte=F("p90")), name="driver_in_order"),
        ]

    def clean(self) -> None:
        """The three points rise within what such a quantity can be; each fault is named by its point."""
        faults: dict[str, str] = {}
        if self.p10 < 0:
            faults["p10"] = "It is never below zero."
        elif self.name in FACTORS and self.p10 == 0:
            faults["p10"] = "A factor is above zero."
        if self.p50 < self.p10:
            faults["p50"] = "The 50 % point lies below the 10 % point."
        if self.p90 < self.p50:
            faults["p90"] = "The 90 % point lies below the 50 % point."
        elif self.p90 > MOST[self.name]:
            faults["p90"] = TOO_MUCH[self.name]
        if faults:
            raise ValidationError(faults)


class InitiativeHurdle(Fact):
    """The least ROI that finance asks of one initiative from a day on, in the place of the workspace's."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="hurdles")
    value = decimal_field()
    note = models.CharField(max_length=400)

    natural_key = ("initiative_id", "on")
    content = ("initiative_id", "on", "value", "note")

    class Meta(Fact.Meta):
        constraints = [*Fact.Meta.constraints, live_unique("initiative", "on", name="initiative_hurdle_one_live")]
