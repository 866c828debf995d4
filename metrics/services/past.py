"""Figures of a past day, as believed at its end or as known now: worked out, stored, and pointed at by nobody."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Workspace
from metrics.core.risk.model import MODEL_VERSION
from metrics.core.rollup.initiative import Evaluation, evaluate_all
from metrics.core.rollup.restated import up_to
from metrics.inputs import (
    Clock,
    Experience,
    Held,
    Learnt,
    begun_by,
    cut_of,
    end_of_day,
    experience,
    held_versions,
    known,
    learnt_at,
    learnt_by,
    load,
    standing,
    today,
    workspace_at,
)
from metrics.models import LONG_OF_FITS, METHOD_VERSION, Kind, PortfolioSnapshot, Snapshot
from metrics.services.figures import CHUNK
from metrics.services.payload import snapshot_fields
from metrics.services.store import says_the_same
from metrics.services.totals import new_total, parts_of, total_fields
from portfolio.models import Initiative


class DayAhead(ValueError):
    """Nothing can be believed at the end of a day that has not come."""


def figures_as_of(
    *, workspace: Workspace, initiative_id: int, as_of: date, now: datetime, clock: Clock | None = None
) -> Snapshot:
    """The figures of one initiative as believed at the end of `as_of`, a day of the workspace before or on today.

    Raises DayAhead.
    """
    return snapshots_as_of(workspace=workspace, initiative_ids=[initiative_id], as_of=as_of, now=now, clock=clock)[0]


def figures_restated(
    *, workspace: Workspace, initiative_id: int, as_of: date, now: datetime, clock: Clock | None = None
) -> Snapshot:
    """The figures of one initiative for a past day, from all that is known now. Raises DayAhead."""
    refuse_day_ahead(workspace, as_of, now)
    return next(_chunks(workspace, [initiative_id], Kind.RESTATED, as_of, clock or standing(now)))[0]


def snapshots_as_of(
    *, workspace: Workspace, initiative_ids: Sequence[int], as_of: date, now: datetime, clock: Clock | None = None
) -> list[Snapshot]:
    """Figures of several initiatives as believed then, in the order of their ids. Raises DayAhead.

    `clock` is read again for each part of a long run; it stands still at `now` where it is left out.
    """
    refuse_day_ahead(workspace, as_of, now)
    chunks = _chunks(workspace, initiative_ids, Kind.AS_OF, as_of, clock or standing(now))
    return [row for chunk in chunks for row in chunk]


def portfolio_as_of(
    *, workspace: Workspace, as_of: date, now: datetime, clock: Clock | None = None
) -> PortfolioSnapshot:
    """The totals as believed at the end of `as_of`, over the initiatives known then. Raises DayAhead."""
    return portfolio_on(workspace=workspace, kind=Kind.AS_OF, as_of=as_of, now=now, clock=clock)


def portfolio_on(
    *, workspace: Workspace, kind: Kind, as_of: date, now: datetime, clock: Clock | None = None
) -> PortfolioSnapshot:
    """The totals of a past day, as believed then or restated. Raises DayAhead."""
    refuse_day_ahead(workspace, as_of, now)
    clock = clock or standing(now)
    ids = list(initiatives_on(workspace, kind, as_of).values_list("pk", flat=True))
    members = sorted(row.pk for chunk in _chunks(workspace, ids, kind, as_of, clock) for row in chunk)
    held, moment = Workspace.objects.get(pk=workspace.pk), clock()
    cut = cut_of(held, kind, as_of, moment)
    fields = total_fields(workspace_at(held, cut), as_of, parts_of(members), cut)
    stored = PortfolioSnapshot.objects.filter(workspace=workspace, kind=kind, as_of_date=as_of, members=members)
    latest = stored.order_by("-pk").first()
    if latest and says_the_same(latest, fields):
        return latest
    return new_total(held, kind, as_of, moment, members, fields)


def initiatives_on(workspace: Workspace, kind: Kind, as_of: date) -> "QuerySet[Initiative]":
    """What totals of a day are over: the initiatives known then, or restated those that had begun by then."""
    if kind == Kind.RESTATED:
        return begun_by(workspace, as_of)
    return known(Initiative.objects.filter(workspace=workspace), end_of_day(workspace, as_of))


def refuse_day_ahead(workspace: Workspace, as_of: date, now: datetime) -> None:
    """Raises DayAhead for a day after today."""
    if as_of > today(workspace, now):
        raise DayAhead(f"{as_of} has not come yet.")


def holds(row: Snapshot, held: Held, learnt: Learnt) -> bool:
    """Whether neither the record nor the settings, the method and what was learnt changed since it was stored."""
    versions = (row.inputs_version, row.settings_version, row.method_version, row.model_version)
    return learnt_by(row).says_the_same_as(learnt) and versions == (
        held.inputs_versions.get(row.initiative_id),
        held.workspace.settings_version,
        METHOD_VERSION,
        MODEL_VERSION,
    )


def _chunks(
    workspace: Workspace, initiative_ids: Sequence[int], kind: Kind, as_of: date, clock: Clock
) -> Iterator[list[Snapshot]]:
    ids = sorted(initiative_ids)
    for start in range(0, len(ids), CHUNK):
        yield _chunk(workspace, ids[start : start + CHUNK], kind, as_of, clock)


def _chunk(workspace: Workspace, ids: Sequence[int], kind: Kind, as_of: date, clock: Clock) -> list[Snapshot]:
    """Stored snapshots where the record has not changed since, new ones for the rest."""
    with transaction.atomic():
        held, moment = held_versions(workspace, ids), clock()
        learnt = learnt_at(held.workspace, cut_of(held.workspace, kind, as_of, moment))
        known = {row.initiative_id: row for row in _stored(ids, kind, as_of) if holds(row, held, learnt)}
        rest = [key for key in ids if key not in known]
        if rest:
            known |= _worked_out(held, rest, kind, as_of, moment, learnt)
    return [known[key] for key in ids]


def _stored(ids: Sequence[int], kind: Kind, as_of: date) -> Sequence[Snapshot]:
    rows = Snapshot.objects.filter(initiative_id__in=ids, kind=kind, as_of_date=as_of)
    rows = rows.select_related("share", "fit").defer(*(f"fit__{column}" for column in LONG_OF_FITS))
    return list(rows.order_by("initiative_id", "-pk").distinct("initiative_id"))


def _worked_out(
    held: Held, ids: Sequence[int], kind: Kind, as_of: date, moment: datetime, learnt: Learnt
) -> dict[int, Snapshot]:
    cut = cut_of(held.workspace, kind, as_of, moment)
    rows = [
        Snapshot(
            workspace=held.workspace,
            initiative_id=key,
            kind=kind,
            as_of_date=as_of,
            computed_at=moment,
            inputs_version=held.inputs_versions[key],
            settings_version=held.workspace.settings_version,
            method_version=METHOD_VERSION,
            model_version=MODEL_VERSION,
            share=learnt.share,
            fit=learnt.fit,
            **snapshot_fields(found),
        )
        for key, found in evaluated(held.workspace, ids, kind, as_of, cut, experience(learnt)).items()
    ]
    return {row.initiative_id: row for row in Snapshot.objects.bulk_create(rows)}


def evaluated(
    workspace: Workspace,
    ids: Sequence[int],
    kind: Kind | str,
    as_of: date,
    cut: datetime,
    learnt: Experience,
) -> dict[int, Evaluation]:
    """What comes of the facts known just before `cut`; restated, without what happened after `as_of`."""
    batch = load(workspace, ids, as_of, cut=cut, learnt=learnt)
    facts = batch.initiatives
    if kind == Kind.RESTATED:
        facts = {key: up_to(found, as_of) for key, found in facts.items()}
    return evaluate_all(facts, batch.context, as_of)
