"""Before and after on a KPI that several initiatives share: the joint change is split by use, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from metrics.core.attribution.before_after import GOOD_SIGN, before_after, movement
from metrics.core.attribution.effects import Credit, Effect
from metrics.core.attribution.observed import use_of
from metrics.core.periods import period_end
from metrics.core.results import RATIO, Figure, plain
from metrics.core.types import Dose, Kpi

SPLIT = "The change since the first use of any initiative that shares the KPI is split by use, which is a convention."


def indicated(kpi: Kpi, doses: Sequence[Dose], own: int) -> Effect:
    """Grade D or E: the change credited to one of the initiatives, never more in all than the KPI moved."""
    starts = [start for dose in doses if (start := dose.starts_on)]
    if len(starts) < 2 or doses[own].starts_on is None:
        return before_after(kpi, doses[own].starts_on)
    joint = before_after(kpi, min(starts))
    if joint.improvement is None:
        return joint
    credits = _credits(kpi, doses, own, joint.improvement)
    if not credits:
        return before_after(kpi, None)
    improvement = sum((credit.change for credit in credits), Decimal(0)) / len(credits)
    share = improvement / joint.improvement if joint.improvement else Decimal(0)
    return replace(
        joint,
        effect=Figure(plain(improvement * GOOD_SIGN[kpi.direction]), kpi.unit, grade=joint.grade),
        relative=_scaled(joint.relative, share),
        movement=movement(improvement),
        improvement=improvement,
        first_exposure=doses[own].starts_on,
        assumption=f"{joint.assumption} {SPLIT}",
        credits=credits,
        share=plain(share),
    )


def _credits(kpi: Kpi, doses: Sequence[Dose], own: int, improvement: Decimal) -> tuple[Credit, ...]:
    found: dict[date, Credit] = {}
    for point in sorted(kpi.readings, key=lambda reading: reading.on):
        end = period_end(point.on, kpi.cadence)
        uses = [Decimal(repr(use_of(dose, (end,))[0])) for dose in doses]
        if uses[own] > 0:
            found[end] = Credit(end, uses[own], point.value, improvement * uses[own] / sum(uses))
    return tuple(found.values())


def _scaled(relative: Figure, share: Decimal) -> Figure:
    if relative.value is None:
        return relative
    return Figure(plain(relative.value * share), RATIO, grade=relative.grade)
