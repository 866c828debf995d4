"""Dated settings of a workspace that change figures: rates to judge by, prices, published rates, closed months."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from portfolio.choices import SettingName
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import decimal_field, known, word_field

LONGEST_CODE = 48
LEAST_PUBLISHED_RATES = 2


class DatedSetting(Fact):
    """The hurdle, the discount rate or the expected inflation, a ratio, valid from a day on."""

    name = word_field(SettingName)
    value = decimal_field()

    natural_key = ("name", "on")
    content = ("name", "on", "value")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("workspace", "name", "on", name="setting_one_live"),
            known("name", SettingName, "datedsetting_name_known"),
        ]

    def clean(self) -> None:
        """Nothing that is worth something today is worth nothing or less in a year."""
        if self.name != SettingName.HURDLE and self.value <= -1:
            raise ValidationError({"value": "A yearly rate is above -1, that is -100 %."})


class PriceIndex(Fact):
    """The price level of a month, on a scale of any base; money is stated in the prices of one day by it."""

    value = decimal_field(validators=[MinValueValidator(0)])

    natural_key = ("on",)
    content = ("on", "value")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("workspace", "on", name="price_index_one_live"),
            models.CheckConstraint(condition=Q(value__gt=0), name="price_index_positive"),
        ]

    def clean(self) -> None:
        """A price level is above zero."""
        if not self.value > 0:
            raise ValidationError({"value": "A price level is above zero."})


class PublishedRateChoice(Fact):
    """Which published failure rates count for the workspace, by their codes; one choice holds at a time.

    ``on`` is the day on which it was made. Without a choice those count that the product counts by itself.
    """

    codes = ArrayField(models.CharField(max_length=LONGEST_CODE))
    reason = models.CharField(max_length=400)

    natural_key = ("workspace_id",)
    content = ("codes",)

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("workspace", name="published_rate_choice_one_live"),
            models.CheckConstraint(
                condition=Q(codes__len__gte=LEAST_PUBLISHED_RATES), name="published_rate_choice_two_at_least"
            ),
        ]

    def says(self) -> tuple[Any, ...]:
        """The codes in their order."""
        return tuple(self.codes)


class PeriodLock(Fact):
    """Finance has closed the months from ``on`` to ``through``: no fact dated in them is recorded or withdrawn."""

    through = models.DateField()
    note = models.CharField(max_length=400, blank=True)

    content = ("on", "through", "note")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(through__gte=F("on")), name="period_lock_order"),
        ]

    def clean(self) -> None:
        """A period ends after it begins."""
        if self.through < self.on:
            raise ValidationError({"through": "The period ends before it begins."})
