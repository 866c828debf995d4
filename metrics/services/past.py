"""What was believed at the end of a day: worked out from the facts known then, stored, and pointed at by nobody."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.models import Workspace
from metrics.core.risk.model import MODEL_VERSION
from metrics.core.rollup.initiative import evaluate_all
from metrics.inputs import Held, end_of_day, held_versions, known_at, load, today
from metrics.models import METHOD_VERSION, Kind, PortfolioSnapshot, Snapshot
from metrics.services.figures import CHUNK
from metrics.services.payload import snapshot_fields
from metrics.services.store import says_the_same
from metrics.services.totals import new_total, total_fields
from portfolio.models import Initiative


class DayAhead(ValueError):
    """Nothing can be believed at the end of a day that has not come."""


def figures_as_of(*, workspace: Workspace, initiative_id: int, as_of: date, now: datetime) -> Snapshot:
    """The figures of one initiative as believed at the end of `as_of`, a day of the workspace before or on today.

    Raises DayAhead.
    """
    return snapshots_as_of(workspace=workspace, initiative_ids=[initiative_id], as_of=as_of, now=now)[0]


def snapshots_as_of(
    *, workspace: Workspace, initiative_ids: Sequence[int], as_of: date, now: datetime
) -> list[Snapshot]:
    """The same for several initiatives, in the order of their ids. Raises DayAhead."""
    if as_of > today(workspace, now):
        raise DayAhead(f"{as_of} has not come yet.")
    found: list[Snapshot] = []
    ids = sorted(initiative_ids)
    for start in range(0, len(ids), CHUNK):
        found += _chunk_as_of(workspace, ids[start : start + CHUNK], as_of, now)
    return found


def portfolio_as_of(*, workspace: Workspace, as_of: date, now: datetime) -> PortfolioSnapshot:
    """The totals as believed at the end of `as_of`, over the initiatives known then. Raises DayAhead."""
    cut = end_of_day(workspace, as_of)
    ids = list(Initiative.objects.filter(known_at(cut), workspace=workspace).values_list("pk", flat=True))
    members = sorted(row.pk for row in snapshots_as_of(workspace=workspace, initiative_ids=ids, as_of=as_of, now=now))
    fields = total_fields(workspace, as_of, members, cut)
    stored = PortfolioSnapshot.objects.filter(workspace=workspace, kind=Kind.AS_OF, as_of_date=as_of, members=members)
    latest = stored.order_by("-pk").first()
    if latest and says_the_same(latest, fields):
        return latest
    return new_total(workspace, Kind.AS_OF, as_of, now, members, fields)


def _chunk_as_of(workspace: Workspace, ids: Sequence[int], as_of: date, now: datetime) -> list[Snapshot]:
    """Stored snapshots where the record has not changed since, new ones for the rest."""
    with transaction.atomic():
        held = held_versions(workspace, ids)
        known = {row.initiative_id: row for row in _stored(ids, as_of) if holds(row, held)}
        rest = [key for key in ids if key not in known]
        if rest:
            known |= _worked_out(held, rest, as_of, now)
    return [known[key] for key in ids]


def _stored(ids: Sequence[int], as_of: date) -> Sequence[Snapshot]:
    rows = Snapshot.objects.filter(initiative_id__in=ids, kind=Kind.AS_OF, as_of_date=as_of)
    return list(rows.order_by("initiative_id", "-pk").distinct("initiative_id"))


def holds(row: Snapshot, held: Held) -> bool:
    """Whether neither the record nor the settings nor the method changed since a snapshot was stored."""
    return (row.inputs_version, row.settings_version, row.method_version, row.model_version) == (
        held.inputs_versions.get(row.initiative_id),
        held.workspace.settings_version,
        METHOD_VERSION,
        MODEL_VERSION,
    )


def _worked_out(held: Held, ids: Sequence[int], as_of: date, now: datetime) -> dict[int, Snapshot]:
    batch = load(held.workspace, ids, as_of, cut=end_of_day(held.workspace, as_of))
    rows = [
        Snapshot(
            workspace=held.workspace,
            initiative_id=key,
            kind=Kind.AS_OF,
            as_of_date=as_of,
            computed_at=now,
            inputs_version=held.inputs_versions[key],
            settings_version=held.workspace.settings_version,
            method_version=METHOD_VERSION,
            model_version=MODEL_VERSION,
            **snapshot_fields(found),
        )
        for key, found in evaluate_all(batch.initiatives, batch.context, as_of).items()
    ]
    return {row.initiative_id: row for row in Snapshot.objects.bulk_create(rows)}
