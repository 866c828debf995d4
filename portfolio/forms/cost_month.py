"""Costs of a month by kind, and many costs pasted from a spreadsheet."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from portfolio.choices import Basis, CostCategory
from portfolio.forms.fields import CurrencyField, WordField, text_input
from portfolio.forms.lines import PASTED_DATES, LinesForm, lines_field
from portfolio.forms.money import BASIS, CATEGORIES, OnceForm
from portfolio.forms.values import ValueForm
from portfolio.importing.parse.errors import ValueRefused
from portfolio.importing.parse.values import parse_date, parse_money
from portfolio.models.fields import choices
from portfolio.services.errors import LONGEST_NOTE

BASIS_WORDS: Mapping[str, Basis] = {
    **{str(basis): basis for basis in Basis},
    "budget": Basis.PLAN,
    "booked": Basis.ACTUAL,
}


class AmountForm(ValueForm):
    """What one kind cost in a month."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"].label = f"{options['label']}, amount"


class MonthHead(OnceForm):
    """What all amounts of the page share."""

    basis = WordField(Basis, label="Kind", labels=BASIS)
    currency = CurrencyField()
    note = forms.CharField(label="Note for all", required=False, max_length=LONGEST_NOTE, widget=text_input())

    def row(self, category: CostCategory, amount: Any, on: date) -> dict[str, Any]:
        """The contract fields of a cost line; the same content of the same form gets the same id."""
        return self.named({**self.cleaned_data, "category": category, "amount": amount, "on": on})


class CostLinesForm(LinesForm, OnceForm):
    """Many costs, a line each."""

    lines = lines_field(
        label="Costs",
        help_text="A line each: day, amount, what for, kind (actual, plan or forecast), and a note if you like. "
        "Copy the columns from a spreadsheet as they are.",
    )
    category = WordField(CostCategory, label="What for, where a line does not say", labels=CATEGORIES)
    basis = WordField(Basis, label="Kind, where a line does not say", labels=BASIS)
    currency = CurrencyField(label="Currency, where an amount has none")

    def read(self, day: str, value: str, rest: Sequence[str]) -> dict[str, Any]:
        """A cost; what stands behind the amount and names neither what for nor a kind is its note."""
        money = parse_money(value, decimal_mark=self.decimal_mark)
        row: dict[str, Any] = {"on": parse_date(day, PASTED_DATES), "amount": money.amount}
        if money.currency and len(money.currency) == 3:
            row["currency"] = money.currency
        notes = []
        for part in rest:
            if "category" not in row and (category := _category(part)):
                row["category"] = category
            elif "basis" not in row and (basis := BASIS_WORDS.get(part.casefold())):
                row["basis"] = basis
            else:
                notes.append(part)
        note = " ".join(filter(None, notes))
        if len(note) > LONGEST_NOTE:
            raise ValueRefused(f"a note has at most {LONGEST_NOTE} characters")
        return row | {"note": note}

    def rows(self) -> list[dict[str, Any]]:
        """The contract fields of each cost. Two lines that say the same are two costs."""
        given = self.cleaned_data
        shared = {name: given[name] for name in ("category", "basis", "currency", "ticket")}
        named = [self.named({**shared, **row, "place": place}) for place, row in enumerate(given["lines"])]
        return [{name: value for name, value in row.items() if name != "place"} for row in named]


def _category(text: str) -> CostCategory | None:
    said = text.casefold()
    for word, label in choices(CostCategory):
        category = CostCategory(word)
        if said and said in {word, label.casefold(), CATEGORIES.get(category, label).casefold()}:
            return category
    return None
