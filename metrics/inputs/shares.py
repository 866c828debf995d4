"""The share of plans that comes true, from the initiatives that have ended: one row a day, read by every refresh."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from accounts.models import Workspace
from metrics.core.cashflow.realisation import Realisation, realisation_of
from metrics.core.rollup.initiative import Verdict
from metrics.models import CurrentSnapshot, RealisedShare, Snapshot

RATIO = KT("figures__realisation_ratio__value")


def share_now(workspace: Workspace) -> RealisedShare | None:
    """The share that holds now; None while no initiative has ended."""
    return _latest(RealisedShare.objects.filter(workspace=workspace))


def share_at(workspace: Workspace, cut: datetime) -> RealisedShare | None:
    """The share that held just before `cut`."""
    return _latest(RealisedShare.objects.filter(workspace=workspace, worked_out_at__lt=cut))


def as_worked_out(share: RealisedShare | None) -> Realisation:
    """What a share says, in the terms of the arithmetic; the published prior without one."""
    return Realisation(share.mean, share.spread, share.cases) if share else Realisation()


def worked_out_again(share: RealisedShare | None) -> Realisation:
    """The same from the ratios of the very snapshots that it names."""
    return realisation_of(list(_ratios(share.sources).values())) if share else Realisation()


def ratios_of_ended(workspace: Workspace) -> dict[int, Decimal]:
    """Realised over planned of the ended initiatives that have both, by current snapshot."""
    return _ratios(
        CurrentSnapshot.objects.filter(workspace=workspace, verdict=Verdict.ENDED).values_list("snapshot_id", flat=True)
    )


def _ratios(snapshot_ids: Iterable[int]) -> dict[int, Decimal]:
    rows = Snapshot.objects.filter(pk__in=snapshot_ids).annotate(ratio=RATIO).values_list("pk", "ratio")
    return {pk: Decimal(ratio) for pk, ratio in rows if ratio is not None}


def _latest(rows: "QuerySet[RealisedShare]") -> RealisedShare | None:
    return rows.order_by("-pk").first()
