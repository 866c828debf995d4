"""Dated settings of a workspace that change figures: rates to judge by, prices, closed months."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from portfolio.choices import SettingName
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import decimal_field, known, word_field


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
