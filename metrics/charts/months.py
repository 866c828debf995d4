"""Net value by month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.charts.base import DASH, Cell, Chart, Column, Key, decimal_of, money, number, plain_month, titles
from web.formats import Formats

MOST_POINTS = 200
BAR_KEY: Key = (("ac", "Actual"), ("fc", "Forecast"), ("pl", "Plan"))


@dataclass(frozen=True)
class MonthRow:
    """Net value of one month.

    Args:
        month: its first day.
        is_actual: whether the month is closed; else its value is a forecast.
        net: benefit less cost; None where it is not known.
        plan: planned benefit less planned cost; None where there is no plan.
        low: lower end of the forecast's range, if it has one.
        high: upper end.
    """

    month: date
    is_actual: bool
    net: Decimal | None
    plan: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None


def months_of(stored: Iterable[Mapping[str, Any]]) -> tuple[MonthRow, ...]:
    """The stored months of a snapshot, initiative's or portfolio's."""
    return tuple(
        MonthRow(
            month=date.fromisoformat(f"{row['month']}-01"),
            is_actual=row["kind"] == "actual",
            net=decimal_of(row["net"]),
            plan=_planned(row),
            low=decimal_of(row.get("low")),
            high=decimal_of(row.get("high")),
        )
        for row in stored
    )


def months_chart(
    rows: Sequence[MonthRow], currency: str, formats: Formats, *, title: str, subtitle: str, chart_id: str = "net"
) -> Chart:
    """Net value by month against plan."""
    has_range = any(row.low is not None for row in rows)
    return Chart(
        id=chart_id,
        kind="months",
        title=title,
        subtitle=subtitle,
        summary=f"{title}. {ends(rows, currency, formats)} The same figures are in the table below.",
        key=(*BAR_KEY, *((("wh", "80% range of the forecast"),) if has_range else ())),
        columns=(
            Column("Month", False),
            Column("Kind", False),
            *titles("Net value", *(["80% range"] if has_range else []), "Plan", "Gap"),
        ),
        rows=tuple(_month_cells(row, currency, formats, with_range=has_range) for row in rows),
        data=series(rows, currency, formats, [number(row.net) for row in rows], [number(row.plan) for row in rows]),
    )


def series(
    rows: Sequence[MonthRow],
    currency: str,
    formats: Formats,
    values: Sequence[float | None],
    plans: Sequence[float | None],
) -> dict[str, Any]:
    """What a chart of months draws; at most the last 200 of them."""
    is_long = len(rows) > 13
    return {
        "locale": formats.locale.replace("_", "-"),
        "currency": currency,
        "fields": {name: name for name in ("month", "kind", "value", "low", "high", "plan")},
        "rows": [
            {
                "month": plain_month(row.month),
                "label": formats.month(row.month, short=True) + (f" {row.month:%y}" if is_long else ""),
                "title": formats.month(row.month),
                "kind": "actual" if row.is_actual else "forecast",
                "value": value,
                "plan": plan,
                "low": number(row.low),
                "high": number(row.high),
                "tip": _month_tip(row, currency, formats),
            }
            for row, value, plan in zip(rows[-MOST_POINTS:], values[-MOST_POINTS:], plans[-MOST_POINTS:], strict=True)
        ],
    }


def _month_cells(row: MonthRow, currency: str, formats: Formats, *, with_range: bool = False) -> tuple[Cell, ...]:
    gap = None if row.net is None or row.plan is None else row.net - row.plan
    return (
        Cell(formats.month(row.month), False),
        Cell("Actual" if row.is_actual else "Forecast", False),
        Cell(money(row.net, currency, formats)),
        *([Cell(span(row, currency, formats) or DASH)] if with_range else []),
        Cell(money(row.plan, currency, formats)),
        Cell(money(gap, currency, formats, signed=True)),
    )


def _month_tip(row: MonthRow, currency: str, formats: Formats) -> list[str]:
    kind = "Actual" if row.is_actual else "Forecast"
    tip = [f"{kind} {money(row.net, currency, formats)}"]
    if ends_of := span(row, currency, formats):
        tip.append(f"80% range {ends_of}")
    return [*tip, f"Plan {money(row.plan, currency, formats)}"]


def span(row: MonthRow, currency: str, formats: Formats) -> str:
    """Both ends of a month's range; empty without one."""
    if row.low is None or row.high is None:
        return ""
    return f"{money(row.low, currency, formats)} to {money(row.high, currency, formats)}"


def ends(rows: Sequence[MonthRow], currency: str, formats: Formats) -> str:
    """First and last known month in a sentence."""
    known = [row for row in rows if row.net is not None]
    if not known:
        return "No month has a known value."
    first, last = known[0], known[-1]
    return (
        f"From {money(first.net, currency, formats)} in {formats.month(first.month)} "
        f"to {money(last.net, currency, formats)} in {formats.month(last.month)}."
    )


def _planned(row: Mapping[str, Any]) -> Decimal | None:
    """A month without any plan line has no plan, which is not a plan of nothing."""
    has_plan = any(Decimal(row[name] or 0) for name in ("plan_cost", "plan_benefit"))
    return decimal_of(row["plan_net"]) if has_plan else None
