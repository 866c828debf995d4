"""A KPI with its baseline, targets and worth."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from portfolio.choices import Aggregation, BenefitClass, Cadence, Design, Direction, Family
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import (
    CurrencyField,
    DayField,
    NumberField,
    PercentField,
    WordField,
    WordsField,
    text_input,
)
from portfolio.forms.money import CLASSES
from portfolio.models import Kpi

SPARE_TARGETS = 2
MOST_TARGETS = 60
SECTIONS = (
    ("What it measures", ("name", "unit", "direction", "cadence", "owner", "primary", "guardrail")),
    ("Where it stood before", ("baseline_from", "baseline_to", "baseline_reason")),
    (
        "What it is worth",
        ("benefit_class", "value_amount", "value_low", "value_high", "value_currency", "realisation_share", "volume"),
    ),
    ("How its effect is shown", ("design", "aggregation", "family", "redefined_on", "shared_with")),
)
DESIGNS = {
    Design.RANDOMISED: "Experiment: chance decided who got it",
    Design.CONTROLLED: "Compared with a group that did not get it",
    Design.SERIES: "A long series before and after",
    Design.BEFORE_AFTER: "Before and after",
    Design.CLAIM: "A claim, with nothing to compare",
}
AGGREGATIONS = {
    Aggregation.SUM: "Added up",
    Aggregation.MEAN: "Averaged",
    Aggregation.LAST: "The last one counts",
    Aggregation.RATIO: "Numerators and denominators added up, then divided",
}
FAMILIES = {
    Family.NORMAL: "Any number",
    Family.COUNT: "A count",
    Family.RATE: "A share between 0 and 1",
    Family.LOG: "Positive, and changes in percent",
}


class KpiForm(RecordForm):
    """A KPI's fields; a name and a direction are needed."""

    name = forms.CharField(max_length=200, widget=text_input())
    unit = forms.CharField(
        required=False, max_length=60, widget=text_input(), help_text="For example: minutes, %, per 1,000 orders."
    )
    direction = WordField(
        Direction,
        label="Better is",
        labels={Direction.UP: "Higher", Direction.DOWN: "Lower"},
        widget=forms.RadioSelect,
    )
    cadence = WordField(Cadence, label="Read", initial=Cadence.MONTHLY)
    owner = forms.CharField(label="Who reads it", required=False, max_length=200, widget=text_input(list="people"))
    primary = forms.BooleanField(label="The main KPI of this initiative", required=False)
    guardrail = forms.BooleanField(label="Must not get worse (a guardrail)", required=False)
    baseline_from = DayField(
        label="Baseline from", required=False, help_text="The time before the initiative began to work."
    )
    baseline_to = DayField(label="Baseline to", required=False)
    baseline_reason = forms.CharField(
        label="Why the approved baseline changes", required=False, max_length=400, widget=text_input()
    )
    benefit_class = WordField(
        BenefitClass,
        label="What kind of money",
        labels=CLASSES | {BenefitClass.NONE: "No money: it is good in itself"},
        initial=BenefitClass.NONE,
    )
    value_amount = NumberField(
        label="Worth of one unit",
        required=False,
        help_text="Money for one unit better, in each period in which it is read.",
    )
    value_low = NumberField(label="At least", required=False, help_text="Nine times in ten it is worth more than this.")
    value_high = NumberField(label="At most", required=False, help_text="Nine times in ten it is worth less than this.")
    value_currency = CurrencyField(label="Currency", required=False)
    realisation_share = PercentField(
        label="Share that becomes money, in %",
        initial=Decimal(1),
        help_text="Of time saved, only what is really paid less or used for other work.",
    )
    volume = forms.ChoiceField(
        label="Times the volume of",
        required=False,
        help_text="Where the worth is per case: the KPI that counts the cases.",
    )
    design = WordField(Design, label="Compared how", labels=DESIGNS, initial=Design.BEFORE_AFTER)
    aggregation = WordField(
        Aggregation, label="Readings of a longer time are", labels=AGGREGATIONS, initial=Aggregation.MEAN
    )
    family = WordField(Family, label="Kind of number", labels=FAMILIES, initial=Family.NORMAL)
    redefined_on = DayField(
        label="Measured in another way since", required=False, help_text="Readings before and after are not compared."
    )
    shared_with = WordsField(
        label="Also moved by",
        required=False,
        widget=text_input(),
        help_text="Keys of other initiatives, separated by commas. The gain counts once, here.",
    )

    def __init__(self, *args: Any, others: Sequence[Kpi], targets: int = 0, approved: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["baseline_reason"].help_text = (
            f"Finance approved the baseline{approved}. Dates, direction and worth change only with a reason; "
            "finance approves the new ones again."
        )
        if not approved:
            del self.fields["baseline_reason"]
        self.main = next((kpi for kpi in others if kpi.primary), None)
        self.fields["volume"].choices = [("", "Nothing"), *((kpi.key, kpi.name) for kpi in others)]  # type: ignore[attr-defined]
        self.target_rows = min(MOST_TARGETS, max(targets + SPARE_TARGETS, _sent_targets(self.data)))
        for index in range(self.target_rows):
            self.fields[f"target_on_{index}"] = DayField(label=f"Target {index + 1}: from", required=False)
            value = NumberField(label=f"Target {index + 1}: value", required=False)
            value.decimal_mark = self.decimal_mark
            self.fields[f"target_value_{index}"] = value

    def sections(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        """The headings with their fields."""
        for heading, names in SECTIONS:
            yield heading, [self[name] for name in names if name in self.fields]

    def targets(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Day and value of each target row."""
        for index in range(self.target_rows):
            yield self[f"target_on_{index}"], self[f"target_value_{index}"]

    def clean(self) -> dict[str, Any]:
        """A target has a day and a value; a worth has a currency and a class."""
        given = self.cleaned_data
        for index in range(self.target_rows):
            day, value = given.get(f"target_on_{index}"), given.get(f"target_value_{index}")
            if (day is None) != (value is None):
                missing = "on" if day is None else "value"
                self.add_error(f"target_{missing}_{index}", "A target needs both a day and a value.")
        if given.get("primary") and self.main is not None:
            self.add_error("primary", f"{self.main.name} is the main KPI already. Change that one first.")
        if given.get("value_amount") is not None and not given.get("value_currency"):
            self.add_error("value_currency", "Give the currency of the worth.")
        return given

    def record(self) -> dict[str, Any]:
        """The contract fields of a KPI."""
        given = self.cleaned_data
        plain = {name: value for name, value in given.items() if not name.startswith(("value_", "target_"))}
        worth = {name: given[f"value_{name}"] for name in ("amount", "low", "high", "currency")}
        days = ((given[f"target_on_{index}"], given[f"target_value_{index}"]) for index in range(self.target_rows))
        return plain | {
            "value_per_unit": worth if worth["amount"] is not None else None,
            "targets": [{"on": day, "value": value} for day, value in days if day is not None],
        }


def recorded(kpi: Kpi) -> dict[str, Any]:
    """What the form shows of a KPI that exists."""
    plain = {name: getattr(kpi, name) for name in KpiForm.base_fields if hasattr(kpi, name)}
    initial = plain | {
        "volume": kpi.volume.key if kpi.volume else "",
        "shared_with": list(kpi.shared_with.values_list("key", flat=True)),
    }
    for index, target in enumerate(kpi.targets.all()):
        initial |= {f"target_on_{index}": target.on, f"target_value_{index}": target.value}
    return initial


def _sent_targets(data: Mapping[str, Any] | None) -> int:
    return sum(1 for name in data or () if name.startswith("target_on_"))
