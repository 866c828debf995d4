"""How sure the portfolio's outlook is, and what its money rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.figures import Shown, figure_url, shown
from metrics.contexts.money import MoneyTable, benefit_table, saved_time_table
from metrics.models import PortfolioSnapshot
from web.formats import Formats

DASH = "–"
EVIDENCE = (
    ("benefit_to_date", "Proven", ("L", "A", "B", "C")),
    ("benefit_indicative", "Indicative", ("D",)),
    ("benefit_claimed_only", "Claimed", ("E",)),
)
GRADE_NAMES = {"L": "ledger"}


@dataclass(frozen=True)
class Evidence:
    """Money that came back, by how well it is known (label, figure, its grades in words), by class, and
    saved time by where it went."""

    figures: tuple[tuple[str, Shown, str], ...]
    classes: MoneyTable
    saved_time: MoneyTable


@dataclass(frozen=True)
class MovedTogether:
    """The outlook at one correlation between initiatives."""

    correlation: str
    is_headline: bool
    net: str
    chance_roi_positive: str
    chance_clears_hurdle: str
    expected_shortfall: str


def evidence_block(totals: PortfolioSnapshot, formats: Formats) -> Evidence:
    """Proven, indicative and claimed money, which are never added up."""
    grades: Mapping[str, str] = totals.splits["grades"]
    return Evidence(
        figures=tuple(
            (
                label,
                shown(totals.figures.get(name), formats, url=figure_url(totals, name)),
                _grades_in_words(grades, wanted, totals.currency, formats),
            )
            for name, label, wanted in EVIDENCE
        ),
        classes=benefit_table(totals.splits, totals.currency, formats),
        saved_time=saved_time_table(totals.splits, totals.currency, formats),
    )


def together_block(totals: PortfolioSnapshot, formats: Formats) -> tuple[MovedTogether, ...]:
    """The outlook from no correlation to the strongest; nothing where nothing was simulated."""
    stored: Sequence[Mapping[str, Any]] = totals.outlook.get("correlations", ())
    headline = stored[0]["correlation"] if stored else ""
    ordered = sorted(stored, key=lambda row: Decimal(row["correlation"]))
    return tuple(_moved_together(row, row["correlation"] == headline, totals.currency, formats) for row in ordered)


def _moved_together(row: Mapping[str, Any], is_headline: bool, currency: str, formats: Formats) -> MovedTogether:
    clears = row["chance_clears_hurdle"]
    return MovedTogether(
        correlation=formats.number(row["correlation"], digits=1),
        is_headline=is_headline,
        net=" to ".join(formats.money(end, currency) for end in row["net"]),
        chance_roi_positive=formats.chance(row["chance_roi_positive"]),
        chance_clears_hurdle=DASH if clears is None else formats.chance(clears),
        expected_shortfall=formats.money(row["expected_shortfall"], currency),
    )


def _grades_in_words(grades: Mapping[str, str], wanted: Sequence[str], currency: str, formats: Formats) -> str:
    known = [(grade, grades[grade]) for grade in wanted if grade in grades]
    words = [f"{GRADE_NAMES.get(grade, f'grade {grade}')} {formats.money(sum_, currency)}" for grade, sum_ in known]
    return ", ".join(words)
