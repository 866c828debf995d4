"""The effect on one KPI down to single readings: how it was judged, its money by period, and every record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from metrics.contexts.effect_trace import EffectTrace
from metrics.contexts.words import recorded_words
from metrics.core.money import ONE
from metrics.core.periods import month_start
from metrics.core.rollup.trace import Period
from metrics.core.types import Kpi
from metrics.inputs.evidence import Evidence
from portfolio.models import Fact, Reading
from portfolio.models.kpis import TREATED
from web.formats import Form, Formats

MOST_ROWS = 400
DESIGN_WORDS = {
    "randomised": "randomised comparison",
    "controlled": "comparison with controls",
    "series": "own history",
    "before_after": "before and after",
    "claim": "claim",
}


@dataclass(frozen=True)
class PeriodLine:
    """One period of the money; `problem` says why its money is not in the figure, or that it does not tie."""

    end: str
    use: str
    reading: str
    change: str
    volume: str
    money: str
    counted: str
    problem: str
    is_astray: bool


@dataclass(frozen=True)
class RecordLine:
    """One reading or share of use, who recorded it when, and from what source."""

    on: str
    what: str
    value: str
    recorded: str
    note: str


@dataclass(frozen=True)
class Records:
    """A table of records; `more` are left out."""

    title: str
    lines: tuple[RecordLine, ...]
    more: int


@dataclass(frozen=True)
class EffectPage:
    """What the page of an effect shows beside the figure."""

    name: str
    url: str
    judged: tuple[tuple[str, str], ...]
    assumption: str
    formula: str
    periods: tuple[PeriodLine, ...]
    counted: str
    tie: str
    is_astray: bool
    records: tuple[Records, ...]


def build(trace: EffectTrace, formats: Formats) -> EffectPage:
    """The page of a trace."""
    evidence = trace.evidence
    if evidence is None:
        return EffectPage(trace.stored["name"], "", (), trace.stored["assumption"], "", (), "", "", False, ())
    kpi, first = evidence.kpi, trace.stored["first_exposure"]
    return EffectPage(
        name=evidence.row.name,
        url=reverse("kpi_readings", args=[evidence.row.initiative.key, evidence.row.pk]),
        judged=_judged(trace, evidence, formats),
        assumption=formats.days_in(trace.stored["assumption"]),
        formula=_formula(kpi, evidence, formats),
        periods=tuple(_period(period, trace, kpi, formats) for period in trace.periods),
        counted=formats.money(trace.counted, kpi.value_currency, Form.EXACT) if kpi.value_currency else "",
        tie=_tie(trace),
        is_astray=bool(trace.astray),
        records=_records(evidence, date.fromisoformat(first) if first else None, formats),
    )


def _judged(trace: EffectTrace, evidence: Evidence, formats: Formats) -> tuple[tuple[str, str], ...]:
    stored, row = trace.stored, evidence.row
    first = stored["first_exposure"]
    share = Decimal(stored.get("share") or 1)
    pairs = (
        ("Declared design", DESIGN_WORDS.get(row.design, row.design)),
        ("Worked out by", stored.get("method") or "nothing that holds yet"),
        ("First use", formats.day(date.fromisoformat(first)) if first else "not used yet"),
        ("Baseline window", _window(evidence, formats)),
        ("Baseline approved", _approval(evidence, formats)),
        ("Preregistered", _preregistration(evidence, formats)),
        ("Controls", ", ".join(stored.get("controls") or ()) or "none"),
        ("Part of the joint change", "" if share == ONE else formats.percent(share)),
        ("Value per unit", _worth(evidence.kpi, formats)),
        ("Realised share", formats.percent(evidence.kpi.realisation_share)),
        ("Multiplied by", row.volume.name if row.volume else ""),
        ("Saved time that left as cash", _destination(evidence, formats)),
        ("Randomised comparisons", formats.number(len(evidence.trials), digits=0) if evidence.trials else ""),
    )
    return tuple((label, text) for label, text in pairs if text)


def _window(evidence: Evidence, formats: Formats) -> str:
    days = [day for day in (evidence.row.baseline_from, evidence.row.baseline_to) if day]
    return " – ".join(formats.day(day) for day in days) or "not given"


def _approval(evidence: Evidence, formats: Formats) -> str:
    found = evidence.approval
    if found is None:
        return "not approved"
    mean = "" if found.mean is None else f", mean {formats.number(found.mean, digits=4)}"
    return f"{formats.day(found.on)}{_by(found)}{mean} of {formats.number(found.readings, digits=0)} readings"


def _preregistration(evidence: Evidence, formats: Formats) -> str:
    found = evidence.preregistration
    if found is None:
        return "no"
    design = DESIGN_WORDS.get(found.frozen["design"], found.frozen["design"])
    return f"{formats.day(found.on)}{_by(found)}, {design}, fingerprint {found.frozen_hash[:16]}"


def _worth(kpi: Kpi, formats: Formats) -> str:
    if kpi.value_per_unit is None or not kpi.value_currency:
        return "not given"
    ends = [end for end in (kpi.value_low, kpi.value_high) if end is not None]
    span = " to ".join(formats.money(end, kpi.value_currency, Form.EXACT) for end in ends)
    return formats.money(kpi.value_per_unit, kpi.value_currency, Form.EXACT) + (f" ({span})" if span else "")


def _destination(evidence: Evidence, formats: Formats) -> str:
    if not evidence.destinations:
        return ""
    last = evidence.destinations[-1]
    return f"{formats.percent(last.cash_out)} from {formats.day(last.on)}"


def _formula(kpi: Kpi, evidence: Evidence, formats: Formats) -> str:
    if kpi.value_per_unit is None or not kpi.value_currency:
        return ""
    volume = f" × {evidence.row.volume.name}" if evidence.row.volume else ""
    worth = formats.money(kpi.value_per_unit, kpi.value_currency, Form.EXACT)
    return f"Money = change for the better{volume} × {worth} × {formats.percent(kpi.realisation_share)}"


def _period(period: Period, trace: EffectTrace, kpi: Kpi, formats: Formats) -> PeriodLine:
    credit, currency = period.credit, kpi.value_currency or ""
    volume = "" if kpi.volume is None or period.volume is None else formats.number(period.volume, digits=4)
    return PeriodLine(
        end=formats.day(credit.end),
        use="" if credit.dose is None else formats.percent(credit.dose),
        reading="" if credit.reading is None else formats.number(credit.reading, digits=4),
        change=formats.number(credit.change * period.days, digits=4, signed=True),
        volume=volume,
        money="" if period.money is None else formats.money(period.money, currency, Form.EXACT),
        counted="" if period.counted is None else formats.money(period.counted, currency, Form.EXACT),
        problem=_problem(period, trace, currency, formats),
        is_astray=not period.ties,
    )


def _problem(period: Period, trace: EffectTrace, currency: str, formats: Formats) -> str:
    if not period.ties:
        difference = (period.counted or Decimal(0)) - (period.money or Decimal(0))
        return f"Does not tie: {formats.money(difference, currency, Form.EXACT, signed=True)}"
    if period.volume is None:
        return "No volume is recorded"
    if period.worth is None or period.counted is not None:
        return ""
    in_ledger = month_start(period.credit.end) in trace.ledger
    return "A ledger line stands for the month" if in_ledger else "Not counted: after the horizon or the day"


def _tie(trace: EffectTrace) -> str:
    if not trace.periods:
        return ""
    if trace.periods[0].worth is None:
        return "The KPI has no money, so there is nothing to tie."
    if trace.astray:
        count = len(trace.astray)
        return f"{count} period{'s' * (count != 1)} of {len(trace.periods)} {'do' if count != 1 else 'does'} not tie."
    return "Every period ties: change, volume, value per unit and realised share give the money that the figures sum."


def _records(evidence: Evidence, first: date | None, formats: Formats) -> tuple[Records, ...]:
    unit = evidence.row.unit
    readings = (_reading(row, evidence, first, unit, formats) for row in evidence.readings)
    use = (_line(row, row.initiative.name, formats.percent(row.share), formats) for row in evidence.use)
    controls = (_line(row, row.series, formats.percent(row.share), formats) for row in evidence.control_use)
    found = [
        _table("Readings", len(evidence.readings), readings),
        _table("Use", len(evidence.use), use),
        _table("Use by controls", len(evidence.control_use), controls),
    ]
    if evidence.row.volume:
        volume = evidence.row.volume
        lines = (_line(row, "", formats.number(row.value, digits=4), formats) for row in evidence.volume)
        found.insert(1, _table(f"Readings of {volume.name}", len(evidence.volume), lines))
    return tuple(table for table in found if table.lines)


def _reading(row: Reading, evidence: Evidence, first: date | None, unit: str, formats: Formats) -> RecordLine:
    where = "KPI" if row.series == TREATED else f"control {row.series}"
    start, end = evidence.row.baseline_from, evidence.row.baseline_to
    if start and end and start <= row.on <= end and (first is None or row.on < first):
        where = f"{where}, baseline"
    elif first is not None and row.on >= first:
        where = f"{where}, in use"
    return _line(row, where, f"{formats.number(row.value, digits=4)} {unit}".strip(), formats)


def _line(row: Fact, what: str, value: str, formats: Formats) -> RecordLine:
    superseded = f"Superseded since: “{row.supersede_reason}”" if row.superseded_at else ""
    note = getattr(row, "note", "")
    return RecordLine(
        on=formats.day(row.on),
        what=what,
        value=value,
        recorded=recorded_words(row.recorded_at, row.recorded_by, row.source, formats),
        note=". ".join(part for part in (note, superseded) if part),
    )


def _by(row: Fact) -> str:
    return f" by {row.recorded_by}" if row.recorded_by else ""


def _table(title: str, count: int, lines: Iterable[RecordLine]) -> Records:
    """The newest rows first: what an auditor asks about."""
    newest: Sequence[RecordLine] = tuple(lines)[::-1]
    return Records(title, tuple(newest[:MOST_ROWS]), max(count - MOST_ROWS, 0))
