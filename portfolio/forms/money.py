"""Cost lines and benefit lines."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms

from portfolio.choices import Basis, BenefitClass, CostCategory
from portfolio.forms.base import RecordForm
from portfolio.forms.fields import CurrencyField, DayField, NumberField, WordField, text_input
from portfolio.models import Kpi

BASIS = {
    Basis.ACTUAL: "Actual: booked or paid",
    Basis.PLAN: "Plan: agreed in the business case",
    Basis.FORECAST: "Forecast: expected now",
}
CATEGORIES = {
    CostCategory.COMPUTE: "Compute and model use",
    CostCategory.DATA: "Data",
    CostCategory.CHANGE: "Change and training",
    CostCategory.PLATFORM_SHARE: "Share of a platform",
}
CLASSES = {
    BenefitClass.CASH: "Cash: money no longer paid out",
    BenefitClass.COST_AVOIDED: "Cost avoided: a planned cost that will not come",
    BenefitClass.CAPACITY: "Capacity: time freed, paid as before",
    BenefitClass.REVENUE: "Revenue: more margin from more sales",
}
LONGEST = 120


class OnceForm(RecordForm):
    """A form that records new lines: sent twice with the same content it records them once."""

    ticket = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["ticket"].initial = uuid4().hex

    def named(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with an id of its own; the same content of the same form gets the same one."""
        plain = {name: value for name, value in row.items() if name != "ticket"}
        if not self.cleaned_data.get("ticket"):
            return plain
        content = repr(sorted((name, str(value)) for name, value in row.items()))
        return plain | {"external_id": sha256(content.encode()).hexdigest()[:32]}


class CostForm(OnceForm):
    """One cost, or the same cost in several months.

    Args:
        asks: whether the person is asked if it is another cost than one that is recorded.
    """

    asks = False

    on = DayField(label="Date", help_text="The day it was booked, or falls due.")
    amount = NumberField(help_text="A credit is negative.")
    currency = CurrencyField()
    category = WordField(CostCategory, label="What for", labels=CATEGORIES)
    basis = WordField(Basis, label="Kind", labels=BASIS)
    note = forms.CharField(required=False, max_length=400, widget=text_input())
    months = forms.IntegerField(
        label="Months in a row",
        required=False,
        min_value=1,
        max_value=LONGEST,
        widget=text_input(inputmode="numeric", **{"class": "short num"}),
        help_text="The same amount each month, beginning on the date above. Empty means once.",
    )

    another = forms.BooleanField(label="It is another one", required=False)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each month."""
        row = {name: value for name, value in self.cleaned_data.items() if name not in {"months", "another"}}
        count = self.cleaned_data["months"] or 1
        return [self.named({**row, "on": _later(row["on"], months)}) for months in range(count)]


class CostCorrection(CostForm):
    """Other content for a cost that is recorded, with the reason."""

    reason = forms.CharField(max_length=400, widget=text_input(), help_text="Why; it stays in the record.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["months"], self.fields["ticket"], self.fields["another"]


class BenefitForm(OnceForm):
    """One benefit in money."""

    on = DayField(label="Date")
    amount = NumberField()
    currency = CurrencyField()
    benefit_class = WordField(BenefitClass, label="What kind of money", labels=CLASSES)
    kpi = forms.ChoiceField(
        label="About the KPI",
        required=False,
        help_text="Then it is shown beside the KPI's effect and never added to it.",
    )
    basis = WordField(Basis, label="Kind", labels=BASIS)
    evidence = forms.CharField(
        required=False, max_length=1000, widget=text_input(), help_text="A link, a file or a ledger reference."
    )
    note = forms.CharField(required=False, max_length=400, widget=text_input())

    def __init__(self, *args: Any, kpis: Sequence[Kpi], **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = self.fields["benefit_class"]
        kinds.choices = [choice for choice in kinds.choices if choice[0] != BenefitClass.NONE]  # type: ignore[attr-defined]
        self.fields["kpi"].choices = [("", "None"), *((kpi.key, kpi.name) for kpi in kpis)]  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """The contract fields of a benefit line."""
        return self.named(self.cleaned_data)


class BenefitCorrection(BenefitForm):
    """Other content for a benefit that is recorded, with the reason."""

    reason = forms.CharField(max_length=400, widget=text_input(), help_text="Why; it stays in the record.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["ticket"]


class ReasonForm(RecordForm):
    """Why a fact is withdrawn."""

    reason = forms.CharField(max_length=400, widget=text_input(), help_text="Why; it stays in the record.")


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
