"""Costs by category against plan, and benefits by class and evidence, as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.words import CATEGORY_WORDS, CLASS_WORDS
from web.formats import Form, Formats

DASH = "–"


@dataclass(frozen=True)
class MoneyTable:
    """A table of amounts: column labels, rows of texts with the label first, and a total where one makes sense."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


def cost_table(breakdowns: Mapping[str, Any], currency: str, formats: Formats) -> MoneyTable:
    """Actual, forecast and planned cost by category."""
    groups = ("cost", "cost_ahead", "plan_cost")
    words = {str(category): label for category, label in CATEGORY_WORDS.items()}
    return _table(breakdowns["costs"], groups, ("Spent", "Still to come", "Plan"), words, currency, formats)


def benefit_table(breakdowns: Mapping[str, Any], currency: str, formats: Formats) -> MoneyTable:
    """Proven, indicative, claimed, forecast and planned benefit by class; never added across the first three."""
    groups = ("proven", "indicative", "claimed", "benefit_ahead", "plan_benefit")
    labels = ("Proven", "Indicative", "Claimed", "Forecast", "Plan")
    words = {str(kind): label for kind, label in CLASS_WORDS.items()}
    return _table(breakdowns["benefits"], groups, labels, words, currency, formats)


def _table(
    stored: Mapping[str, Mapping[str, str]],
    groups: tuple[str, ...],
    labels: tuple[str, ...],
    words: Mapping[str, str],
    currency: str,
    formats: Formats,
) -> MoneyTable:
    def written(value: Decimal | None) -> str:
        return DASH if value is None else formats.money(value, currency, Form.TABLE)

    rows = {words.get(name, name): sums for name, sums in stored.items()}
    totals = {group: _sum(rows, group) for group in groups}
    return MoneyTable(
        columns=labels,
        rows=tuple(
            (name, *(written(Decimal(sums[group]) if group in sums else None) for group in groups))
            for name, sums in sorted(rows.items())
        ),
        total=("Total", *(written(totals[group]) for group in groups)) if rows else (),
    )


def _sum(rows: Mapping[str, Mapping[str, str]], group: str) -> Decimal | None:
    values = [Decimal(sums[group]) for sums in rows.values() if group in sums]
    return sum(values, Decimal(0)) if values else None
