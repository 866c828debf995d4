"""The flows that a figure sums, each down to the record that it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from metrics.contexts.figures import figure_url
from metrics.contexts.formulas import Formula
from metrics.contexts.ties import Tie, tie_of
from metrics.contexts.words import CATEGORY_WORDS, CLASS_WORDS, SAVED_TIME_WORDS, recorded_words
from metrics.core.types import SavedTime
from metrics.models import Snapshot
from metrics.selectors import EFFECT, Recorded, records_of
from web.formats import Form, Formats

SPENT = frozenset({"cost", "cost_ahead"})
PLANNED = frozenset({"plan_benefit", "plan_cost", "plan_benefit_due", "plan_cost_due"})
RESTS_ON = "Every entry that it rests on; it is no plain sum of them."
ORIGINS = {
    "forecast": "forecast line",
    "carried": "proven effect carried on",
    "plan": "plan line",
}
SHOWN_FLOWS = 120
FACTOR_DIGITS = 4
RATE_DIGITS = 6
WENT = 11


@dataclass(frozen=True)
class FlowLine:
    """One flow with where it comes from, who recorded it and what proves it."""

    on: str
    label: str
    amount: str
    kind: str
    source: str
    recorded: str
    evidence: str
    since: str
    url: str


@dataclass(frozen=True)
class Flows:
    """The flows of a figure, their sum, and whether that is the figure."""

    lines: tuple[FlowLine, ...]
    total: str
    tie: Tie
    more: int


NOTHING = Flows((), "", Tie(), 0)


def flows_of(
    snapshot: Snapshot,
    formula: Formula,
    figure: Mapping[str, Any],
    formats: Formats,
    between: tuple[date, date] | None = None,
) -> Flows:
    """The flows behind a figure, of a year where its days are given; nothing for a figure that rests on none, or whose
    snapshot kept none. Only those of a sum have to tie."""
    sides = formula.sides
    if not sides or figure["value"] is None or "flows" not in snapshot.returns:
        return NOTHING
    kept = [row for row in snapshot.returns["flows"] if row[2] in sides and _is_between(row, between)]
    if not kept and set(sides) <= PLANNED:
        return NOTHING
    records = records_of(snapshot.workspace_id, [row[8] for row in kept[:SHOWN_FLOWS]])
    words = {str(key): label for labels in (CATEGORY_WORDS, CLASS_WORDS) for key, label in labels.items()}
    total = sum((_signed(row, sides) for row in kept), Decimal(0))
    return Flows(
        lines=tuple(_line(snapshot, row, records, words, sides, formats) for row in kept[:SHOWN_FLOWS]),
        total=formats.money(total, snapshot.currency, Form.EXACT),
        tie=tie_of(Decimal(figure["value"]), total, "entries", snapshot.currency, formats)
        if formula.sums
        else Tie(RESTS_ON),
        more=max(len(kept) - SHOWN_FLOWS, 0),
    )


def _line(
    snapshot: Snapshot,
    row: Sequence[str],
    records: Mapping[str, Recorded],
    words: Mapping[str, str],
    sides: Sequence[str],
    formats: Formats,
) -> FlowLine:
    record = records.get(row[8])
    amount = formats.money(_signed(row, sides), snapshot.currency, Form.EXACT)
    return FlowLine(
        on=formats.day(date.fromisoformat(row[0])),
        label=_label(snapshot, row, words),
        amount=amount,
        kind=_kind(row),
        source=_source(row, snapshot.currency, formats),
        recorded=recorded_words(record.at, record.who, record.source, formats) if record else "",
        evidence=_evidence(record),
        since=f"superseded since: {record.superseded}" if record and record.superseded else "",
        url=_url(snapshot, row),
    )


def _label(snapshot: Snapshot, row: Sequence[str], words: Mapping[str, str]) -> str:
    """The category or the class; money of an effect also names its KPI, and saved time where it went if
    that is known."""
    kind, _, key = (row[8] or "").partition(":")
    names = (effect["name"] for effect in snapshot.effects if kind == "kpi" and effect["kpi"] == key)
    return ": ".join([words.get(row[3], row[3]) + _went(row), *(f"effect on {name}" for name in names)])


def _went(row: Sequence[str]) -> str:
    went = row[WENT] if len(row) > WENT else None
    return f" ({SAVED_TIME_WORDS[went].lower()})" if went and went != SavedTime.UNKNOWN else ""


def _source(row: Sequence[str], currency: str, formats: Formats) -> str:
    """What was recorded, where that is another amount, times the exchange rate and what is expected of it."""
    if row[10] is None:
        return ""
    recorded = Decimal(row[9])
    written = formats.money(recorded, row[10], Form.EXACT)
    if not recorded:
        return written
    digits = FACTOR_DIGITS if row[10] == currency else RATE_DIGITS
    return f"{written} × {formats.number(Decimal(row[1]) / recorded, digits=digits)}"


def _is_between(row: Sequence[str], between: tuple[date, date] | None) -> bool:
    return between is None or between[0] <= date.fromisoformat(row[0]) <= between[1]


def _signed(row: Sequence[str], sides: Iterable[str]) -> Decimal:
    """A cost counts against the rest only where both are summed."""
    is_taken_off = row[2] in SPENT and not SPENT.issuperset(sides)
    return -Decimal(row[1]) if is_taken_off else Decimal(row[1])


def _kind(row: Sequence[str]) -> str:
    grade = f", grade {row[6]}" if row[6] else ""
    return f"{ORIGINS.get(row[5] or '', 'actual')}{grade}"


def _evidence(record: Recorded | None) -> str:
    if record is None or not record.evidence:
        return ""
    confirmed = f"; confirmed by {record.confirmed_by}" if record.confirmed_by else ""
    return f"{record.evidence}{confirmed}"


def _url(snapshot: Snapshot, row: Sequence[str]) -> str:
    kind, _, key = (row[8] or "").partition(":")
    if kind == "kpi":
        return figure_url(snapshot, f"{EFFECT}{key}")
    return reverse("costs", args=[snapshot.initiative.key]) if kind else ""
