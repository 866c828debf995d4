"""The finance workbook of the portfolio: each initiative's months in the workspace's currency, and live totals."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from openpyxl import Workbook

from metrics.core.rollup.initiative import Part
from metrics.exports.sheets import DAY, MONEY, RATIO, Formula, add_row, add_sheet, saved
from metrics.models import PortfolioSnapshot

SIDES = ("cost", "cost_ahead", "proven", "benefit_ahead")
FIRST_FIGURE = 5
Member = tuple[str, str, Part]


def portfolio_workbook(totals: PortfolioSnapshot, members: Iterable[Member]) -> bytes:
    """The workbook as a file, from stored totals and the parts of their members (key, name, part)."""
    known = [member for member in members if member[2].problem is None]
    rows = [(key, *row) for key, _, part in known for row in _months(part)]
    book = Workbook(write_only=True)
    _summary(book, totals, len(rows) + 1, len(known) + 1)
    _initiatives(book, known)
    sheet = add_sheet(book, "Months", ("Initiative", "Month", *SIDES), (30, 12, 18, 18, 18, 18))
    for row in rows:
        add_row(sheet, row, ["", DAY, MONEY, MONEY, MONEY, MONEY])
    return saved(book)


def _summary(book: Workbook, totals: PortfolioSnapshot, last: int, members: int) -> None:
    sheet = add_sheet(book, "Summary", ("Figure", "Hurdle says", "Live formula", "Difference"), (34, 20, 20, 14))
    add_row(sheet, ["Currency", totals.currency])
    add_row(sheet, ["As of", totals.as_of_date], ["", DAY])
    rate = totals.figures["discount_rate"]["value"]
    add_row(sheet, ["Discount rate", Decimal(rate) if rate else None], ["", RATIO])
    cost, ahead, proven, coming = (f"SUM(Months!${column}$2:${column}${last})" for column in "CDEF")
    formulas = (
        ("cost_to_date", "Cost to date", cost, MONEY),
        ("benefit_to_date", "Proven benefit to date", proven, MONEY),
        ("net_to_date", "Net to date", f"{proven}-{cost}", MONEY),
        ("roi_to_date", "ROI to date", f"{proven}/{cost}-1", RATIO),
        ("tco", "Total cost of ownership", f"{cost}+{ahead}", MONEY),
        ("net", "Net over the horizon", f"{proven}+{coming}-{cost}-{ahead}", MONEY),
        ("roi_forecast", "ROI over the horizon", f"({proven}+{coming})/({cost}+{ahead})-1", RATIO),
        ("npv", "Net present value as of the day", f"SUM(Initiatives!$F$2:$F${members})", MONEY),
    )
    known = [row for row in formulas if totals.figures[row[0]]["value"] is not None]
    for place, (name, label, formula, form) in enumerate(known, start=FIRST_FIGURE):
        values = [label, Decimal(totals.figures[name]["value"]), Formula(formula), Formula(f"C{place}-B{place}")]
        add_row(sheet, values, ["", form, form, "0.000000"])


def _initiatives(book: Workbook, members: list[Member]) -> None:
    heading = ("Initiative", "Name", "Stage", "First flow", "Value at its first flow", "Carried to the day")
    sheet = add_sheet(book, "Initiatives", heading, (24, 40, 14, 12, 22, 22))
    for place, (key, name, part) in enumerate(members, start=2):
        carried = Formula(f'IF(E{place}="",0,E{place}*(1+Summary!$B$4)^((Summary!$B$3-D{place})/365))')
        values = [key, name, part.stage, part.first_flow, part.npv, carried]
        add_row(sheet, values, ["", "", "", DAY, MONEY, MONEY])


def _months(part: Part) -> Iterable[tuple[date, *tuple[Decimal, ...]]]:
    months = part.money.months
    for index, month in enumerate(months.months):
        values = [months.row(index, side) or Decimal(0) for side in SIDES]
        if any(values):
            yield (month, *values)
