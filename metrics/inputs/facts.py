"""Facts of a batch of initiatives, in a fixed number of queries for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Workspace
from metrics.core.rollup.initiative import Context
from metrics.core.types import Basis, Benefit, Cost, Dated, Grade, Initiative, Kpi, StagePoint
from metrics.core.types import Reading as KpiReading
from metrics.inputs.history import closed_cases, median_days
from metrics.inputs.moments import as_they_were, believed, end_of_day, known_at
from metrics.inputs.rates import rates_for
from portfolio.choices import SettingName
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BenefitLine,
    CostLine,
    DatedSetting,
    Event,
    Fact,
    Reading,
    StageChange,
)
from portfolio.models import Initiative as InitiativeRow
from portfolio.models import Kpi as KpiRow
from portfolio.models.kpis import TREATED

CHUNK = 5000
Rows = dict[int, list[Any]]


@dataclass(frozen=True)
class Held:
    """The workspace and the versions of its initiatives, read before the facts."""

    workspace: Workspace
    inputs_versions: Mapping[int, int]


@dataclass(frozen=True)
class Batch:
    """Facts of some initiatives of one workspace, as believed at the end of `as_of`."""

    context: Context
    initiatives: Mapping[int, Initiative]


@dataclass
class _Facts:
    """Rows of one batch by initiative, and when anything was last recorded about each."""

    ids: Sequence[int]
    cut: datetime | None
    zone: ZoneInfo
    last_activity: dict[int, date] = field(default_factory=dict)

    def of(self, model: type[Fact], *columns: str) -> Rows:
        """Believed rows of `model` as lists of the columns by initiative, oldest first."""
        rows = believed(model, self.cut, initiative_id__in=self.ids)
        found: Rows = defaultdict(list)
        for initiative, recorded_at, *values in rows.values_list("initiative_id", "recorded_at", *columns).iterator(
            CHUNK
        ):
            found[initiative].append(values)
            self._saw(initiative, recorded_at)
        return found

    def readings(self, initiatives: Mapping[int, int]) -> Mapping[int, Sequence[KpiReading]]:
        """Treated readings by KPI; `initiatives` gives the initiative of each KPI."""
        rows = believed(Reading, self.cut, kpi_id__in=list(initiatives), series=TREATED)
        columns = ("kpi_id", "recorded_at", "on", "value", "numerator", "denominator")
        found: dict[int, list[KpiReading]] = defaultdict(list)
        for kpi, recorded_at, on, value, numerator, denominator in rows.values_list(*columns).iterator(CHUNK):
            found[kpi].append(KpiReading(on, value, numerator, denominator))
            self._saw(initiatives[kpi], recorded_at)
        return found

    def _saw(self, initiative: int, recorded_at: datetime) -> None:
        day = recorded_at.astimezone(self.zone).date()
        if day > self.last_activity.get(initiative, date.min):
            self.last_activity[initiative] = day


def held_versions(workspace: Workspace, initiative_ids: Iterable[int]) -> Held:
    """The versions now; read them before the facts, so that an edit in between leaves the figures behind."""
    rows = InitiativeRow.objects.filter(workspace=workspace, pk__in=list(initiative_ids))
    return Held(Workspace.objects.get(pk=workspace.pk), dict(rows.values_list("pk", "inputs_version")))


def load(workspace: Workspace, initiative_ids: Sequence[int], as_of: date, *, live: bool) -> Batch:
    """What the figures of these initiatives are worked out from.

    With `live` the facts that hold now; else those recorded by the end of `as_of` and not superseded then.
    """
    cut = None if live else end_of_day(workspace, as_of)
    facts = _Facts(initiative_ids, cut, ZoneInfo(workspace.time_zone))
    initiatives = _initiatives(workspace, facts, as_of)
    closed = closed_cases(workspace, as_of, cut)
    context = Context(
        currency=workspace.currency,
        fiscal_year_start=workspace.fiscal_year_start,
        rates=rates_for(workspace, initiatives.values(), cut),
        closed_cases=closed.cases,
        inferred_cases=closed.inferred,
        median_stays=median_days(workspace.pk, cut),
    )
    return Batch(context, initiatives)


def settings_on(workspace: Workspace, as_of: date, cut: datetime | None) -> dict[str, Decimal]:
    """The hurdle and the discount rate that hold on a day, by name."""
    rows = believed(DatedSetting, cut, workspace=workspace, on__lte=as_of)
    return dict(rows.values_list("name", "value"))


def _initiatives(workspace: Workspace, facts: _Facts, as_of: date) -> dict[int, Initiative]:
    rows = as_they_were(InitiativeRow.objects.filter(workspace=workspace, pk__in=facts.ids), facts.cut)
    costs = facts.of(CostLine, "on", "amount", "currency", "category", "basis")
    benefits = facts.of(BenefitLine, "on", "amount", "currency", "benefit_class", "basis", "confirmed_at", "kpi__key")
    adoption = facts.of(AdoptionReading, "on", "share")
    stages = facts.of(StageChange, "on", "to")
    scores = facts.of(Assessment, "on", "scores")
    facts.of(Event, "on")
    kpis = _kpis(workspace, facts)
    settings = settings_on(workspace, as_of, facts.cut)
    return {
        row.pk: Initiative(
            key=row.key,
            currency=row.currency,
            horizon_months=row.horizon_months,
            planned_go_live=row.planned_go_live,
            go_live=row.go_live,
            costs=[_cost(*values) for values in costs[row.pk]],
            benefits=[_benefit(facts.cut, *values) for values in benefits[row.pk]],
            kpis=kpis[row.pk],
            adoption=[Dated(on, share) for on, share in adoption[row.pk]],
            stages=[StagePoint(on, to) for on, to in stages[row.pk]],
            hurdle=settings.get(SettingName.HURDLE),
            discount_rate=settings.get(SettingName.DISCOUNT_RATE),
            scores=_latest_scores(scores[row.pk], as_of),
            last_activity=facts.last_activity.get(row.pk, row.created_at.astimezone(facts.zone).date()),
        )
        for row in rows
    }


def _kpis(workspace: Workspace, facts: _Facts) -> dict[int, list[Kpi]]:
    held = KpiRow.objects.filter(known_at(facts.cut), workspace=workspace, initiative_id__in=facts.ids)
    rows = as_they_were(held.select_related("volume"), facts.cut)
    volumes = {row.volume_id: row.initiative_id for row in rows if row.volume_id}
    readings = facts.readings(volumes | {row.pk: row.initiative_id for row in rows})
    found: dict[int, list[Kpi]] = defaultdict(list)
    for row in rows:
        found[row.initiative_id].append(_kpi(row, readings, facts.zone))
    return found


def _kpi(row: KpiRow, readings: Mapping[int, Sequence[KpiReading]], zone: ZoneInfo) -> Kpi:
    return Kpi(
        key=row.key,
        name=row.name,
        unit=row.unit,
        direction=row.direction,
        cadence=row.cadence,
        aggregation=row.aggregation,
        design=row.design,
        benefit_class=row.benefit_class,
        readings=tuple(readings.get(row.pk, ())),
        family=row.family,
        unit_currency=row.unit_currency or None,
        baseline_from=row.baseline_from,
        baseline_to=row.baseline_to,
        redefined_on=row.redefined_on,
        value_per_unit=row.value_amount,
        value_low=row.value_low,
        value_high=row.value_high,
        value_currency=row.value_currency or None,
        realisation_share=row.realisation_share,
        volume=tuple(readings.get(row.volume_id, ())) if row.volume_id else None,
        volume_aggregation=row.volume.aggregation if row.volume else "sum",
        is_primary=row.primary,
        known_since=row.created_at.astimezone(zone).date(),
    )


def _cost(on: date, amount: Decimal, currency: str, category: str, basis: str) -> Cost:
    return Cost(on, amount, currency, category, Basis(basis))


def _benefit(
    cut: datetime | None,
    on: date,
    amount: Decimal,
    currency: str,
    benefit_class: str,
    basis: str,
    confirmed_at: datetime | None,
    kpi: str | None,
) -> Benefit:
    """A line with grade L where finance had confirmed it by `cut`, else with grade E."""
    confirmed = confirmed_at is not None and (cut is None or confirmed_at < cut)
    return Benefit(on, amount, currency, benefit_class, Basis(basis), Grade.LEDGER if confirmed else Grade.CLAIM, kpi)


def _latest_scores(rows: Iterable[tuple[date, Mapping[str, object]]], as_of: date) -> dict[str, Decimal]:
    """The latest score of each cause; `rows` come oldest first."""
    found: dict[str, Decimal] = {}
    for on, scores in rows:
        if on <= as_of:
            found |= {cause: Decimal(str(score)) for cause, score in scores.items()}
    return found
