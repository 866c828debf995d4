"""The finance workbook of one initiative: its flows, and live formulas that come to the figures of its snapshot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from metrics.core.periods import months_of
from metrics.core.reasons import Reason, sentence
from metrics.exports.sheets import DAY, MONEY, RATIO, Formula, add_row, add_sheet, saved
from metrics.models import Snapshot

COUNTED = ("cost", "cost_ahead", "proven", "benefit_ahead")
SPENT = frozenset({"cost", "cost_ahead"})
FLOW_HEADING = (
    "Date", "Side", "Label", "Basis", "Rule", "Grade", "Amount", "Years", "Present value", "As recorded", "Currency",
    "KPI", "Record",
)  # fmt: skip
MONTHS_FORMAT = "0.00"
FIRST_FIGURE = 7


@dataclass(frozen=True)
class Range:
    """The rows of a column of a sheet."""

    sheet: str
    last: int

    def __call__(self, column: str) -> str:
        return f"{self.sheet}!${column}$2:${column}${self.last}"


def initiative_workbook(snapshot: Snapshot) -> bytes:
    """The workbook as a file; everything in it comes from the stored snapshot."""
    book = Workbook(write_only=True)
    flows = [row for row in snapshot.returns.get("flows", ()) if row[2] in COUNTED]
    months = _months(flows)
    _summary(book, snapshot, Range("Flows", len(flows) + 1), Range("Months", len(months) + 1), bool(flows))
    _flows(book, "Flows", flows)
    _month_sheet(book, months, len(flows) + 1)
    _flows(book, "Not counted", [row for row in snapshot.returns.get("flows", ()) if row[2] not in COUNTED])
    _costs(book, snapshot, Range("Flows", len(flows) + 1))
    _effects(book, snapshot)
    _ranges(book, snapshot)
    _notes(book, snapshot)
    return saved(book)


def _summary(book: Workbook, snapshot: Snapshot, flows: Range, months: Range, has_flows: bool) -> None:
    sheet = add_sheet(
        book, "Summary", ("Figure", "Hurdle says", "Live formula", "Difference", "Note"), (34, 18, 18, 14, 60)
    )
    add_row(sheet, ["Initiative", snapshot.initiative.name])
    add_row(sheet, ["Currency", snapshot.currency])
    add_row(sheet, ["As of", snapshot.as_of_date], ["", DAY])
    add_row(sheet, ["Discount rate", _number(snapshot.figures["discount_rate"])], ["", RATIO])
    add_row(sheet, ["Hurdle", _number(snapshot.figures["hurdle"])], ["", RATIO])
    formulas = _formulas(flows, months, snapshot) if has_flows else ()
    for row, (name, label, formula, form) in enumerate(formulas, start=FIRST_FIGURE):
        figure = snapshot.figures[name]
        if figure["value"] is None:
            add_row(sheet, [label, None, None, None, _reason(figure)])
        else:
            values = [label, Decimal(figure["value"]), Formula(formula), Formula(f"C{row}-B{row}")]
            add_row(sheet, values, ["", form, form, "0.000000"])


def _formulas(flows: Range, months: Range, snapshot: Snapshot) -> Iterable[tuple[str, str, str, str]]:
    """Figure, label, formula and number format. The discount rate stands in B5."""
    amount, years, value, side = flows("G"), flows("H"), flows("I"), flows("B")
    cost, proven = f'SUMIFS({amount},{side},"cost")', f'SUMIFS({amount},{side},"proven")'
    ahead = f'SUMIFS({amount},{side},"cost_ahead")'
    spent = f"-({cost}+{ahead})"
    paid = f"SUMPRODUCT(({amount}<0)*{value})"
    got = f"SUMPRODUCT(({amount}>0)*{value})"
    yield "cost_to_date", "Cost to date", f"-{cost}", MONEY
    yield "benefit_to_date", "Proven benefit to date", proven, MONEY
    yield "net_to_date", "Net to date", f"{proven}+{cost}", MONEY
    yield "roi_to_date", "ROI to date", f"({proven}+{cost})/-{cost}", RATIO
    yield "tco", "Total cost of ownership", spent, MONEY
    yield "net", "Net over the horizon", f"SUM({amount})", MONEY
    yield "roi_forecast", "ROI over the horizon", f"SUM({amount})/({spent})", RATIO
    yield "npv", "Net present value", f"SUM({value})", MONEY
    yield "roi_discounted", "Discounted ROI", f"SUM({value})/-{_costs_valued(flows)}", RATIO
    guess = snapshot.figures["irr"]["value"] or "0.1"
    yield "irr", "Internal rate of return", f"XIRR({amount},{flows('A')},{guess})", RATIO
    yield "mirr", "Modified rate of return", f"(1+$B$5)*({got}/-{paid})^(1/MAX({years}))-1", RATIO
    yield "payback_month", "Payback, months", _payback(months, "C", "D"), MONTHS_FORMAT
    yield "payback_first_month", "First time paid back, months", f"MIN({months('D')})", MONTHS_FORMAT
    yield "discounted_payback_month", "Payback, discounted, months", _payback(months, "F", "G"), MONTHS_FORMAT


def _costs_valued(flows: Range) -> str:
    value, side = flows("I"), flows("B")
    return f'(SUMIFS({value},{side},"cost")+SUMIFS({value},{side},"cost_ahead"))'


def _payback(months: Range, total: str, crossing: str) -> str:
    return f'IF({months.sheet}!${total}${months.last}>=0,MAX({months(crossing)}),"not within the horizon")'


def _flows(book: Workbook, title: str, rows: Sequence[Sequence[str]]) -> None:
    sheet = add_sheet(book, title, FLOW_HEADING, (12, 14, 16, 10, 10, 8, 18, 10, 18, 18, 10, 20, 16))
    last = len(rows) + 1
    for place, row in enumerate(rows, start=2):
        amount = Decimal(row[1]) * (-1 if row[2] in SPENT else 1)
        years = Formula(f"(A{place}-MIN($A$2:$A${last}))/365")
        worth = Formula(f"G{place}/(1+Summary!$B$5)^H{place}")
        values = [date.fromisoformat(row[0]), *row[2:5], row[5] or "", row[6] or "", amount, years, worth]
        recorded = Decimal(row[9]) if row[9] else None
        add_row(
            sheet,
            [*values, recorded, row[10] or "", row[7] or "", row[8] or ""],
            [DAY, "", "", "", "", "", MONEY, "0.0000", MONEY, MONEY],
        )


def _months(rows: Sequence[Sequence[str]]) -> list[date]:
    days = [date.fromisoformat(row[0]) for row in rows]
    return list(months_of(min(days), max(days))) if days else []


def _month_sheet(book: Workbook, months: Sequence[date], last: int) -> None:
    """Net by month, added up, and where the sum turns: the row's number less one, linear within the month."""
    heading = ("Month", "Net", "Added up", "Turns at", "Discounted", "Added up, discounted", "Turns at, discounted")
    sheet = add_sheet(book, "Months", heading, (12, 18, 18, 12, 18, 20, 18))
    for place, month in enumerate(months, start=2):
        within = f'Flows!$A$2:$A${last},">="&A{place},Flows!$A$2:$A${last},"<"&EDATE(A{place},1)'
        values: list[Any] = [month]
        for source, net, total in (("G", "B", "C"), ("I", "E", "F")):
            values.append(Formula(f"SUMIFS(Flows!${source}$2:${source}${last},{within})"))
            values.append(Formula(f"{net}{place}" if place == 2 else f"{total}{place - 1}+{net}{place}"))
            values.append(Formula(_turn(place, total)))
        add_row(sheet, values, [DAY, MONEY, MONEY, "0.00", MONEY, MONEY, "0.00"])


