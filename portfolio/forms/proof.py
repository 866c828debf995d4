"""What backs a KPI's effect: outcomes of trials, use by controls, destinations of saved time."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from portfolio.choices import Family, Spread
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import DayField, NumberField, PercentField, WordField, text_input
from portfolio.models import Kpi
from portfolio.services.trials import Arm, arm_of_cases

ARMS = (("treated", "With the initiative"), ("control", "Without it"))
LARGEST_COUNT = 2**31 - 1
SPREADS = {
    Spread.UNITS: "Single people, cases or weeks",
    Spread.CLUSTERS: "Groups, such as teams or branches: a group's mean counts once",
}
SCALES = (("1", "A share between 0 and 1"), ("100", "A percentage between 0 and 100"))


def count_field(label: str, least: int, **options: Any) -> forms.IntegerField:
    """A whole number that the database can hold."""
    widget = text_input(inputmode="numeric", **{"class": "short num"})
    return forms.IntegerField(label=label, min_value=least, max_value=LARGEST_COUNT, widget=widget, **options)


class ComparisonForm(RecordForm):
    """What both kinds of outcome share; the arms are added below."""

    allocated_on = DayField(label="Allocated on", help_text="The day on which chance decided who gets it.")
    on = DayField(label="Measured on", help_text="The last day of the outcome.")
    randomised = forms.CharField(
        label="What chance allocated", max_length=80, widget=text_input(), help_text="People, teams, weeks, branches."
    )
    note = forms.CharField(required=False, max_length=400, widget=text_input())
    common: tuple[str, ...] = ("allocated_on", "on", "randomised", "note")

    def sections(self) -> Iterator[tuple[str, Sequence[BoundField]]]:
        """The headings with their fields."""
        yield "The comparison", [self[name] for name in self.common]
        for arm, heading in ARMS:
            yield heading, [self[name] for name in self.fields if name.startswith(arm)]

    def plain(self) -> dict[str, Any]:
        """The contract fields that are no arm's."""
        return {name: self.cleaned_data[name] for name in ("allocated_on", "on", "randomised", "note")}


class TrialForm(ComparisonForm):
    """An outcome that is a number: how many, mean and standard deviation of each arm."""

    spread = WordField(Spread, label="Counted are", labels=SPREADS)
    treated_count = count_field("How many with it", 2, help_text="At least 30, or 10 groups, for the result to count.")
    treated_mean = NumberField(label="Mean with it")
    treated_deviation = NumberField(label="Standard deviation with it")
    control_count = count_field("How many without it", 2)
    control_mean = NumberField(label="Mean without it")
    control_deviation = NumberField(label="Standard deviation without it")
    common = ("allocated_on", "on", "randomised", "spread", "note")

    def row(self) -> dict[str, Any]:
        """The contract fields of a trial."""
        return dict(self.cleaned_data)


class ShareTrialForm(ComparisonForm):
    """An outcome that is yes or no: cases of how many; mean and standard deviation are worked out."""

    treated_cases = count_field("Cases with it", 0, help_text="How many said yes, bought, were solved.")
    treated_units = count_field("of how many", 2, help_text="At least 30 for the result to count.")
    control_cases = count_field("Cases without it", 0)
    control_units = count_field("of how many, without it", 2)
    scale = forms.ChoiceField(label="The KPI is read as", choices=SCALES)
    common = ("allocated_on", "on", "randomised", "scale", "note")

    def __init__(self, *args: Any, kpi: Kpi, **options: Any) -> None:
        super().__init__(*args, **options)
        is_percentage = kpi.unit.startswith("%") and kpi.family != Family.RATE
        self.fields["scale"].initial = "100" if is_percentage else "1"

    def clean(self) -> dict[str, Any]:
        """There are not more cases than units."""
        given = self.cleaned_data
        for arm, _ in ARMS:
            cases, units = given.get(f"{arm}_cases"), given.get(f"{arm}_units")
            if cases is not None and units is not None and cases > units:
                self.add_error(f"{arm}_cases", f"{cases} cases of {units} cannot be.")
        return given

    def row(self) -> dict[str, Any]:
        """The contract fields of a trial."""
        return self.plain() | {
            f"{arm}_{name}": value for arm, _ in ARMS for name, value in vars(self._arm(arm)).items()
        }

    def _arm(self, name: str) -> Arm:
        given = self.cleaned_data
        return arm_of_cases(cases=given[f"{name}_cases"], units=given[f"{name}_units"], scale=Decimal(given["scale"]))


class ControlDoseForm(RecordForm):
    """The share of a control's own users who use the initiative, on a day.

    Args:
        controls: the names of the KPI's controls.
    """

    series = forms.ChoiceField(label="Control")
    on = DayField(label="On")
    share = PercentField(label="Its users who use the initiative, in %")

    def __init__(self, *args: Any, controls: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["series"].choices = [(name, name) for name in controls]  # type: ignore[attr-defined]


class DestinationForm(RecordForm):
    """Where saved time went from a day on; what is left is unknown."""

    on = DayField(label="From")
    cash_out = PercentField(
        label="Left as cash, in %", required=False, help_text="Posts not filled, overtime and hours no longer paid."
    )
    redeployed = PercentField(
        label="Did other work, in %", required=False, help_text="Named work that would have been paid for otherwise."
    )
    absorbed = PercentField(
        label="Vanished in the day's work, in %", required=False, help_text="A little more air for everybody."
    )
    note = forms.CharField(required=False, max_length=400, widget=text_input(), help_text="How that is known.")

    def clean(self) -> dict[str, Any]:
        """At least one share is given."""
        given = self.cleaned_data
        shares = ("cash_out", "redeployed", "absorbed")
        if not self.errors and all(given.get(name) is None for name in shares):
            self.add_error("cash_out", "Give at least one share; 0 is one.")
        return given

    def row(self) -> dict[str, Any]:
        """The contract fields of a destination."""
        return {name: Decimal(0) if value is None else value for name, value in self.cleaned_data.items()}
