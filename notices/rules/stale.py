"""R8 stale data: a KPI without a reading for one and a half periods of its cadence, at least 30 days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from notices.choices import Rule, Severity
from notices.rules.states import Seen, Zone

MEDIUM_AT_DAYS = 60


@dataclass(frozen=True, slots=True)
class StaleKpi:
    """A KPI past the days that its cadence allows.

    Args:
        since: the first day on which it was stale.
        last_reading: None where it never had one; then the days count from when it was set up.
        days: since the last reading.
        allowed_days: one and a half periods of its cadence, at least 30.
    """

    key: str
    name: str
    since: date
    last_reading: date | None
    days: int
    allowed_days: int


def stale_data(kpi: StaleKpi) -> Seen:
    """What R8 sees of a KPI that is stale; the detail leaves the days out, so that a day passing changes nothing."""
    return Seen(
        rule=Rule.STALE_DATA,
        scope=kpi.key,
        zone=Zone.BREACH,
        severity=Severity.MEDIUM if kpi.days >= MEDIUM_AT_DAYS else Severity.LOW,
        since=kpi.since,
        value=Decimal(kpi.days),
        threshold=Decimal(kpi.allowed_days),
        detail={
            "kpi": kpi.key,
            "name": kpi.name,
            "last_reading": kpi.last_reading.isoformat() if kpi.last_reading else "",
            "allowed_days": str(kpi.allowed_days),
        },
    )


def reading_in(scope: str) -> Seen:
    """What R8 sees of a KPI that is not stale any more."""
    return Seen(Rule.STALE_DATA, scope, Zone.CALM)
