"""What is known now about the time up to a past day: worked out, stored as restated, and pointed at by nobody."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Workspace
from metrics.core.risk.model import MODEL_VERSION
from metrics.core.rollup.initiative import evaluate_all
from metrics.core.rollup.restated import up_to
from metrics.inputs import held_versions, load, today
from metrics.models import METHOD_VERSION, Kind, Snapshot
from metrics.services.past import DayAhead, holds
from metrics.services.payload import snapshot_fields


def figures_restated(*, workspace: Workspace, initiative_id: int, as_of: date, now: datetime) -> Snapshot:
    """The figures of one initiative for a past day, from all that is known now. Raises DayAhead."""
    if as_of > today(workspace, now):
        raise DayAhead(f"{as_of} has not come yet.")
    with transaction.atomic():
        held = held_versions(workspace, [initiative_id])
        stored = Snapshot.objects.filter(initiative_id=initiative_id, kind=Kind.RESTATED, as_of_date=as_of)
        latest = stored.order_by("-pk").first()
        if latest is not None and holds(latest, held):
            return latest
        batch = load(held.workspace, [initiative_id], as_of, cut=None)
        facts = {key: up_to(found, as_of) for key, found in batch.initiatives.items()}
        return Snapshot.objects.create(
            workspace=held.workspace,
            initiative_id=initiative_id,
            kind=Kind.RESTATED,
            as_of_date=as_of,
            computed_at=now,
            inputs_version=held.inputs_versions[initiative_id],
            settings_version=held.workspace.settings_version,
            method_version=METHOD_VERSION,
            model_version=MODEL_VERSION,
            **snapshot_fields(evaluate_all(facts, batch.context, as_of)[initiative_id]),
        )
