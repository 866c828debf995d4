"""Stored months and gaps → what a chart draws and what its table says, from the same numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from babel.numbers import get_currency_name

from web.formats import Form, Formats

DASH = "–"
MOST_POINTS = 200
Key = tuple[tuple[str, str], ...]
TITLES = ("Forecast", "Plan", "Gap")
BAR_KEY: Key = (("ac", "Actual"), ("fc", "Forecast"), ("pl", "Plan"))
RELIABILITY_KEY: Key = (("wh", "80% range of what came"), ("ln pl", "Came as often as said"))
LINE_KEY: Key = (("ln", "Actual"), ("ln fc", "Forecast"), ("ln pl", "Plan"))


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


@dataclass(frozen=True)
class GapRow:
    """An initiative's forecast and plan of the year."""

    initiative_id: int
    name: str
    forecast: Decimal
    plan: Decimal

    @property
    def gap(self) -> Decimal:
        """Forecast less plan."""
        return self.forecast - self.plan


@dataclass(frozen=True)
class BandRow:
    """Forecasts of about the same chance: the chance said, the share that came with its range, and how many."""

    said: Decimal
    came: Decimal
    low: Decimal
    high: Decimal
    forecasts: int
    initiatives: int


@dataclass(frozen=True)
class Column:
    """A column of a chart's table."""

    label: str
    is_number: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell of a chart's table."""

    text: str
    is_number: bool = True


@dataclass(frozen=True)
class Chart:
    """One chart as components/chart.html prints it; `data` goes to the drawing module named by `kind`."""

    id: str
    kind: str
    title: str
    subtitle: str
    summary: str
    key: Key
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    data: dict[str, Any]
    height: str = ""

    @property
    def source(self) -> str:
        """The id of the JSON beside the canvas."""
        return f"{self.id}-data"


@dataclass(frozen=True)
class Flag:
    """A stage change on the time axis, numbered as in the list below the chart."""

    month: date
    number: str


