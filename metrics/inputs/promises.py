"""What was promised before it was moved: the first planned go-live, and the targets as agreed and since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Case, DateTimeField, F, Q, When
from django.db.models.functions import TruncDate

from metrics.core.types import Dated, Targets
from metrics.inputs.rows import FactRows
from metrics.inputs.versions import DELETED, happened
from portfolio.models import BusinessCase, Initiative, Kpi, KpiTarget

Event = tuple[int, datetime, str, int, date, Decimal]
Promise = tuple[Targets, tuple[Targets, ...]]


@dataclass(frozen=True)
class Agreed:
    """When targets were agreed; `targets` and `version` are those of a business case, else history knows them."""

    at: datetime
    version: int | None = None
    targets: tuple[Dated, ...] | None = None


def first_planned_go_lives(facts: FactRows) -> dict[int, date]:
    """The first planned go-live of each initiative; one that was put right on the same day is as if it never was."""
    history = Initiative.pgh_event_model.objects  # type: ignore[attr-defined]
    events = history.filter(pgh_obj_id__in=facts.ids, planned_go_live__isnull=False)
    if facts.cut is not None:
        events = events.filter(happened(facts.cut, Initiative, "pgh_obj_id"))
    rows = events.order_by("pgh_obj_id", "pgh_id").values_list(
        "pgh_obj_id", TruncDate("pgh_created_at", tzinfo=facts.zone), "planned_go_live"
    )
    found: dict[int, tuple[date, date]] = {}
    for initiative, day, planned in rows:
        if found.setdefault(initiative, (day, planned))[0] == day:
            found[initiative] = (day, planned)
    return {initiative: planned for initiative, (_, planned) in found.items()}


def agreed_targets(facts: FactRows, kpis: Sequence[Any], approved: Mapping[int, datetime]) -> dict[int, Promise]:
    """What was agreed for each KPI, and the versions of its targets that stood then and since; in two queries.

    Agreed is what the latest approved version of its initiative's business case says, else the latest frozen one, else
    what stood when finance approved the baseline, at the moments given by KPI.
    """
    agreements = _agreements(facts, kpis, approved)
    if not agreements:
        return {}
    events = KpiTarget.pgh_event_model.objects.filter(kpi_id__in=agreements)  # type: ignore[attr-defined]
    if facts.cut is not None:
        events = events.filter(happened(facts.cut, Kpi, "kpi_id"))
    columns = ("kpi_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "on", "value")
    rows: Iterable[Event] = events.order_by("kpi_id", "pgh_id").values_list(*columns)
    return {
        kpi: found
        for kpi, own in groupby(rows, key=itemgetter(0))
        if (found := _since_agreed(agreements[kpi], _versions(own), facts)) is not None
    }


def _agreements(facts: FactRows, kpis: Sequence[Any], approved: Mapping[int, datetime]) -> dict[int, Agreed]:
    found = {kpi: Agreed(at) for kpi, at in approved.items()}
    cases = _cases(facts)
    for kpi in kpis:
        case = cases.get(kpi.initiative_id)
        if case and kpi.key in case[2]:
            frozen_at, version, targets = case
            found[kpi.pk] = Agreed(frozen_at, version, _dated(targets[kpi.key]))
    return found


def _cases(facts: FactRows) -> dict[int, tuple[datetime, int, Mapping[str, Any]]]:
    """When the case that counts of each initiative was frozen, its version, and its targets by KPI key."""
    held = Q() if facts.cut is None else Q(frozen_at__lt=facts.cut)
    approved = Q(approved_at__isnull=False) if facts.cut is None else Q(approved_at__lt=facts.cut)
    rows = BusinessCase.objects.filter(held, initiative_id__in=facts.ids).annotate(
        approved_then=Case(When(approved, then="approved_at"), output_field=DateTimeField())
    )
    order = ("initiative_id", F("approved_then").desc(nulls_last=True), "-version")
    latest = rows.order_by(*order).distinct("initiative_id")
    columns = ("initiative_id", "frozen_at", "version", "content__targets")
    return {
        initiative: (at, version, targets or {}) for initiative, at, version, targets in latest.values_list(*columns)
    }


def _dated(rows: Iterable[Mapping[str, str]]) -> tuple[Dated, ...]:
    found = [Dated(date.fromisoformat(row["on"]), Decimal(row["value"])) for row in rows]
    return tuple(sorted(found, key=lambda target: target.on))


def _versions(events: Iterable[Event]) -> list[tuple[datetime, tuple[Dated, ...]]]:
    """The targets after each transaction that touched them, oldest first."""
    held: dict[int, Dated] = {}
    found = []
    for at, changes in groupby(events, key=itemgetter(1)):
        for _, _, label, target, on, value in changes:
            if label == DELETED:
                held.pop(target, None)
            else:
                held[target] = Dated(on, value)
        found.append((at, tuple(sorted(held.values(), key=lambda target: target.on))))
    return found


def _since_agreed(
    agreed: Agreed, versions: Sequence[tuple[datetime, tuple[Dated, ...]]], facts: FactRows
) -> Promise | None:
    """What was agreed and what stood from then on; what the first transaction left held for every moment before."""
    begun = max((place for place, (at, _) in enumerate(versions) if at <= agreed.at), default=0)
    stood = [Targets(at.astimezone(facts.zone).date(), targets) for at, targets in versions[begun:]]
    targets = stood[0].targets if agreed.targets is None else agreed.targets
    if not targets:
        return None
    return Targets(agreed.at.astimezone(facts.zone).date(), targets, agreed.version), tuple(stood)
