"""The risk model's own record in words: what its forecasts were worth once their outcomes were known."""

from dataclasses import dataclass
from decimal import Decimal

from metrics.charts import DASH, BandRow, Chart, reliability_chart
from metrics.contexts.risk.words import STATUS_NAMES
from metrics.core.risk.model import Status
from metrics.core.risk.record import Band, Count, Interval, OriginRow, Record
from metrics.core.risk.stored_record import record_from
from metrics.selectors import risk_record_of
from web.formats import Formats

STANDING = STATUS_NAMES | {Status.REFERENCE_CLASS: "Not yet tested"}


@dataclass(frozen=True)
class Fact:
    """One figure of the record: what it is, its value, and what stands beside it."""

    label: str
    text: str
    beside: str = ""


@dataclass(frozen=True)
class Origin:
    """The forecasts of one day as cells: counts, what was said and came, and both Brier scores."""

    day: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RecordPage:
    """The section about the record; `facts` are empty before the first outcome, where `why` says what is missing."""

    standing: str
    why: str
    facts: tuple[Fact, ...]
    chart: Chart | None
    origins: tuple[Origin, ...]


def build(workspace_id: int, formats: Formats) -> RecordPage:
    """The record that the workspace's newest fit came with, in one query."""
    stored = risk_record_of(workspace_id)
    return _page(record_from(stored), formats) if stored else RecordPage("", "", (), None, ())


def _page(record: Record, formats: Formats) -> RecordPage:
    if not record.resolved.forecasts:
        return RecordPage(STANDING[record.status], record.why, (), None, ())
    return RecordPage(
        standing=STANDING[record.status],
        why=record.why,
        facts=tuple(_facts(record, formats)),
        chart=_chart(record, formats),
        origins=tuple(_origin(row, formats) for row in reversed(record.by_origin)),
    )


def _facts(record: Record, formats: Formats) -> list[Fact]:
    made = f"{formats.number(record.live)} stored when made, {formats.number(record.rebuilt)} rebuilt from history"
    return [
        Fact("Forecasts that came due", *_counted(record.resolved, formats, made)),
        Fact("Of these given up", *_counted(record.failures, formats)),
        Fact("Out of sight before their date", *_counted(record.censored, formats, "count for neither side")),
        Fact("Skill over your own base rate", *_ranged(record.skill, formats)),
        Fact("Skill of the causes alone", *_causes(record, formats)),
        Fact("Brier score", _score(record.brier, formats), f"{_score(record.base_brier, formats)} by the base rate"),
        Fact("Log loss", _score(record.log_loss, formats), f"{_score(record.base_log_loss, formats)} by the base rate"),
        Fact("Failures told from others", _score(record.auc, formats), "area under the curve; 0.5 is chance"),
        Fact("Came less said, on average", formats.points(record.in_the_large or Decimal(0))),
        Fact("Slope of calibration", *_slope(record.slope, formats)),
    ]


def _counted(count: Count, formats: Formats, note: str = "") -> tuple[str, str]:
    of = "1 initiative" if count.initiatives == 1 else f"{formats.number(count.initiatives)} initiatives"
    return formats.number(count.forecasts), f"of {of}" + (f"; {note}" if note and count.forecasts else "")


def _ranged(skill: Interval | None, formats: Formats) -> tuple[str, str]:
    if skill is None:
        return DASH, "it takes two initiatives"
    return formats.percent(skill.value), f"80% range {formats.percent(skill.low)} to {formats.percent(skill.high)}"


def _causes(record: Record, formats: Formats) -> tuple[str, str]:
    if not record.scored.forecasts:
        return DASH, "no forecast with scored causes came due"
    value, note = _ranged(record.causes, formats)
    of = _counted(record.scored, formats)[1]
    return value, f"over the same model without them; {note}; {of}"


def _slope(slope: Interval | None, formats: Formats) -> tuple[str, str]:
    if slope is None:
        return DASH, ""
    return formats.number(
        slope.value
    ), f"80% range {formats.number(slope.low)} to {formats.number(slope.high)}; 1 is right"


def _score(value: Decimal | None, formats: Formats) -> str:
    return DASH if value is None else formats.score(value)


def _chart(record: Record, formats: Formats) -> Chart:
    return reliability_chart(
        tuple(map(_row, record.bands)),
        formats,
        title="Chance said and share that came",
        subtitle="Forecasts of being given up within 12 months, in groups of equal size by their chance. Ranges count "
        "initiatives, since monthly forecasts of one initiative are not independent.",
    )


def _row(band: Band) -> BandRow:
    return BandRow(band.predicted, band.observed, band.low, band.high, band.forecasts, band.initiatives)


def _origin(row: OriginRow, formats: Formats) -> Origin:
    counts = (row.resolved, row.failures, row.censored)
    shares = (row.predicted, row.observed)
    return Origin(
        formats.day(row.made_on),
        (
            *(formats.number(count) for count in counts),
            *(DASH if share is None else formats.percent(share) for share in shares),
            _score(row.brier, formats),
            _score(row.base_brier, formats),
        ),
    )
