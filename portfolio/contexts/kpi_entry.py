"""The page on which a month of readings is entered: a row for each KPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Max, Window
from django.db.models.functions import RowNumber

from portfolio.choices import Cadence
from portfolio.contexts.strips import Strip, strip
from portfolio.contexts.targets import target_words
from portfolio.forms.readings import AdoptionForm, ReadingForm
from portfolio.models import AdoptionReading, Initiative, Kpi, Reading
from portfolio.models.kpis import TREATED
from portfolio.selectors import baselines_of, targets_on
from web.formats import Formats

LAST = 6


@dataclass(frozen=True)
class KpiFacts:
    """What is known of a KPI.

    Args:
        baseline: the mean of the readings in the baseline window before the first use, in words; empty without one.
        target: what it should be now and next, in words; empty without a target.
        last: the last readings, oldest first.
        due: the day that a new reading is probably for.
    """

    kpi: Kpi
    baseline: str
    target: str
    last: Sequence[Reading]
    due: date
    strip: Strip | None

    @property
    def latest(self) -> Reading | None:
        """The last reading."""
        return self.last[-1] if self.last else None

    @property
    def past(self) -> list[Decimal]:
        """The last values, oldest first."""
        return [reading.value for reading in self.last]


@dataclass(frozen=True)
class EntryRow:
    """A KPI and the form for its new reading; no form for those who may only read."""

    facts: KpiFacts
    form: ReadingForm | None


@dataclass(frozen=True)
class EntryPage:
    """The whole page.

    Args:
        recorded: changes whenever a reading is recorded; an unsent draft from before is dropped.
    """

    initiative: Initiative
    rows: Sequence[EntryRow]
    shared: Sequence[Kpi]
    adoption_form: AdoptionForm | None
    adoption: AdoptionReading | None
    recorded: str

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of each faulty field, and what is wrong with it."""
        forms = [row.form for row in self.rows if row.form is not None]
        return [
            (str(field.id_for_label), f"{field.label}: {message}")
            for form in [*forms, *([self.adoption_form] if self.adoption_form else [])]
            for field in form
            for message in field.errors
        ] + [("", str(message)) for form in forms for message in form.non_field_errors()]


def kpi_facts(initiative: Initiative, today: date, formats: Formats) -> list[KpiFacts]:
    """Every KPI of the initiative with what is known of it; four queries however many there are."""
    kpis = list(initiative.kpis.filter(archived_at=None).prefetch_related("targets"))
    readings = _last_readings(kpis)
    baselines = baselines_of(kpis)
    return [_facts(kpi, readings.get(kpi.pk, []), baselines.get(kpi.pk), today, formats) for kpi in kpis]


def latest_adoption(initiative: Initiative) -> AdoptionReading | None:
    """The adoption that holds now."""
    return initiative.adoption.filter(superseded_at=None).order_by("-on").first()


def last_recorded(initiative: Initiative) -> str:
    """When the last reading of this initiative was recorded, as a text to compare."""
    rows = Reading.objects.filter(kpi__initiative=initiative)
    return str(rows.aggregate(at=Max("recorded_at"))["at"] or "")


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


def _last_readings(kpis: Sequence[Kpi]) -> dict[int, list[Reading]]:
    rank = Window(RowNumber(), partition_by=F("kpi_id"), order_by=F("on").desc())
    found: dict[int, list[Reading]] = {}
    live = Reading.objects.filter(kpi__in=kpis, series=TREATED, superseded_at=None)
    for reading in live.annotate(rank=rank).filter(rank__lte=LAST).order_by("kpi_id", "on"):
        found.setdefault(reading.kpi_id, []).append(reading)
    return found


def _facts(kpi: Kpi, last: Sequence[Reading], baseline: Decimal | None, today: date, formats: Formats) -> KpiFacts:
    targets = targets_on(kpi, today)
    values = [reading.value for reading in last]
    return KpiFacts(
        kpi=kpi,
        baseline="" if baseline is None else formats.quantity(baseline),
        target=target_words(targets, formats),
        last=last,
        due=due_day(kpi.cadence, last[-1].on if last else None, today),
        strip=strip(values, baseline, targets.level, _summary(kpi, values, formats)),
    )


def _summary(kpi: Kpi, values: Sequence[Decimal], formats: Formats) -> str:
    written = ", ".join(formats.number(value) for value in values)
    return f"{kpi.name}, last {len(values)} readings: {written} {kpi.unit}".strip()
