"""The page of costs and benefits."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from accounts.access import Actor, may
from accounts.choices import Permission
from portfolio.access import may_write
from portfolio.contexts.money import (
    CostTable,
    FiscalYear,
    benefit_lines,
    cost_lines,
    cost_tables,
    ended_cost_lines,
    fiscal_year,
    other_years,
)
from portfolio.contexts.pages import Listed, listed
from portfolio.contexts.spending import spend_chart
from portfolio.models import BenefitLine, CostLine, Initiative, PeriodLock
from portfolio.selectors import locks_of
from web.charts import Chart
from web.formats import Formats


@dataclass(frozen=True)
class MoneyPage:
    """Costs and benefits of one fiscal year.

    Args:
        charts: spend against budget, one for each currency.
        has_costs: whether the initiative has any cost, of whatever year.
        ended: lines that were corrected or withdrawn.
        closed: the last closed period; None where nothing is closed.
        may_write: whether the reader may add and correct lines.
        may_confirm: whether the reader is finance.
    """

    initiative: Initiative
    period: FiscalYear
    years: list[FiscalYear]
    tables: list[CostTable]
    charts: list[Chart]
    has_costs: bool
    costs: Listed[CostLine]
    ended: list[CostLine]
    closed: PeriodLock | None
    benefits: Listed[BenefitLine]
    may_write: bool
    may_confirm: bool


def money_page(actor: Actor, initiative: Initiative, today: date, query: QueryDict, formats: Formats) -> MoneyPage:
    """The fiscal year that begins in the ``year`` of the query, or today's."""
    starts_in = actor.workspace.fiscal_year_start
    period = fiscal_year(today, starts_in, _year(query.get("year", "")))
    tables = cost_tables(initiative, period)
    locks = locks_of(actor.workspace).rows
    return MoneyPage(
        initiative=initiative,
        period=period,
        years=other_years(initiative, period, starts_in),
        tables=tables,
        charts=[spend_chart(table, period.label, today, formats) for table in tables],
        has_costs=bool(tables) or initiative.costs.filter(superseded_at=None).exists(),
        costs=listed(cost_lines(initiative, period), query, "costs", "lines"),
        ended=ended_cost_lines(initiative, period),
        closed=locks[-1] if locks else None,
        benefits=listed(benefit_lines(initiative, period), query, "benefits", "lines"),
        may_write=may_write(actor, initiative, Permission.WRITE_MONEY),
        may_confirm=may(actor, Permission.CONFIRM),
    )


def _year(asked: str) -> int | None:
    return int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() and "1970" <= asked < "2200" else None
