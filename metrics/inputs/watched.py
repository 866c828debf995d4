"""Which KPIs and which other initiatives can move the figures of a batch of initiatives."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Workspace
from portfolio.models import Initiative, Kpi, KpiShare


@dataclass(frozen=True)
class WatchedKpi:
    """A KPI with the initiatives of the batch whose figures it can move."""

    name: str
    unit: str
    owner: int
    watchers: frozenset[int]


@dataclass(frozen=True)
class Watched:
    """KPIs by id; initiatives of the batch by each initiative whose use moves them; names of all of these."""

    kpis: Mapping[int, WatchedKpi]
    sharing: Mapping[int, set[int]]
    names: Mapping[int, str]


def watched(workspace: Workspace, initiative_ids: Sequence[int]) -> Watched:
    """KPIs that the initiatives own or share or that multiply one of those, and who else shares them; four queries."""
    batch = set(initiative_ids)
    touching = KpiShare.objects.filter(Q(initiative_id__in=batch) | Q(kpi__initiative_id__in=batch)).values("kpi_id")
    shares = list(KpiShare.objects.filter(kpi_id__in=touching).values_list("kpi_id", "initiative_id"))
    columns = ("pk", "name", "unit", "initiative_id", "volume_id")
    wanted = Q(initiative_id__in=batch) | Q(pk__in={kpi for kpi, _ in shares})
    rows = list(Kpi.objects.filter(wanted, workspace=workspace).values_list(*columns))
    holders: dict[int, set[int]] = defaultdict(set)
    for kpi, initiative in [*shares, *((row[0], row[3]) for row in rows)]:
        holders[kpi].add(initiative)
    for pk, _, _, _, volume in rows:
        if volume is not None:
            holders[volume] |= holders[pk]
    outside = {row[4] for row in rows if row[4] is not None} - {row[0] for row in rows}
    rows += Kpi.objects.filter(pk__in=outside).values_list(*columns)
    sharing: dict[int, set[int]] = defaultdict(set, {pk: {pk} for pk in batch})
    for kpi, _ in shares:
        for initiative in holders[kpi]:
            sharing[initiative] |= holders[kpi] & batch
    others = {row[3] for row in rows}.union(sharing)
    return Watched(
        kpis={pk: WatchedKpi(name, unit, owner, frozenset(holders[pk] & batch)) for pk, name, unit, owner, _ in rows},
        sharing=sharing,
        names=dict(Initiative.objects.filter(pk__in=others).values_list("pk", "name")),
    )
