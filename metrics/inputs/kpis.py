"""KPIs of a batch of initiatives with all that tells what moved them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import Workspace
from metrics.core.types import Dated, Destination, Dose, Kpi, Preregistration, Trial
from metrics.inputs.promises import Promise, agreed_targets
from metrics.inputs.rows import FactRows, Rows, Series
from metrics.inputs.versions import as_they_were, of_kpis_then, was_known
from portfolio.choices import Design, Spread
from portfolio.models import (
    AdoptionReading,
    BaselineApproval,
    ControlDose,
    KpiShare,
    KpiTarget,
)
from portfolio.models import Destination as DestinationRow
from portfolio.models import Initiative as InitiativeRow
from portfolio.models import Kpi as KpiRow
from portfolio.models import Preregistration as PreregistrationRow
from portfolio.models import Trial as TrialRow
from portfolio.models.kpis import TREATED

TRIAL = (
    "on", "recorded_at", "allocated_on", "spread", "treated_count", "control_count", "treated_mean", "control_mean",
    "treated_deviation", "control_deviation",
)  # fmt: skip


@dataclass(frozen=True)
class _Held:
    """Rows by KPI or by initiative that the KPIs of a batch are put together from."""

    readings: Mapping[int, Series]
    adoption: Rows
    initiatives: Mapping[int, Any]
    sharers: Mapping[int, list[int]]
    volumes: Mapping[int, Any]
    targets: Mapping[int, list[Dated]]
    agreed: Mapping[int, Promise]
    control_doses: Rows
    preregistrations: Rows
    trials: Rows
    destinations: Rows
    approvals: Rows


def kpis_of(workspace: Workspace, facts: FactRows, adoption: Rows) -> dict[int, list[Kpi]]:
    """KPIs by initiative: its own and those that others share with it. `adoption` is that of the batch."""
    shares = _shares(facts)
    wanted = Q(initiative_id__in=facts.ids) | Q(pk__in=[kpi for kpi, _ in shares])
    rows = as_they_were(KpiRow.objects.filter(wanted, workspace=workspace).order_by("pk"), facts.cut)
    initiatives = _initiatives({*facts.ids, *(row.initiative_id for row in rows), *(pk for _, pk in shares)}, facts)
    rows = [row for row in rows if was_known(row, facts.cut) and row.initiative_id in initiatives]
    parts = _held(facts, rows, [share for share in shares if share[1] in initiatives], initiatives, adoption)
    found: dict[int, list[Kpi]] = defaultdict(list)
    batch = set(facts.ids)
    for row in sorted(rows, key=_place):
        kpi = _kpi(row, parts, facts)
        for initiative in {row.initiative_id, *parts.sharers.get(row.pk, ())} & batch:
            found[initiative].append(kpi)
    return found


def _place(row: Any) -> tuple[bool, str, int]:
    """The primary KPI first, then by name."""
    return not row.primary, row.name, row.pk


def _shares(facts: FactRows) -> list[tuple[int, int]]:
    """(KPI, sharing initiative) of every KPI that an initiative of the batch owns or shares, in order."""
    touching = KpiShare.objects.filter(Q(initiative_id__in=facts.ids) | Q(kpi__initiative_id__in=facts.ids))
    if facts.cut is None:
        rows = KpiShare.objects.filter(kpi_id__in=touching.values("kpi_id"))
        return sorted(rows.values_list("kpi_id", "initiative_id"))
    history = KpiShare.pgh_event_model.objects  # type: ignore[attr-defined]
    ever = history.filter(Q(initiative_id__in=facts.ids) | Q(kpi__initiative_id__in=facts.ids)).values("kpi_id")
    then = of_kpis_then(KpiShare, Q(kpi_id__in=ever), facts.cut, "kpi_id", "initiative_id")
    return [(kpi, initiative) for kpi, initiative in then]


def _held(
    facts: FactRows,
    rows: Sequence[Any],
    shares: Sequence[tuple[int, int]],
    initiatives: Mapping[int, Any],
    adoption: Rows,
) -> _Held:
    sharers: dict[int, list[int]] = defaultdict(list)
    for kpi, initiative in shares:
        sharers[kpi].append(initiative)
    ids = [row.pk for row in rows]
    outside = sorted({row.initiative_id for row in rows}.union(*sharers.values()) - set(facts.ids))
    volumes = {row.volume_id for row in rows if row.volume_id}
    more = facts.of(AdoptionReading, "on", "share", ids=outside) if outside else {}
    multiplying = as_they_were(KpiRow.objects.filter(pk__in=volumes), facts.cut) if volumes else []
    approvals = facts.of_kpis(BaselineApproval, ids, "on", "recorded_at")
    return _Held(
        readings=facts.readings(sorted(volumes.union(ids))),
        adoption={**adoption, **more},
        initiatives=initiatives,
        sharers=sharers,
        volumes={row.pk: row for row in multiplying},
        targets=_targets(ids, facts),
        agreed=agreed_targets(facts, rows, {kpi: own[-1][1] for kpi, own in approvals.items()}),
        control_doses=facts.of_kpis(ControlDose, ids, "series", "on", "share"),
        preregistrations=facts.of_kpis(PreregistrationRow, ids, "on", "frozen"),
        trials=facts.of_kpis(TrialRow, ids, *TRIAL),
        destinations=facts.of_kpis(DestinationRow, ids, "on", "cash_out", "redeployed", "absorbed"),
        approvals=approvals,
    )


def _initiatives(ids: Iterable[int], facts: FactRows) -> dict[int, Any]:
    """Initiatives that are not archived, by id."""
    rows = as_they_were(InitiativeRow.objects.filter(pk__in=list(ids)), facts.cut)
    return {row.pk: row for row in rows if was_known(row, facts.cut)}


def _targets(ids: Sequence[int], facts: FactRows) -> dict[int, list[Dated]]:
    """Targets by KPI, in order of their days."""
    found: dict[int, list[Dated]] = defaultdict(list)
    columns = ("kpi_id", "on", "value")
    if facts.cut is None:
        rows: Iterable[Sequence[Any]] = KpiTarget.objects.filter(kpi_id__in=ids).order_by("on").values_list(*columns)
    else:
        rows = of_kpis_then(KpiTarget, Q(kpi_id__in=ids), facts.cut, *columns)
    for kpi, on, value in rows:
        found[kpi].append(Dated(on, value))
    return found


def _kpi(row: Any, held: _Held, facts: FactRows) -> Kpi:
    series = held.readings.get(row.pk, {})
    owner = held.initiatives[row.initiative_id]
    frozen = _preregistration(held.preregistrations.get(row.pk, ()))
    approvals = held.approvals.get(row.pk)
    agreed, versions = held.agreed.get(row.pk, (None, ()))
    return Kpi(
        key=row.key,
        name=row.name,
        unit=row.unit,
        direction=row.direction,
        cadence=row.cadence,
        aggregation=row.aggregation,
        design=row.design,
        benefit_class=row.benefit_class,
        readings=tuple(series.get(TREATED, ())),
        owner=owner.key,
        family=row.family,
        unit_currency=row.unit_currency or None,
        controls={name: tuple(points) for name, points in series.items() if name != TREATED},
        control_doses=_by_series(held.control_doses.get(row.pk, ())),
        doses=tuple(_dose(held, pk) for pk in (row.initiative_id, *held.sharers.get(row.pk, ()))),
        preregistration=frozen,
        trials=tuple(_trial(values, frozen, facts) for values in held.trials.get(row.pk, ())),
        destinations=tuple(Destination(*values) for values in held.destinations.get(row.pk, ())),
        baseline_approved_on=approvals[-1][0] if approvals else None,
        baseline_from=row.baseline_from,
        baseline_to=row.baseline_to,
        redefined_on=row.redefined_on,
        value_per_unit=row.value_amount,
        value_low=row.value_low,
        value_high=row.value_high,
        value_currency=row.value_currency or None,
        realisation_share=row.realisation_share,
        volume=tuple(held.readings.get(row.volume_id, {}).get(TREATED, ())) if row.volume_id else None,
        volume_aggregation=held.volumes[row.volume_id].aggregation if row.volume_id else "sum",
        targets=tuple(held.targets.get(row.pk, ())),
        agreed=agreed,
        target_versions=versions,
        is_primary=row.primary,
        known_since=row.created_at.astimezone(facts.zone).date(),
    )


def _dose(held: _Held, initiative: int) -> Dose:
    row = held.initiatives[initiative]
    return Dose(row.key, tuple(Dated(*values) for values in held.adoption.get(initiative, ())), row.go_live)


def _by_series(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[Dated, ...]]:
    found: dict[str, list[Dated]] = defaultdict(list)
    for series, on, share in rows:
        found[series].append(Dated(on, share))
    return {series: tuple(doses) for series, doses in found.items()}


def _preregistration(rows: Sequence[Sequence[Any]]) -> Preregistration | None:
    if not rows:
        return None
    on, frozen = rows[-1]
    return Preregistration(
        on=on,
        design=frozen["design"],
        direction=frozen["direction"],
        controls=tuple(frozen.get("controls", ())),
        is_primary=bool(frozen.get("primary")),
    )


def _trial(values: Sequence[Any], frozen: Preregistration | None, facts: FactRows) -> Trial:
    on, recorded_at, allocated_on, spread, treated, control, *moments = values
    logged: list[date] = [recorded_at.astimezone(facts.zone).date()]
    if frozen and frozen.design == Design.RANDOMISED:
        logged.append(frozen.on)
    treated_mean, control_mean, treated_deviation, control_deviation = moments
    return Trial(
        on=on,
        allocated_on=allocated_on,
        in_clusters=spread == Spread.CLUSTERS,
        treated_count=treated,
        control_count=control,
        treated_mean=treated_mean,
        control_mean=control_mean,
        treated_deviation=treated_deviation,
        control_deviation=control_deviation,
        logged_on=min(logged),
    )
