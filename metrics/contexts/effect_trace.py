"""The money of a KPI effect, period by period, worked out again and held against the flows of the snapshot."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.core.periods import month_start
from metrics.core.rollup.trace import Credit, Period, periods_of
from metrics.core.types import Grade
from metrics.inputs.evidence import Evidence, evidence_of
from metrics.models import Snapshot

REF = "kpi:"


@dataclass(frozen=True)
class EffectTrace:
    """A stored effect, the records behind it and the money of its periods.

    `ledger` holds the months for which a confirmed line of the KPI stands in the place of its effect.
    `evidence` is None where the KPI was not known at the snapshot's moment.
    """

    stored: Mapping[str, Any]
    evidence: Evidence | None
    periods: Sequence[Period]
    ledger: frozenset[date] = frozenset()

    @property
    def astray(self) -> list[Period]:
        """The periods whose money does not tie with the flows."""
        return [period for period in self.periods if not period.ties]

    @property
    def counted(self) -> Decimal:
        """The sum of the flows, in the currency of the value per unit."""
        return sum((period.counted for period in self.periods if period.counted is not None), Decimal(0))


def trace_of(snapshot: Snapshot, key: str) -> EffectTrace:
    """The trace of the effect on one KPI of a snapshot that has it."""
    stored = next(row for row in snapshot.effects if row["kpi"] == key)
    evidence = evidence_of(snapshot, key)
    if evidence is None:
        return EffectTrace(stored, None, ())
    effect, first = stored["effect"], stored["first_exposure"]
    periods = periods_of(
        evidence.kpi,
        _credits(stored),
        None if effect is None else Decimal(effect),
        date.fromisoformat(first) if first else None,
        _counted(snapshot, key),
    )
    return EffectTrace(stored, evidence, periods, _ledger(snapshot, key))


def _credits(stored: Mapping[str, Any]) -> list[Credit]:
    return [
        Credit(date.fromisoformat(end), Decimal(change), Decimal(dose), Decimal(reading))
        for end, dose, reading, change in stored.get("credits", ())
    ]


def _counted(snapshot: Snapshot, key: str) -> dict[date, Decimal]:
    """Money of the flows to date that come from the KPI, as it was before it was converted."""
    found: dict[date, Decimal] = defaultdict(Decimal)
    for row in snapshot.returns.get("flows", ()):
        if row[8] == f"{REF}{key}" and row[5] is None:
            found[date.fromisoformat(row[0])] += Decimal(row[9] or row[1])
    return found


def _ledger(snapshot: Snapshot, key: str) -> frozenset[date]:
    rows = snapshot.returns.get("flows", ())
    return frozenset(month_start(date.fromisoformat(row[0])) for row in rows if (row[7], row[6]) == (key, Grade.LEDGER))
