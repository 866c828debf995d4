"""Totals of past days: at once for a small portfolio; else a row of work that a worker does, safe to run twice."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from accounts.models import Workspace
from metrics.core.risk.model import MODEL_VERSION
from metrics.inputs import Clock, cut_of, learnt_at
from metrics.models import METHOD_VERSION, Kind, PastTotals, PortfolioSnapshot, Snapshot
from metrics.services.past import initiatives_on, portfolio_on, refuse_day_ahead
from portfolio.models import WorkState

MOST_AT_ONCE = 50
MOST_ATTEMPTS = 5
LEASE = timedelta(minutes=35)


@dataclass(frozen=True)
class PastAnswer:
    """The totals of a past day, how many initiatives changed since they were worked out, and the work that waits.

    Args:
        totals: None until a worker has worked them out for the first time.
        behind_by: initiatives whose record changed since.
        waiting: the id of the row of work to ring for; None where nothing waits.
    """

    totals: PortfolioSnapshot | None
    behind_by: int = 0
    waiting: int | None = None


def totals_on(
    *, workspace: Workspace, as_of: date, now: datetime, kind: Kind = Kind.AS_OF, clock: Clock | None = None
) -> PastAnswer:
    """The totals of a past day, as believed at its end or restated; those of a large portfolio as they are stored.

    Raises DayAhead.
    """
    refuse_day_ahead(workspace, as_of, now)
    known = initiatives_on(workspace, kind, as_of).count()
    totals = PortfolioSnapshot.objects.filter(workspace=workspace, kind=kind, as_of_date=as_of)
    stored = totals.filter(method_version=METHOD_VERSION).order_by("-pk").first()
    behind = known if stored is None else max(known, len(stored.members)) - _held(workspace, stored, now)
    if stored is not None and not behind:
        return PastAnswer(stored)
    if known <= MOST_AT_ONCE:
        return PastAnswer(portfolio_on(workspace=workspace, kind=kind, as_of=as_of, now=now, clock=clock))
    return PastAnswer(stored, behind, _asked_for(workspace, kind, as_of, now))


def work_out_past_totals(*, work_id: int, now: datetime, clock: Clock | None = None) -> None:
    """Does a waiting piece of work; nothing where another worker has it or it is done.

    `clock` is read again for each part of a long run; it stands still at `now` where it is left out.
    """
    free = Q(state=WorkState.WAITING) | Q(state=WorkState.RUNNING, lease_until__lt=now)
    work = PastTotals.objects.filter(free, pk=work_id)
    if work.update(state=WorkState.RUNNING, attempt=F("attempt") + 1, lease_until=now + LEASE):
        mine = PastTotals.objects.select_related("workspace").get(pk=work_id)
        portfolio_on(workspace=mine.workspace, kind=Kind(mine.kind), as_of=mine.as_of_date, now=now, clock=clock)
        _end(work_id, WorkState.DONE, now)


def fail_past_totals(*, work_id: int, now: datetime, error: str) -> None:
    """Ends work that cannot be done; the next question for that day asks for it again."""
    _end(work_id, WorkState.FAILED, now, error)


def unfinished_past_totals(now: datetime) -> list[int]:
    """Work that waits, or whose worker has gone; work tried too often is ended."""
    lapsed = Q(state=WorkState.RUNNING, lease_until__lt=now)
    PastTotals.objects.filter(lapsed, attempt__gte=MOST_ATTEMPTS).update(state=WorkState.FAILED, finished_at=now)
    return list(PastTotals.objects.filter(lapsed | Q(state=WorkState.WAITING)).values_list("pk", flat=True))


def _held(workspace: Workspace, stored: PortfolioSnapshot, now: datetime) -> int:
    """How many initiatives of stored totals have not changed since, nor what was learnt."""
    learnt = learnt_at(workspace, cut_of(workspace, stored.kind, stored.as_of_date, now))
    share, fit = learnt.share, learnt.fit
    said = {"mean": share.mean, "spread": share.spread, "cases": share.cases} if share else {"isnull": True}
    rows = Snapshot.objects.filter(pk__in=stored.members, settings_version=workspace.settings_version)
    same = rows.filter(method_version=METHOD_VERSION, model_version=MODEL_VERSION)
    alike = same.filter(
        Q(fit__digest=fit.digest) if fit else Q(fit=None), **{f"share__{name}": value for name, value in said.items()}
    )
    return alike.filter(inputs_version=F("initiative__inputs_version")).count()


def _asked_for(workspace: Workspace, kind: Kind, as_of: date, now: datetime) -> int:
    """The id of the row of work for that day, which waits again where it had ended."""
    work, _ = PastTotals.objects.get_or_create(
        workspace=workspace, kind=kind, as_of_date=as_of, defaults={"created_at": now}
    )
    ended = PastTotals.objects.filter(pk=work.pk, state__in=[WorkState.DONE, WorkState.FAILED])
    ended.update(state=WorkState.WAITING, attempt=0, error="", finished_at=None)
    return work.pk


def _end(work_id: int, state: WorkState, now: datetime, error: str = "") -> None:
    running = PastTotals.objects.filter(pk=work_id, state=WorkState.RUNNING)
    running.update(state=state, error=error, lease_until=None, finished_at=now)
