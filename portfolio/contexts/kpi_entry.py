"""The page on which a month of readings is entered: a row for each KPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Max, Q, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from portfolio.choices import Cadence
from portfolio.contexts.months import Month, asked_month
from portfolio.contexts.strips import Strip, strip
from portfolio.contexts.targets import target_words
from portfolio.forms.base import RecordForm
from portfolio.forms.readings import AdoptionForm, ReadingForm, SourceForm
from portfolio.forms.values import is_only_asked, problems
from portfolio.models import AdoptionReading, Initiative, Kpi, Reading
from portfolio.models.kpis import TREATED
from portfolio.selectors import baselines_of, targets_on
from web.formats import Formats

LAST = 6


@dataclass(frozen=True)
class KpiFacts:
    """What is known of a KPI.

    Args:
        month: the month that readings are entered for; nothing later is shown.
        baseline: the mean of the readings in the baseline window before the first use, in words; empty without one.
        target: what it should be now and next, in words; empty without a target.
        last: the last readings, oldest first.
        strip: the last readings as a line.
    """

    kpi: Kpi
    month: Month
    baseline: str
    target: str
    last: Sequence[Reading]
    strip: Strip | None

    @property
    def latest(self) -> Reading | None:
        """The last reading."""
        return self.last[-1] if self.last else None

    @property
    def recorded(self) -> Reading | None:
        """The reading that the month has already."""
        return self.latest if self.latest and self.latest.on >= self.month.first else None

    @property
    def due(self) -> date:
        """The day that a new reading is probably for: that of the reading which it corrects, else the month's last."""
        is_once = self.kpi.cadence in (Cadence.MONTHLY, Cadence.QUARTERLY)
        return self.recorded.on if self.recorded and is_once else self.month.last

    @property
    def past(self) -> list[Decimal]:
        """The last values before the day that is due, oldest first."""
        return [reading.value for reading in self.last if reading.on < self.due]


@dataclass(frozen=True)
class EntryRow:
    """A KPI and the form for its new reading; no form for those who may only read."""

    facts: KpiFacts
    form: ReadingForm | None


@dataclass(frozen=True)
class EntryPage:
    """The whole page.

    Args:
        closed: why nothing of this month can be recorded; empty where it can.
        recorded: changes whenever a reading is recorded; an unsent draft from before is dropped.
    """

    initiative: Initiative
    month: Month
    rows: Sequence[EntryRow]
    shared: Sequence[Kpi]
    adoption_form: AdoptionForm | None
    source: SourceForm | None
    adoption: AdoptionReading | None
    closed: str
    recorded: str

    @property
    def entered(self) -> int:
        """How many KPIs have a reading of the month."""
        return sum(1 for row in self.rows if row.facts.recorded)

    @property
    def draft(self) -> str:
        """Under what the browser keeps what is typed here."""
        return f"kpis:{self.initiative.key}:{self.month.first:%Y-%m}"

    @property
    def decimal_mark(self) -> str:
        """What the reader writes before decimals."""
        return self.source.decimal_mark if self.source else ""

    @property
    def is_only_asked(self) -> bool:
        """Whether all that stops the page are questions about unlikely values."""
        return is_only_asked(self._forms)

    @property
    def is_more_open(self) -> bool:
        """Whether a day, a note or the source is refused, so that their part of the page is unfolded."""
        folded = {"on", "note", "source"}
        return any(folded & set(form.errors) for form in self._forms)

    @property
    def _forms(self) -> list[RecordForm]:
        given = [row.form for row in self.rows] + [self.adoption_form, self.source]
        return [form for form in given if form is not None]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of each faulty field, and what is wrong with it."""
        return problems(self._forms)


def month_of(initiative: Initiative, asked: str, today: date) -> Month:
    """The month in the address; else the first one in which a KPI still wants its reading."""
    first = asked_month(asked)
    if first is None or first > today:
        first = _wanted_day(initiative, today).replace(day=1)
    return Month(first, today)


def kpi_facts(initiative: Initiative, month: Month, formats: Formats) -> list[KpiFacts]:
    """Every KPI of the initiative with what is known of it; four queries however many there are."""
    kpis = list(initiative.kpis.filter(archived_at=None).prefetch_related("targets"))
    readings = _last_readings(kpis, month.last)
    baselines = baselines_of(kpis)
    return [_facts(kpi, month, readings.get(kpi.pk, []), baselines.get(kpi.pk), formats) for kpi in kpis]


def last_adoption(initiative: Initiative) -> list[AdoptionReading]:
    """The last readings of adoption, oldest first."""
    return list(initiative.adoption.filter(superseded_at=None).order_by("-on")[:LAST])[::-1]


def last_recorded(initiative: Initiative, user: User) -> str:
    """When this person last recorded a reading of the initiative, as a text to compare."""
    readings = Reading.objects.filter(kpi__initiative=initiative, recorded_by=user).aggregate(at=Max("recorded_at"))
    shares = initiative.adoption.filter(recorded_by=user).aggregate(at=Max("recorded_at"))
    times: list[datetime] = [row["at"] for row in (readings, shares) if row["at"]]
    return str(max(times, default=""))


def due_day(cadence: str, last: date | None, today: date) -> date:
    """The end of the last full period where it has no reading yet, else today."""
    end = {Cadence.MONTHLY: _month_end, Cadence.QUARTERLY: _quarter_end}.get(Cadence(cadence))
    if end is None:
        return today
    return end(today) if last is None or last < end(today) else today


def _month_end(today: date) -> date:
    return today.replace(day=1) - timedelta(days=1)


def _quarter_end(today: date) -> date:
    return date(today.year, today.month - (today.month - 1) % 3, 1) - timedelta(days=1)


def _wanted_day(initiative: Initiative, today: date) -> date:
    live = Max("readings__on", filter=Q(readings__superseded_at=None, readings__series=TREATED))
    rows = list(initiative.kpis.filter(archived_at=None).annotate(last=live).values_list("cadence", "last"))
    monthly = [row for row in rows if row[0] == Cadence.MONTHLY]
    return min((due_day(cadence, last, today) for cadence, last in monthly or rows), default=_month_end(today))


def _last_readings(kpis: Sequence[Kpi], until: date) -> dict[int, list[Reading]]:
    rank = Window(RowNumber(), partition_by=F("kpi_id"), order_by=F("on").desc())
    found: dict[int, list[Reading]] = {}
    live = Reading.objects.filter(kpi__in=kpis, series=TREATED, superseded_at=None, on__lte=until)
    for reading in live.annotate(rank=rank).filter(rank__lte=LAST).order_by("kpi_id", "on"):
        found.setdefault(reading.kpi_id, []).append(reading)
    return found


def _facts(kpi: Kpi, month: Month, last: Sequence[Reading], baseline: Decimal | None, formats: Formats) -> KpiFacts:
    targets = targets_on(kpi, month.last)
    values = [reading.value for reading in last]
    return KpiFacts(
        kpi=kpi,
        month=month,
        baseline="" if baseline is None else formats.quantity(baseline),
        target=target_words(targets, formats),
        last=last,
        strip=strip(values, baseline, targets.level, _summary(kpi, values, formats)),
    )


def _summary(kpi: Kpi, values: Sequence[Decimal], formats: Formats) -> str:
    written = ", ".join(formats.number(value) for value in values)
    return f"{kpi.name}, last {len(values)} readings: {written} {kpi.unit}".strip()
