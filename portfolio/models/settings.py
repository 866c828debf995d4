"""Dated settings of a workspace that change figures."""

from portfolio.choices import SettingName
from portfolio.models.facts import Fact, live_unique
from portfolio.models.fields import decimal_field, known, word_field


class DatedSetting(Fact):
    """The hurdle or the discount rate, a ratio, valid from a day on."""

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
