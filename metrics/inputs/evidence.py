"""The records behind the effect on one KPI, as they stood when a snapshot was worked out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from metrics.core.types import Kpi
from metrics.inputs.kpis import kpis_of
from metrics.inputs.moments import believed
from metrics.inputs.rows import FactRows
from metrics.inputs.versions import as_they_were, cut_of_stored, of_kpis_then
from metrics.models import Snapshot
from portfolio.models import (
    AdoptionReading,
    BaselineApproval,
    ControlDose,
    Destination,
    Fact,
    KpiShare,
    Preregistration,
    Reading,
    Trial,
)
from portfolio.models import Kpi as KpiRow


@dataclass(frozen=True)
class Evidence:
    """A KPI as the core saw it, its row, and the facts behind it with who recorded them; oldest first.

    `volume` are readings of the KPI that multiplies; `use` is that of every initiative that shares the KPI.
    """

    kpi: Kpi
    row: KpiRow
    readings: Sequence[Reading]
    volume: Sequence[Reading]
    use: Sequence[AdoptionReading]
    approval: BaselineApproval | None
    preregistration: Preregistration | None
    trials: Sequence[Trial]
    destinations: Sequence[Destination]
    control_use: Sequence[ControlDose]


def evidence_of(snapshot: Snapshot, key: str) -> Evidence | None:
    """What the effect on a KPI rests on; None where no such KPI was known. A fixed number of queries."""
    cut = cut_of_stored(snapshot)
    facts = FactRows([snapshot.initiative_id], cut, ZoneInfo(snapshot.workspace.time_zone))
    adoption = facts.of(AdoptionReading, "on", "share")
    held = kpis_of(snapshot.workspace, facts, adoption)[snapshot.initiative_id]
    kpi = next((kpi for kpi in held if kpi.key == key), None)
    if kpi is None:
        return None
    rows = KpiRow.objects.filter(workspace=snapshot.workspace_id, key=key).select_related("volume", "initiative")
    row: KpiRow = as_they_were(rows, cut)[0]
    sharers = [initiative for (initiative,) in of_kpis_then(KpiShare, Q(kpi_id=row.pk), cut, "initiative_id")]
    approvals = _facts(BaselineApproval, cut, kpi=row)
    frozen = _facts(Preregistration, cut, kpi=row)
    return Evidence(
        kpi=kpi,
        row=row,
        readings=_facts(Reading, cut, kpi=row),
        volume=_facts(Reading, cut, kpi_id=row.volume_id) if row.volume_id else [],
        use=_facts(AdoptionReading, cut, "initiative", initiative_id__in=[row.initiative_id, *sharers]),
        approval=approvals[-1] if approvals else None,
        preregistration=frozen[-1] if frozen else None,
        trials=_facts(Trial, cut, kpi=row),
        destinations=_facts(Destination, cut, kpi=row),
        control_use=_facts(ControlDose, cut, kpi=row),
    )


def _facts(model: type[Fact], cut: datetime, *related: str, **wanted: object) -> list[Any]:
    return list(believed(model, cut, **wanted).select_related("recorded_by", *related))