def _turn(place: int, total: str) -> str:
    if place == 2:
        return f'IF({total}2>=0,0,"")'
    before, now = f"{total}{place - 1}", f"{total}{place}"
    return f'IF(AND({now}>=0,{before}<0),{place - 2}-{before}/({now}-{before}),"")'


def _costs(book: Workbook, snapshot: Snapshot, flows: Range) -> None:
    sheet = add_sheet(book, "Cost by category", ("Category", "To date", "Still to come", "Total"), (22, 18, 18, 18))
    amount, side, label = flows("G"), flows("B"), flows("C")
    for place, category in enumerate(sorted(snapshot.breakdowns.get("costs", {})), start=2):
        sums = [Formula(f'-SUMIFS({amount},{side},"{part}",{label},A{place})') for part in ("cost", "cost_ahead")]
        add_row(sheet, [category, *sums, Formula(f"B{place}+C{place}")], ["", MONEY, MONEY, MONEY])


def _effects(book: Workbook, snapshot: Snapshot) -> None:
    heading = ("KPI", "Grade", "Effect", "Low (80 %)", "High (80 %)", "Method", "Assumption or what would help")
    sheet = add_sheet(book, "Effects", heading, (30, 8, 14, 14, 14, 26, 90))
    for effect in snapshot.effects:
        numbers = [Decimal(effect[name]) if effect.get(name) else None for name in ("effect", "low", "high")]
        words = effect["assumption"] or effect.get("help") or _reason({"reason": effect["reason"], "detail": None})
        add_row(sheet, [effect["name"], effect["grade"] or "", *numbers, effect.get("method", ""), words])


