"""Ranges of an initiative's drivers, and a hurdle of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from portfolio.choices import DriverName
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, NumberField, PercentField, text_input
from portfolio.models.cases import SHARES

POINTS = ("p10", "p50", "p90")


@dataclass(frozen=True)
class Words:
    """What people call a driver, what it means, what is taken without their figures, and what its points are in."""

    label: str
    meaning: str
    default: str
    unit: str


WORDS: Mapping[str, Words] = {
    DriverName.COST: Words(
        "Costs still to come",
        "What will really be spent for each 1 that is planned or forecast. 1 is as planned, 1.4 is 40 % more.",
        "a published spread of IT projects, about 0.83, 1.1 and 2.2",
        "times the plan",
    ),
    DriverName.BENEFIT: Words(
        "Benefits that come true",
        "What will really come for each 1 of benefit that is planned or forecast. 0.7 is 30 % less.",
        "a published spread of transformations, about 0.34, 0.73 and 1.6 times the plan",
        "times the plan",
    ),
    DriverName.DELAY: Words(
        "Delay of the go-live",
        "How many months later than planned people begin to use it. It counts until the go-live.",
        "0, 2 and 7 months while it is not live",
        "months",
    ),
    DriverName.RAMP: Words(
        "Months until full use",
        "How many months the benefit takes to grow to its full size from the go-live on.",
        "the full benefit from the start",
        "months",
    ),
    DriverName.DECAY: Words(
        "Benefit lost per year",
        "How much of the benefit wears off in a year: models age, habits and prices change.",
        "the benefit stays",
        "% a year",
    ),
    DriverName.ADOPTION: Words(
        "Share of users",
        "How many of the intended users will use it in the end.",
        "use as it is expected, without a spread",
        "% of the intended users",
    ),
}


class DriverForm(RecordForm):
    """The 10 %, 50 % and 90 % points of one driver; shares are written in percent.

    Args:
        name: which driver.
    """

    note = forms.CharField(
        required=False, max_length=400, widget=text_input(), help_text="Where the figures come from, or what changed."
    )

    def __init__(self, *args: Any, name: DriverName, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name = name
        unit, kind = WORDS[name].unit, PercentField if name in SHARES else NumberField
        labels = ("10 % point", "50 % point", "90 % point")
        hints = ("One time in ten it is less.", "As likely more as less.", "One time in ten it is more.")
        for point, label, hint in zip(POINTS, labels, hints, strict=True):
            field = kind(label=f"{label}, {unit}", help_text=hint)
            field.decimal_mark = self.decimal_mark
            field.error_messages["required"] = "Fill this in."
            self.fields[point] = field
        self.order_fields([*POINTS, "note"])

    def row(self) -> dict[str, Any]:
        """The contract fields of a driver."""
        return {"name": self.name, **self.cleaned_data}


class HurdleForm(RecordForm):
    """The least return asked of one initiative, from a day on, and why it differs."""

    value = PercentField(
        label="Least return over the whole horizon, in %", help_text="25 means at least 1.25 back for each 1 it costs."
    )
    on = DayField(label="From")
    note = forms.CharField(
        label="Why", max_length=400, widget=text_input(), help_text="Why it differs; it stays in the record."
    )

    def clean_value(self) -> Decimal:
        """A return cannot fall below losing everything, and nobody asks for more than a hundredfold."""
        value: Decimal = self.cleaned_data["value"]
        if not -1 <= value <= 100:
            raise forms.ValidationError("Give a return between −100 % and 10,000 %.")
        return value
