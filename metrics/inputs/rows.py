"""Rows of a batch of initiatives by what they belong to, and when anything was last recorded about each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max

from metrics.core.types import Reading as KpiReading
from metrics.inputs.moments import believed
from portfolio.models import (
    AdoptionReading,
    Assessment,
    BaselineApproval,
    BenefitLine,
    BusinessCase,
    ControlDose,
    CostLine,
    Destination,
    Driver,
    Event,
    Fact,
    InitiativeHurdle,
    Mitigation,
    Preregistration,
    Reading,
    StageChange,
    StatusRating,
    Trial,
)

CHUNK = 5000
BY_INITIATIVE = (CostLine, AdoptionReading, StageChange, BenefitLine, Assessment, Event, Mitigation, StatusRating)
ACTIVITY: dict[str, tuple[type[Fact], ...]] = {
    "initiative_id": (*BY_INITIATIVE, Driver, InitiativeHurdle),
    "kpi__initiative_id": (Reading, ControlDose, Preregistration, Trial, Destination, BaselineApproval),
}
Rows = dict[int, list[Any]]
Series = dict[str, list[KpiReading]]


@dataclass
class FactRows:
    """Believed facts of some initiatives, one query for each kind."""

    ids: Sequence[int]
    cut: datetime | None
    zone: ZoneInfo

    def of(self, model: type[Fact], *columns: str, ids: Sequence[int] | None = None) -> Rows:
        """Rows of `model` as lists of the columns by initiative, oldest first; of other initiatives where given."""
        rows = believed(model, self.cut, initiative_id__in=self.ids if ids is None else ids)
        found: Rows = defaultdict(list)
        for initiative, *values in rows.values_list("initiative_id", *columns).iterator(CHUNK):
            found[initiative].append(values)
        return found

    def of_kpis(self, model: type[Fact], kpi_ids: Sequence[int], *columns: str) -> Rows:
        """The same by KPI."""
        found: Rows = defaultdict(list)
        if kpi_ids:
            for kpi, *values in believed(model, self.cut, kpi_id__in=kpi_ids).values_list("kpi_id", *columns):
                found[kpi].append(values)
        return found

    def readings(self, kpi_ids: Sequence[int]) -> Mapping[int, Series]:
        """Readings of every series by KPI."""
        rows = believed(Reading, self.cut, kpi_id__in=kpi_ids)
        columns = ("kpi_id", "series", "on", "value", "numerator", "denominator")
        found: dict[int, Series] = defaultdict(lambda: defaultdict(list))
        for kpi, series, *values in rows.values_list(*columns).iterator(CHUNK):
            found[kpi][series].append(KpiReading(*values))
        return found

    def last_activity(self) -> dict[int, date]:
        """The day on which anything was last recorded of each initiative or its KPIs; in one query."""
        parts: list[Any] = [*self._recorded(), self._decided("frozen_at"), self._decided("approved_at")]
        first, *others = parts
        found: dict[int, date] = {}
        for initiative, last in first.union(*others, all=True):
            found[initiative] = max(found.get(initiative, date.min), last.astimezone(self.zone).date())
        return found

    def _recorded(self) -> Iterator[Any]:
        """When facts of each kind were last recorded, by initiative."""
        for owner, models in ACTIVITY.items():
            for model in models:
                rows = believed(model, self.cut, **{f"{owner}__in": self.ids}).order_by().values_list(owner)
                yield rows.annotate(last=Max("recorded_at"))

    def _decided(self, when: str) -> Any:
        """When a business case was last frozen or approved, by initiative."""
        done = {f"{when}__isnull": False} if self.cut is None else {f"{when}__lt": self.cut}
        rows = BusinessCase.objects.filter(initiative_id__in=self.ids, **done).order_by()
        return rows.values_list("initiative_id").annotate(last=Max(when))
