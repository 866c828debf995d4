"""One KPI as the core sees it now, with the price levels of its workspace."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from metrics.core.money import PriceTable
from metrics.core.types import Kpi
from metrics.inputs.kpis import kpis_of
from metrics.inputs.rows import FactRows
from metrics.inputs.terms import prices_on, settings_on
from portfolio.models import AdoptionReading
from portfolio.models import Kpi as KpiRow


@dataclass(frozen=True)
class Planning:
    """A KPI and the prices that its readings are brought to."""

    kpi: Kpi
    prices: PriceTable


def planning_of(row: KpiRow, as_of: date) -> Planning:
    """What is known of a KPI on a day, in a fixed number of queries."""
    workspace = row.workspace
    facts = FactRows([row.initiative_id], None, ZoneInfo(workspace.time_zone))
    held = kpis_of(workspace, facts, facts.of(AdoptionReading, "on", "share"))[row.initiative_id]
    kpi = next(kpi for kpi in held if kpi.key == row.key and kpi.owner == row.initiative.key)
    return Planning(kpi, prices_on(workspace, settings_on(workspace, as_of, None), as_of, None))
