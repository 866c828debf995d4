"""Evaluations become snapshots; a pointer flips by compare-and-set, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import Workspace
from metrics.core.risk.model import MODEL_VERSION
from metrics.core.rollup.initiative import Evaluation
from metrics.inputs import Held, Learnt
from metrics.models import LONG_OF_FITS, METHOD_VERSION, CurrentSnapshot, Kind, Snapshot
from metrics.services.causes import Step, name_causes
from metrics.services.payload import snapshot_fields
from portfolio.models import Initiative

POINTER_COLUMNS = [field.name for field in CurrentSnapshot._meta.concrete_fields if not field.primary_key]
LOCK_OF_SNAPSHOTS = 7301


@dataclass(frozen=True)
class Stamp:
    """When figures were worked out, for which day, from which versions and what had been learnt."""

    as_of: date
    now: datetime
    held: Held
    learnt: Learnt


@dataclass
class Stored:
    """Counts of snapshots written, found unchanged, and dropped because an edit or a later refresh was first."""

    written: int = 0
    unchanged: int = 0
    overtaken: int = 0


def store(workspace: Workspace, found: Mapping[int, Evaluation], stamp: Stamp) -> Stored:
    """Writes a snapshot for each evaluation that differs from the current one, and moves the pointers.

    Initiatives edited since their versions were read are left: they lag and come again.
    """
    outcome = Stored()
    with transaction.atomic():
        lock(LOCK_OF_SNAPSHOTS, workspace.pk)
        unmoved = _unmoved(found, stamp.held)
        pointers = _pointers(found)
        fresh: list[tuple[Snapshot, Evaluation]] = []
        moved: list[CurrentSnapshot] = []
        for key, evaluation in sorted(found.items(), key=itemgetter(0)):
            pointer = pointers.get(key)
            if key not in unmoved or (pointer is not None and _is_ahead(pointer, stamp, key)):
                outcome.overtaken += 1
                continue
            fields = snapshot_fields(evaluation)
            if pointer is not None and says_the_same(pointer.snapshot, fields):
                outcome.unchanged += 1
                moved.append(_pointer(pointer.snapshot, evaluation, stamp))
            else:
                fresh.append((_snapshot(workspace, key, fields, stamp), evaluation))
        steps = [(snapshot, pointers.get(snapshot.initiative_id)) for snapshot, _ in fresh]
        name_causes(workspace, [Step(snapshot, before) for snapshot, before in steps if before])
        Snapshot.objects.bulk_create([snapshot for snapshot, _ in fresh])
        moved += [_pointer(snapshot, evaluation, stamp) for snapshot, evaluation in fresh]
        CurrentSnapshot.objects.bulk_create(
            moved, update_conflicts=True, unique_fields=["initiative"], update_fields=POINTER_COLUMNS
        )
    outcome.written = len(fresh)
    return outcome


def lock(kind: int, workspace_id: int) -> None:
    """Waits until nobody else writes this kind of row in the workspace; released at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, workspace_id])


def try_lock(kind: int, workspace_id: int) -> bool:
    """The same without waiting: whether nobody else held it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [kind, workspace_id])
        free: bool = cursor.fetchone()[0]
    return free


def says_the_same(snapshot: Model, fields: Mapping[str, Any]) -> bool:
    """Whether a stored snapshot holds exactly these computed columns."""
    return all(getattr(snapshot, name) == value for name, value in fields.items())


def _pointers(found: Mapping[int, Evaluation]) -> dict[int, CurrentSnapshot]:
    rows = CurrentSnapshot.objects.filter(initiative_id__in=list(found)).select_related("snapshot", "fit")
    rows = rows.defer(*(f"fit__{column}" for column in LONG_OF_FITS))
    return {row.initiative_id: row for row in rows}


def _unmoved(found: Mapping[int, Evaluation], held: Held) -> set[int]:
    """Initiatives whose inputs and settings are still those that were read, locked until the pointers have moved.

    A row that a writer holds has moved. Nobody is waited for, so that no two can wait for each other.
    """
    settings = Workspace.objects.filter(pk=held.workspace.pk).select_for_update(no_key=True, skip_locked=True)
    if settings.values_list("settings_version", flat=True).first() != held.workspace.settings_version:
        return set()
    rows = Initiative.objects.filter(pk__in=list(found)).order_by("pk")
    versions = rows.select_for_update(no_key=True, skip_locked=True).values_list("pk", "inputs_version")
    return {pk for pk, version in versions if version == held.inputs_versions[pk]}


def _is_ahead(pointer: CurrentSnapshot, stamp: Stamp, key: int) -> bool:
    """Whether the pointer holds figures of later inputs or settings, or of a later day under the same settings."""
    settings_version = stamp.held.workspace.settings_version
    return (
        pointer.inputs_version > stamp.held.inputs_versions[key]
        or pointer.settings_version > settings_version
        or (pointer.as_of_date > stamp.as_of and pointer.settings_version == settings_version)
    )


def _snapshot(workspace: Workspace, key: int, fields: Mapping[str, Any], stamp: Stamp) -> Snapshot:
    return Snapshot(
        workspace=workspace,
        initiative_id=key,
        kind=Kind.CURRENT,
        as_of_date=stamp.as_of,
        computed_at=stamp.now,
        inputs_version=stamp.held.inputs_versions[key],
        settings_version=stamp.held.workspace.settings_version,
        method_version=METHOD_VERSION,
        model_version=MODEL_VERSION,
        share=stamp.learnt.share,
        fit=stamp.learnt.fit,
        **fields,
    )


def _pointer(snapshot: Snapshot, evaluation: Evaluation, stamp: Stamp) -> CurrentSnapshot:
    return CurrentSnapshot(
        initiative_id=snapshot.initiative_id,
        workspace_id=snapshot.workspace_id,
        snapshot=snapshot,
        as_of_date=stamp.as_of,
        checked_at=stamp.now,
        inputs_version=stamp.held.inputs_versions[snapshot.initiative_id],
        settings_version=stamp.held.workspace.settings_version,
        method_version=METHOD_VERSION,
        model_version=MODEL_VERSION,
        verdict=snapshot.verdict,
        **{name: figure.value for name, figure in evaluation.comparable.items()},
        roi_to_date=evaluation.figures["roi_to_date"].value,
        roi_forecast=evaluation.figures["roi_forecast"].value,
        abandoned_12m=evaluation.risk.abandoned_12m.value,
        chance_clears_hurdle=evaluation.figures["chance_clears_hurdle"].value,
        never_in_production=evaluation.risk.never_in_production.value,
        signal_count=len(evaluation.signals),
        signal_codes=sorted({str(signal.code) for signal in evaluation.signals}),
        raised_causes=list(evaluation.raised),
        last_activity=evaluation.last_activity,
        share=stamp.learnt.share,
        fit=stamp.learnt.fit,
    )