def months_of(stored: Iterable[Mapping[str, Any]]) -> tuple[MonthRow, ...]:
    """The stored months of a snapshot, initiative's or portfolio's."""
    return tuple(
        MonthRow(
            month=date.fromisoformat(f"{row['month']}-01"),
            is_actual=row["kind"] == "actual",
            net=_decimal(row["net"]),
            plan=_planned(row),
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
        summary=f"{title}. {_ends(rows, currency, formats)} The same figures are in the table below.",
        key=(*BAR_KEY, *((("wh", "80% range of the forecast"),) if has_range else ())),
        columns=(Column("Month", False), Column("Kind", False), *_titles("Net value", "Plan", "Gap")),
        rows=tuple(_month_cells(row, currency, formats) for row in rows),
        data=_series(rows, currency, formats, [_number(row.net) for row in rows], [_number(row.plan) for row in rows]),
    )


def cumulative_chart(
    rows: Sequence[MonthRow], currency: str, formats: Formats, *, title: str, subtitle: str, flags: Sequence[Flag] = ()
) -> Chart:
    """Value added up month by month, against the plan added up."""
    nets = list(accumulate(row.net or Decimal(0) for row in rows))
    plans = list(accumulate(row.plan or Decimal(0) for row in rows))
    added = [
        MonthRow(row.month, row.is_actual, net, plan if any(plans) else None)
        for row, net, plan in zip(rows, nets, plans, strict=True)
    ]
    places = {row.month: index for index, row in enumerate(rows)}
    data = _series(added, currency, formats, [_number(row.net) for row in added], [_number(row.plan) for row in added])
    data["flags"] = [{"at": places[flag.month], "number": flag.number} for flag in flags if flag.month in places]
    return Chart(
        id="cumulative",
        kind="cumulative",
        title=title,
        subtitle=subtitle,
        summary=f"{title}. {_ends(added, currency, formats)} The same figures are in the table below.",
        key=LINE_KEY,
        columns=(Column("Month", False), Column("Kind", False), *_titles("Added up", "Plan", "Gap")),
        rows=tuple(_month_cells(row, currency, formats) for row in added),
        data=data,
    )


def gap_chart(rows: Sequence[GapRow], currency: str, formats: Formats, *, title: str, subtitle: str) -> Chart:
    """Forecast less plan of each initiative, the largest shortfall first."""
    ordered = sorted(rows, key=lambda row: row.gap)
    texts = [formats.money(row.gap, currency, signed=True) for row in ordered]
    cells = [_gap_cells(row, currency, formats) for row in ordered]
    return Chart(
        id="gap",
        kind="gap",
        title=title,
        subtitle=subtitle,
        summary=f"{title}: " + "; ".join(f"{row.name} {text}" for row, text in zip(ordered, texts, strict=True)) + ".",
        key=(),
        columns=(Column("Initiative", False), *_titles("Forecast", "Plan", "Gap")),
        rows=tuple(cells),
        data={
            "rows": [
                {
                    "label": _short(row.name),
                    "title": row.name,
                    "value": float(row.gap),
                    "text": text,
                    "tip": [f"{word} {cell.text}" for word, cell in zip(TITLES, told[1:], strict=True)],
                }
                for row, text, told in zip(ordered, texts, cells, strict=True)
            ]
        },
        height="tall" if len(rows) > 6 else "small",
    )


def reliability_chart(rows: Sequence[BandRow], formats: Formats, *, title: str, subtitle: str) -> Chart:
    """Chance said against share that came; on the diagonal the two are the same."""
    cells = [_band_cells(row, formats) for row in rows]
    told = "; ".join(f"said {said.text}, came {came.text}" for said, came, *_ in cells)
    return Chart(
        id="reliability",
        kind="reliability",
        title=title,
        subtitle=subtitle,
        summary=f"{title}: {told}. The same figures are in the table below.",
        key=RELIABILITY_KEY,
        columns=(*_titles("Chance said", "Share that came", "80% range", "Forecasts", "Initiatives"),),
        rows=tuple(cells),
        data={
            "locale": formats.locale.replace("_", "-"),
            "rows": [
                {
                    "said": float(row.said),
                    "came": float(row.came),
                    "low": float(row.low),
                    "high": float(row.high),
                    "title": f"{row.forecasts} forecasts of {row.initiatives} initiatives",
                    "tip": [f"Said {said.text}", f"Came {came.text}", f"80% range {span.text}"],
                }
                for row, (said, came, span, *_) in zip(rows, cells, strict=True)
            ],
        },
    )


def currency_name(currency: str, formats: Formats) -> str:
    """The currency in words, for a subtitle: US dollars."""
    name: str = get_currency_name(currency, count=2, locale=formats.locale.replace("-", "_"))
    return name


def _titles(*labels: str) -> Iterable[Column]:
    return (Column(label) for label in labels)


def _series(
    rows: Sequence[MonthRow],
    currency: str,
    formats: Formats,
    values: Sequence[float | None],
    plans: Sequence[float | None],
) -> dict[str, Any]:
    is_long = len(rows) > 13
    return {
        "locale": formats.locale.replace("_", "-"),
        "currency": currency,
        "rows": [
            {
                "label": formats.month(row.month, short=True) + (f" {row.month:%y}" if is_long else ""),
                "title": formats.month(row.month),
                "kind": "actual" if row.is_actual else "forecast",
                "value": value,
                "plan": plan,
                "low": _number(row.low),
                "high": _number(row.high),
                "tip": _month_tip(row, currency, formats),
            }
            for row, value, plan in zip(rows[-MOST_POINTS:], values[-MOST_POINTS:], plans[-MOST_POINTS:], strict=True)
        ],
    }


def _month_cells(row: MonthRow, currency: str, formats: Formats) -> tuple[Cell, ...]:
    gap = None if row.net is None or row.plan is None else row.net - row.plan
    return (
        Cell(formats.month(row.month), False),
        Cell("Actual" if row.is_actual else "Forecast", False),
        Cell(_money(row.net, currency, formats)),
        Cell(_money(row.plan, currency, formats)),
        Cell(_money(gap, currency, formats, signed=True)),
    )


def _month_tip(row: MonthRow, currency: str, formats: Formats) -> list[str]:
    kind = "Actual" if row.is_actual else "Forecast"
    tip = [f"{kind} {_money(row.net, currency, formats)}"]
    if row.low is not None and row.high is not None:
        tip.append(f"80% range {_money(row.low, currency, formats)} to {_money(row.high, currency, formats)}")
    return [*tip, f"Plan {_money(row.plan, currency, formats)}"]


def _gap_cells(row: GapRow, currency: str, formats: Formats) -> tuple[Cell, ...]:
    return (
        Cell(row.name, False),
        Cell(_money(row.forecast, currency, formats)),
        Cell(_money(row.plan, currency, formats)),
        Cell(_money(row.gap, currency, formats, signed=True)),
    )


def _band_cells(row: BandRow, formats: Formats) -> tuple[Cell, ...]:
    return (
        Cell(formats.chance(row.said)),
        Cell(formats.percent(row.came)),
        Cell(f"{formats.percent(row.low)} to {formats.percent(row.high)}"),
        Cell(formats.number(row.forecasts)),
        Cell(formats.number(row.initiatives)),
    )


def _ends(rows: Sequence[MonthRow], currency: str, formats: Formats) -> str:
    """First and last known month in a sentence."""
    known = [row for row in rows if row.net is not None]
    if not known:
        return "No month has a known value."
    first, last = known[0], known[-1]
    return (
        f"From {_money(first.net, currency, formats)} in {formats.month(first.month)} "
        f"to {_money(last.net, currency, formats)} in {formats.month(last.month)}."
    )


def _money(value: Decimal | None, currency: str, formats: Formats, *, signed: bool = False) -> str:
    return DASH if value is None else formats.money(value, currency, Form.TABLE, signed=signed)


def _planned(row: Mapping[str, Any]) -> Decimal | None:
    """A month without any plan line has no plan, which is not a plan of nothing."""
    has_plan = any(Decimal(row[name] or 0) for name in ("plan_cost", "plan_benefit"))
    return _decimal(row["plan_net"]) if has_plan else None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _short(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25]}…"
