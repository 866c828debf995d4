"""Costs by category and month with the plan beside them, and benefits with their grade."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from portfolio.choices import Basis, CostCategory
from portfolio.forms.money import CATEGORIES
from portfolio.models import BenefitLine, CostLine, Initiative
from portfolio.models.fields import choices

NAMES = {word: CATEGORIES.get(CostCategory(word), label) for word, label in choices(CostCategory)}
MOST_ENDED = 20


@dataclass(frozen=True)
class FiscalYear:
    """Twelve months of the workspace.

    Args:
        first: its first day.
        after: the day after its last.
    """

    first: date
    after: date

    @property
    def year(self) -> int:
        """The calendar year in which it begins."""
        return self.first.year

    @property
    def label(self) -> str:
        """2026, or 2026/27 where it is not the calendar year."""
        return str(self.year) if self.first.month == 1 else f"{self.year}/{(self.year + 1) % 100:02}"

    def months(self) -> list[date]:
        """The first day of each month."""
        start = self.first.year * 12 + self.first.month - 1
        return [date(index // 12, index % 12 + 1, 1) for index in range(start, start + 12)]


@dataclass(frozen=True)
class Cell:
    """What a category cost in a month; None where nothing is recorded."""

    actual: Decimal | None = None
    plan: Decimal | None = None
    forecast: Decimal | None = None

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(_sum(self.actual, other.actual), _sum(self.plan, other.plan), _sum(self.forecast, other.forecast))


@dataclass(frozen=True)
class MonthRow:
    """One month: a cell for each category, and their sum."""

    month: date
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class CostTable:
    """The costs of a fiscal year in one currency."""

    currency: str
    categories: list[str]
    rows: list[MonthRow]
    totals: list[Cell]
    total: Cell


def fiscal_year(day: date, starts_in: int, year: int | None = None) -> FiscalYear:
    """The fiscal year that begins in YEAR, or the one that holds the day."""
    begin = year if year is not None else day.year - (day.month < starts_in)
    return FiscalYear(date(begin, starts_in, 1), date(begin + 1, starts_in, 1))


def cost_tables(initiative: Initiative, period: FiscalYear) -> list[CostTable]:
    """One table for each currency that has costs in the year."""
    sums = (
        _within(initiative.costs.filter(superseded_at=None), period)
        .annotate(month=TruncMonth("on"))
        .values_list("currency", "month", "category", "basis")
        .annotate(total=Sum("amount"))
    )
    cells: dict[str, dict[tuple[date, str], Cell]] = {}
    for currency, month, category, basis, total in sums:
        by_place = cells.setdefault(currency, {})
        by_place[month, category] = by_place.get((month, category), Cell()) + _cell(basis, total)
    return [_table(currency, cells[currency], period) for currency in sorted(cells)]


def cost_lines(initiative: Initiative, period: FiscalYear) -> "QuerySet[CostLine]":
    """The lines of the year, the one recorded last first."""
    return _within(initiative.costs.filter(superseded_at=None), period).order_by("-recorded_at", "-on", "-id")


def ended_cost_lines(initiative: Initiative, period: FiscalYear) -> "list[CostLine]":
    """Lines of the year that were corrected, withdrawn or taken back, the last ones first."""
    rows = initiative.costs.filter(superseded_at__isnull=False).select_related("recorded_by", "superseded_by")
    return list(_within(rows, period).order_by("-superseded_at", "-id")[:MOST_ENDED])


def history_of(line: CostLine) -> "list[CostLine]":
    """What the line said before it was corrected, the last first: each ended at the moment at which the next began."""
    ended = line.initiative.costs.filter(superseded_at__isnull=False).select_related("recorded_by", "superseded_by")
    by_end = {(row.superseded_at, row.source, row.identity): row for row in ended}
    found, moment = [], line.recorded_at
    while (before := by_end.get((moment, line.source, line.identity))) is not None and before not in found:
        found.append(before)
        moment = before.recorded_at
    return found


def benefit_lines(initiative: Initiative, period: FiscalYear) -> "QuerySet[BenefitLine]":
    """The benefit lines of the year, the one recorded last first."""
    rows = initiative.benefits.filter(superseded_at=None).select_related("kpi", "confirmed_by", "evidence_file")
    return _within(rows, period).order_by("-recorded_at", "-on", "-id")


def other_years(initiative: Initiative, period: FiscalYear, starts_in: int) -> list[FiscalYear]:
    """The fiscal years that hold money, and the one shown."""
    months = [
        month
        for lines in (initiative.costs, initiative.benefits)
        for month in lines.filter(superseded_at=None)
        .annotate(month=TruncMonth("on"))
        .values_list("month", flat=True)
        .distinct()
    ]
    return sorted({fiscal_year(month, starts_in) for month in months} | {period}, key=lambda found: found.first)


def _within(rows: "QuerySet", period: FiscalYear) -> "QuerySet":  # type: ignore[type-arg]
    return rows.filter(on__gte=period.first, on__lt=period.after)


def _cell(basis: str, total: Decimal) -> Cell:
    return {Basis.ACTUAL: Cell(actual=total), Basis.PLAN: Cell(plan=total), Basis.FORECAST: Cell(forecast=total)}[
        Basis(basis)
    ]


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return one if other is None else other if one is None else one + other


def _total(cells: Iterable[Cell]) -> Cell:
    return sum(cells, Cell())


def _table(currency: str, cells: dict[tuple[date, str], Cell], period: FiscalYear) -> CostTable:
    used = [word for word, _ in choices(CostCategory) if any(category == word for _, category in cells)]
    rows = []
    for month in period.months():
        line = [cells.get((month, category), Cell()) for category in used]
        rows.append(MonthRow(month, line, _total(line)))
    totals = [_total(row.cells[index] for row in rows) for index in range(len(used))]
    return CostTable(currency, [NAMES[word] for word in used], rows, totals, _total(totals))
