"""Net value added up month by month: when it pays back, how sure that is, and what happened on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from metrics.charts.base import DASH, Cell, Chart, Column, Key, money, number, titles
from metrics.charts.months import MonthRow, ends, series, span
from web.formats import Formats

ADDED_KEY: Key = (("ln", "Actual"), ("ln fc", "Forecast"), ("ln pl", "Plan"))
BAND_KEY = ("band", "80% range")


@dataclass(frozen=True)
class Event:
    """Something that happened or is to happen, flagged on the time axis and told below it."""

    on: date
    words: str


def cumulative_chart(
    rows: Sequence[MonthRow],
    currency: str,
    formats: Formats,
    *,
    title: str,
    subtitle: str,
    events: Sequence[Event] = (),
    band: Mapping[date, tuple[Decimal, Decimal]] | None = None,
) -> Chart:
    """Value added up, against the plan added up; `band` holds both ends of the range at the end of some months."""
    added = [_ranged(row, band or {}) for row in _added_up(rows)]
    values, plans = [number(row.net) for row in added], [number(row.plan) for row in added]
    places = {row.month: index for index, row in enumerate(rows)}
    flags = _flags([event for event in events if event.on.replace(day=1) in places])
    has_range = any(row.low is not None for row in added)
    return Chart(
        id="cumulative",
        kind="cumulative",
        title=title,
        subtitle=subtitle,
        summary=f"{title}. {ends(added, currency, formats)} The same figures are in the table below.",
        key=_key(added, has_range=has_range),
        columns=(
            Column("Month", False),
            *titles("Added up", *(["80% range"] if has_range else []), "Plan"),
        ),
        rows=tuple(_cells(row, currency, formats, with_range=has_range) for row in added),
        data={
            **series(added, currency, formats, values, plans),
            "flags": [{"at": places[month], "number": str(place)} for place, (month, _) in enumerate(flags, start=1)],
        },
        notes=tuple((str(place), _told(found, formats)) for place, (_, found) in enumerate(flags, start=1)),
    )


def _key(rows: Sequence[MonthRow], *, has_range: bool) -> Key:
    """The marks that are drawn."""
    kinds = (any(row.is_actual for row in rows), any(not row.is_actual for row in rows), rows[-1].plan is not None)
    return (
        *(mark for mark, is_held in zip(ADDED_KEY, kinds, strict=True) if is_held),
        *([BAND_KEY] if has_range else []),
    )


def _cells(row: MonthRow, currency: str, formats: Formats, *, with_range: bool) -> tuple[Cell, ...]:
    month = formats.month(row.month)
    return (
        Cell(month if row.is_actual else f"{month}, forecast", False),
        Cell(money(row.net, currency, formats)),
        *([Cell(span(row, currency, formats) or DASH)] if with_range else []),
        Cell(money(row.plan, currency, formats)),
    )


def _added_up(rows: Sequence[MonthRow]) -> list[MonthRow]:
    """Each month with all before it. From a month on that is not known nothing is known."""
    net: Decimal | None = Decimal(0)
    plan, found = Decimal(0), list[MonthRow]()
    has_plan = any(row.plan for row in rows)
    for row in rows:
        net = None if net is None or row.net is None else net + row.net
        plan += row.plan or Decimal(0)
        found.append(MonthRow(row.month, row.is_actual, net, plan if has_plan else None))
    return found


def _ranged(row: MonthRow, band: Mapping[date, tuple[Decimal, Decimal]]) -> MonthRow:
    low, high = band.get(row.month, (None, None))
    return replace(row, low=low, high=high)


def _flags(events: Sequence[Event]) -> list[tuple[date, list[Event]]]:
    """The events by month, in the order of time: a flag for each month."""
    ordered = sorted(events, key=lambda event: event.on)
    return [(month, list(found)) for month, found in groupby(ordered, key=lambda event: event.on.replace(day=1))]


def _told(events: Sequence[Event], formats: Formats) -> str:
    return "; ".join(f"{formats.day(event.on)}: {event.words}" for event in events)
