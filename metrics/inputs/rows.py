"""Rows of a batch of initiatives by what they belong to, and when anything was last recorded about each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from metrics.core.types import Reading as KpiReading
from metrics.inputs.moments import believed
from portfolio.models import Fact, Reading
from portfolio.models.kpis import TREATED

CHUNK = 5000
Rows = dict[int, list[Any]]
Series = dict[str, list[KpiReading]]


@dataclass
class FactRows:
    """Believed facts of some initiatives, one query for each kind."""

    ids: Sequence[int]
    cut: datetime | None
    zone: ZoneInfo
    last_activity: dict[int, date] = field(default_factory=dict)

    def of(self, model: type[Fact], *columns: str, ids: Sequence[int] | None = None) -> Rows:
        """Rows of `model` as lists of the columns by initiative, oldest first; of other initiatives where given."""
        rows = believed(model, self.cut, initiative_id__in=self.ids if ids is None else ids)
        found: Rows = defaultdict(list)
        for initiative, recorded_at, *values in rows.values_list("initiative_id", "recorded_at", *columns).iterator(
            CHUNK
        ):
            found[initiative].append(values)
            self._saw(initiative, recorded_at)
        return found

    def of_kpis(self, model: type[Fact], kpi_ids: Sequence[int], *columns: str) -> Rows:
        """The same by KPI."""
        found: Rows = defaultdict(list)
        if kpi_ids:
            for kpi, *values in believed(model, self.cut, kpi_id__in=kpi_ids).values_list("kpi_id", *columns):
                found[kpi].append(values)
        return found

    def readings(self, initiatives: Mapping[int, int]) -> Mapping[int, Series]:
        """Readings of every series by KPI; `initiatives` gives the initiative of each KPI."""
        rows = believed(Reading, self.cut, kpi_id__in=list(initiatives))
        columns = ("kpi_id", "series", "recorded_at", "on", "value", "numerator", "denominator")
        found: dict[int, Series] = defaultdict(lambda: defaultdict(list))
        for kpi, series, recorded_at, *values in rows.values_list(*columns).iterator(CHUNK):
            found[kpi][series].append(KpiReading(*values))
            if series == TREATED:
                self._saw(initiatives[kpi], recorded_at)
        return found

    def _saw(self, initiative: int, recorded_at: datetime) -> None:
        day = recorded_at.astimezone(self.zone).date()
        if day > self.last_activity.get(initiative, date.min):
            self.last_activity[initiative] = day
