"""Spend against budget by month and kind, as a chart with its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_name

from portfolio.contexts.money import Cell, CostTable, MonthRow
from web.charts import Cell as Text
from web.charts import Chart, Column, Key
from web.formats import Form, Formats, known_locale

MOST_KINDS = 5
DASH = "–"
HALF_A_PERCENT = Decimal("0.005")
OTHERS = "Other kinds"


@dataclass(frozen=True)
class Spent:
    """What is spent, and the budget of the same months; None where there is neither a line of the one nor of the other.

    Args:
        until: the last month with something spent.
    """

    amount: Decimal | None
    budget: Decimal | None
    until: date | None


def spend_chart(table: CostTable, label: str, today: date, formats: Formats) -> Chart:
    """The chart of one currency and fiscal year.

    Args:
        label: the fiscal year in words.
        today: months from this one on show their forecast where nothing is spent yet.
    """
    kinds = _kinds(table)
    spent = spent_to_date(table)
    title = _title(spent, table.currency, formats)
    subtitle = f"{_currency(table.currency, formats)}, fiscal year {label}. {_to_date(spent, table.currency, formats)}"
    return Chart(
        id=f"spend-{table.currency.lower()}",
        kind="spend",
        title=title,
        subtitle=subtitle,
        summary=f"{title}. {subtitle} The same figures are in the table below.",
        key=_key(kinds, table),
        columns=(Column("Month", False), *(Column(name) for name in (*kinds, "Together", "Budget", "Over or under"))),
        rows=tuple(_cells(row, table, kinds, today, formats) for row in table.rows),
        data=_data(table, kinds, today, formats),
    )


def spent_to_date(table: CostTable) -> Spent:
    """Actuals up to the last month that has one, against the plan of the same months."""
    actual = [row for row in table.rows if row.total.actual is not None]
    if not actual:
        return Spent(None, table.total.plan, None)
    until = actual[-1].month
    plans = [row.total.plan for row in table.rows if row.month <= until and row.total.plan is not None]
    return Spent(
        sum((row.total.actual or Decimal(0) for row in actual), Decimal(0)),
        sum(plans, Decimal(0)) if plans else None,
        until,
    )


def _kinds(table: CostTable) -> list[str]:
    """The kinds in the table's order; from the sixth on the smaller ones are taken together."""
    if len(table.categories) <= MOST_KINDS:
        return table.categories
    sizes = {name: _size(total) for name, total in zip(table.categories, table.totals, strict=True)}
    largest = sorted(sizes, key=lambda name: sizes[name], reverse=True)[: MOST_KINDS - 1]
    return [*(name for name in table.categories if name in largest), OTHERS]


def _size(cell: Cell) -> Decimal:
    return abs(cell.actual or cell.forecast or cell.plan or Decimal(0))


def _shown(cell: Cell, month: date, today: date) -> Decimal | None:
    """What is spent, or what is forecast for a month that has not ended."""
    if cell.actual is not None:
        return cell.actual
    return cell.forecast if month >= today.replace(day=1) else None


def _is_actual(row: MonthRow, today: date) -> bool:
    return row.total.actual is not None or row.month < today.replace(day=1)


def _by_kind(row: MonthRow, table: CostTable, kinds: Sequence[str], today: date) -> list[Decimal | None]:
    """The month's amounts by kind; in a month with actuals only these count."""
    known: dict[str, Decimal] = {}
    for name, cell in zip(table.categories, row.cells, strict=True):
        amount = cell.actual if row.total.actual is not None else _shown(cell, row.month, today)
        if amount is not None:
            kind = name if name in kinds else OTHERS
            known[kind] = known.get(kind, Decimal(0)) + amount
    return [known.get(kind) for kind in kinds]


def _cells(row: MonthRow, table: CostTable, kinds: Sequence[str], today: date, formats: Formats) -> tuple[Text, ...]:
    total, plan = _shown(row.total, row.month, today), row.total.plan
    gap = None if total is None or plan is None else total - plan
    amounts = [*_by_kind(row, table, kinds, today), total, plan]
    month = formats.month(row.month) + ("" if _is_actual(row, today) or total is None else ", forecast")
    return (
        Text(month, False),
        *(Text(_money(amount, table.currency, formats)) for amount in amounts),
        Text(_money(gap, table.currency, formats, signed=True)),
    )


def _data(table: CostTable, kinds: Sequence[str], today: date, formats: Formats) -> dict[str, Any]:
    members = [f"k{index}" for index, _ in enumerate(kinds)]
    return {
        "locale": formats.locale.replace("_", "-"),
        "currency": table.currency,
        "fields": {
            "month": "month",
            "kind": "kind",
            **dict(zip(kinds, members, strict=True)),
            "together": "value",
            "budget": "plan",
        },
        "series": [{"name": name, "member": member} for name, member in zip(kinds, members, strict=True)],
        "rows": [
            {
                "month": f"{row.month:%Y-%m}",
                "label": formats.month(row.month, short=True),
                "title": formats.month(row.month),
                "kind": "actual" if _is_actual(row, today) else "forecast",
                **{
                    member: _number(amount)
                    for member, amount in zip(members, _by_kind(row, table, kinds, today), strict=True)
                },
                "value": _number(_shown(row.total, row.month, today)),
                "plan": _number(row.total.plan),
                "tip": _tip(row, table, kinds, today, formats),
            }
            for row in table.rows
        ],
    }


def _tip(row: MonthRow, table: CostTable, kinds: Sequence[str], today: date, formats: Formats) -> list[str]:
    told = [
        f"{name} {_money(amount, table.currency, formats)}"
        for name, amount in zip(kinds, _by_kind(row, table, kinds, today), strict=True)
        if amount is not None
    ]
    word = "Spent" if _is_actual(row, today) else "Forecast"
    total = _money(_shown(row.total, row.month, today), table.currency, formats)
    return [f"{word} {total}", *told, f"Budget {_money(row.total.plan, table.currency, formats)}"]


def _key(kinds: Sequence[str], table: CostTable) -> Key:
    has_forecast = any(row.total.forecast is not None for row in table.rows)
    return (
        *((f"c{index}", name) for index, name in enumerate(kinds, start=1)),
        *((("fc", "Forecast"),) if has_forecast else ()),
        ("pl", "Budget"),
    )


def _title(spent: Spent, currency: str, formats: Formats) -> str:
    if spent.amount is None:
        return "Nothing is spent yet"
    if spent.budget is None:
        return f"{_money(spent.amount, currency, formats)} is spent, without a budget to hold it against"
    gap = spent.amount - spent.budget
    if abs(gap) <= abs(spent.budget) * HALF_A_PERCENT:
        return "Spend is on budget"
    return f"Spend is {_money(abs(gap), currency, formats)} {'over' if gap > 0 else 'under'} budget"


def _to_date(spent: Spent, currency: str, formats: Formats) -> str:
    if spent.amount is None or spent.until is None:
        return f"Budget {_money(spent.budget, currency, formats)}." if spent.budget is not None else ""
    words = f"{_money(spent.amount, currency, formats)} to {formats.month(spent.until)}"
    return f"{words}, budget {_money(spent.budget, currency, formats)}." if spent.budget is not None else f"{words}."


def _currency(code: str, formats: Formats) -> str:
    name: str = get_currency_name(code, count=2, locale=known_locale(formats.locale))
    return name


def _money(amount: Decimal | None, currency: str, formats: Formats, *, signed: bool = False) -> str:
    return DASH if amount is None else formats.money(amount, currency, Form.TABLE, signed=signed)


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
