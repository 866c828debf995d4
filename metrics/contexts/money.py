"""Costs by category against plan, and benefits by class and evidence, and saved time by where it went, as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.words import CATEGORY_WORDS, CLASS_WORDS, SAVED_TIME_WORDS
from web.formats import Form, Formats

DASH = "–"


@dataclass(frozen=True)
class MoneyTable:
    """A table of amounts: column labels, rows of texts with the label first, and a total where one makes sense."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


def cost_table(breakdowns: Mapping[str, Any], currency: str, formats: Formats) -> MoneyTable:
    """Actual, forecast and planned cost by category, and by how much the two go beyond the plan."""
    groups = ("cost", "cost_ahead", "plan_cost", "over")
    words = {str(category): label for category, label in CATEGORY_WORDS.items()}
    rows = {label: _over(sums) for label, sums in _labelled(breakdowns["costs"], words).items()}
    return _table(rows, groups, ("Spent", "Still to come", "Plan", "Over plan"), currency, formats)


def benefit_table(breakdowns: Mapping[str, Any], currency: str, formats: Formats) -> MoneyTable:
    """Proven, indicative, claimed, forecast and planned benefit by class; never added across the first three."""
    groups = ("proven", "indicative", "claimed", "benefit_ahead", "plan_benefit")
    labels = ("Proven", "Indicative", "Claimed", "Forecast", "Plan")
    words = {str(kind): label for kind, label in CLASS_WORDS.items()}
    return _table(_labelled(breakdowns["benefits"], words), groups, labels, currency, formats)


def saved_time_table(breakdowns: Mapping[str, Any], currency: str, formats: Formats) -> MoneyTable:
    """What saved time is worth by where it went; without rows where no time was saved."""
    groups = ("proven", "indicative", "claimed", "benefit_ahead")
    stored: Mapping[str, Mapping[str, str]] = breakdowns.get("saved_time", {})
    rows = {words: stored[went] for went, words in SAVED_TIME_WORDS.items() if went in stored}
    return _table(rows, groups, ("Proven", "Indicative", "Claimed", "Forecast"), currency, formats)


def _over(sums: Mapping[str, str]) -> Mapping[str, str]:
    """A category with what it costs beyond its plan; nothing to compare where none was planned."""
    if "plan_cost" not in sums:
        return sums
    whole = sum((Decimal(sums.get(name, 0)) for name in ("cost", "cost_ahead")), Decimal(0))
    return {**sums, "over": str(whole - Decimal(sums["plan_cost"]))}


def _labelled(stored: Mapping[str, Mapping[str, str]], words: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    return dict(sorted((words.get(name, name), sums) for name, sums in stored.items()))


def _table(
    rows: Mapping[str, Mapping[str, str]],
    groups: tuple[str, ...],
    labels: tuple[str, ...],
    currency: str,
    formats: Formats,
) -> MoneyTable:
    def written(value: Decimal | None) -> str:
        return DASH if value is None else formats.money(value, currency, Form.TABLE)

    totals = {group: _sum(rows, group) for group in groups}
    return MoneyTable(
        columns=labels,
        rows=tuple(
            (name, *(written(Decimal(sums[group]) if group in sums else None) for group in groups))
            for name, sums in rows.items()
        ),
        total=("Total", *(written(totals[group]) for group in groups)) if rows else (),
    )


def _sum(rows: Mapping[str, Mapping[str, str]], group: str) -> Decimal | None:
    values = [Decimal(sums[group]) for sums in rows.values() if group in sums]
    return sum(values, Decimal(0)) if values else None
