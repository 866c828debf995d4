"""Settings of the workspace, dated settings, exchange rates, units, programmes and the first run."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.models import BusinessUnit
from portfolio.choices import SettingName
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import CurrencyField, DayField, NumberField, PercentField, WordField, text_input
from portfolio.forms.lines import PASTED_DATES, LinesForm, lines_field
from portfolio.importing.parse.values import parse_date, parse_decimal
from portfolio.models import DatedSetting
from web.locales import offered

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
MONTH_LAYOUTS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y")
RATIOS = {
    SettingName.HURDLE: "Hurdle: the least return over the whole horizon",
    SettingName.DISCOUNT_RATE: "Discount rate: what a year of waiting costs",
    SettingName.INFLATION: "Expected inflation: how much prices rise in a year",
}
ASKED_AT_FIRST = (SettingName.HURDLE, SettingName.DISCOUNT_RATE)


def _month_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="Fiscal year begins in", coerce=int, choices=[(index, name) for index, name in enumerate(MONTHS, 1)]
    )


class AskingForm(RecordForm):
    """A form that is sent twice: the second time with what was told about just these values."""

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def seen(self) -> str:
        """A text that says which values were told about."""
        given = {name: str(value) for name, value in self.cleaned_data.items() if name != "confirmed"}
        return json.dumps(given, sort_keys=True)

    def is_confirmed(self) -> bool:
        """Whether these very values were told about and sent again."""
        return bool(self.cleaned_data["confirmed"] == self.seen())


class WorkspaceForm(AskingForm):
    """How the workspace counts."""

    name = forms.CharField(max_length=120, widget=text_input())
    currency = CurrencyField(help_text="Portfolio figures are shown in it.")
    fiscal_year_start = _month_field()
    time_zone = forms.ChoiceField(choices=ZONES, help_text="A day begins and ends by this zone.")
    locale = forms.ChoiceField(label="Numbers and dates", choices=offered)

    def __init__(self, *args: Any, initial: Mapping[str, Any], **options: Any) -> None:
        super().__init__(*args, initial=initial, **options)
        present = initial["locale"]
        if present not in dict(offered()):
            self.fields["locale"].choices = [*offered(), (present, present)]  # type: ignore[attr-defined]


class DatedForm(AskingForm):
    """A hurdle or discount rate from a day on."""

    name = WordField(SettingName, label="Which", labels=RATIOS)
    value = PercentField(label="In %")
    on = DayField(label="From")

    def clean(self) -> dict[str, Any]:
        """Refuses what cannot be before anything is told about it."""
        given = super().clean() or {}
        if {"name", "value", "on"} <= given.keys():
            DatedSetting(name=given["name"], value=given["value"], on=given["on"]).clean()
        return given


class RateForm(RecordForm):
    """What one unit of a currency costs in another, on a day."""

    base = CurrencyField(label="One")
    rate = NumberField(label="Costs")
    quote = CurrencyField(label="Of")
    on = DayField(label="On")


class PriceForm(LinesForm):
    """Price levels, a line for each month."""

    lines = lines_field(
        label="Price levels",
        help_text="A line each: month and level, such as 2026-03 104.2. Copy the columns from your statistics office.",
    )

    def read(self, day: str, value: str, rest: Sequence[str]) -> dict[str, Any]:
        """The level of a month, dated at its first day."""
        month = parse_date(day, (*PASTED_DATES, *MONTH_LAYOUTS)).replace(day=1)
        return {"on": month, "value": parse_decimal(value, decimal_mark=self.decimal_mark)}


class UnitForm(RecordForm):
    """A business unit and the one above it."""

    name = forms.CharField(max_length=120, widget=text_input())
    parent = forms.ModelChoiceField(
        BusinessUnit.objects.none(), label="Part of", required=False, empty_label="Nothing: it stands at the top"
    )

    def __init__(self, *args: Any, units: Sequence[BusinessUnit] | Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]


class ProgrammeForm(RecordForm):
    """A programme's name."""

    name = forms.CharField(max_length=160, widget=text_input())


class SetUpForm(RecordForm):
    """The first run: who you are and how you count."""

    organisation = forms.CharField(label="Organisation", max_length=120, widget=text_input())
    currency = CurrencyField(initial="EUR", help_text="Three letters. Portfolio figures are shown in it.")
    fiscal_year_start = _month_field()
    time_zone = forms.ChoiceField(choices=ZONES, initial="UTC")
    hurdle = PercentField(
        required=False,
        label="Hurdle, in %",
        help_text="The least return an initiative should bring over its whole horizon. 25 means 1.25 back for each 1.",
    )
    discount_rate = PercentField(
        required=False, label="Discount rate, in % a year", help_text="Ask finance; 8 is common."
    )
    your_name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="Mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least ten characters.",
    )

    def ratios(self) -> dict[SettingName, Any]:
        """The settings that were given."""
        given = {name: self.cleaned_data[name.value] for name in ASKED_AT_FIRST}
        return {name: value for name, value in given.items() if value is not None}