def _ranges(book: Workbook, snapshot: Snapshot) -> None:
    sheet = add_sheet(book, "Ranges (values)", ("Figure", "Low (80 %)", "Value", "High (80 %)"), (30, 18, 18, 18))
    for name in ("net", "npv", "roi_forecast", "benefit_to_date", "chance_roi_positive", "chance_clears_hurdle"):
        figure = snapshot.figures.get(name)
        if figure and figure["value"] is not None:
            add_row(sheet, [name, *(Decimal(figure[end]) if figure[end] else None for end in ("low", "value", "high"))])
    sheet = add_sheet(
        book, "Sensitivity (values)", ("Driver", "Net at its 10 % point", "Net at its 90 % point"), (40, 24, 24)
    )
    for row in snapshot.outlook.get("sensitivity", ()):
        add_row(sheet, [row["driver"], Decimal(row["low"]), Decimal(row["high"])], ["", MONEY, MONEY])


def _notes(book: Workbook, snapshot: Snapshot) -> None:
    sheet = add_sheet(book, "Notes", ("What", "Value"), (34, 100))
    notes = (
        ("Snapshot", str(snapshot.pk)),
        ("Worked out", snapshot.computed_at.isoformat()),
        ("Method", snapshot.method_version),
        ("Change of the records", str(snapshot.inputs_version)),
        ("Change of the settings", str(snapshot.settings_version)),
        *_course(snapshot.returns),
        ("Not recalculated", "Ranges and chances come from 4,096 simulated outcomes and are given as values."),
        ("Years", "Days since the first flow ÷ 365, as in XNPV and XIRR."),
    )
    for note in notes:
        add_row(sheet, note)


def _course(returns: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What the amounts ahead hold beside what was recorded."""
    course = returns.get("course", {})
    yield "Plan lines of benefits are multiplied by", returns.get("realised_share", "")
    yield "Forecast lines of benefits are multiplied by", course.get("forecast", "")
    yield "Costs ahead are multiplied by", course.get("cost", "")
    yield "Months that benefits come later", str(course.get("late", ""))
    yield "Months until full use", str(course.get("ramp", ""))
    yield "Benefit lost per year", course.get("decay", "")


def _number(figure: Mapping[str, Any]) -> Decimal | None:
    return Decimal(figure["value"]) if figure["value"] is not None else None


def _reason(figure: Mapping[str, Any]) -> str:
    return sentence(Reason(figure["reason"]), figure.get("detail"))
