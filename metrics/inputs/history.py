"""What a portfolio's own stage changes tell: how many cases are closed, and how long a stage usually takes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Workspace
from metrics.core.periods import add_months
from metrics.inputs.moments import believed, end_of_day
from metrics.inputs.rows import ACTIVITY, BY_INITIATIVE
from metrics.inputs.versions import known
from portfolio.choices import END_STAGES, LIVE_STAGES, Stage
from portfolio.models import Initiative, Reading, StageChange

SILENT_MONTHS = 12


@dataclass(frozen=True)
class Closed:
    """Initiatives that reached production or were abandoned; `inferred` of them fell silent before production."""

    cases: int
    inferred: int


def closed_cases(workspace: Workspace, as_of: date, cut: datetime | None) -> Closed:
    """Recorded outcomes, and those before production of which nothing was recorded for 12 months (semantics 22)."""
    rows = believed(StageChange, cut, workspace=workspace, to__in=[*LIVE_STAGES, Stage.ABANDONED])
    recorded = rows.order_by().values("initiative_id").distinct().count()
    inferred = len(silent_ids(workspace, as_of, cut))
    return Closed(recorded + inferred, inferred)


def silent_ids(workspace: Workspace, as_of: date, cut: datetime | None) -> set[int]:
    """Initiatives without an outcome of which nothing was recorded in the 12 months before the end of `as_of`."""
    since = end_of_day(workspace, add_months(as_of, -SILENT_MONTHS))
    recorded = Q(recorded_at__gte=since) & (Q() if cut is None else Q(recorded_at__lt=cut))
    outcomes = believed(StageChange, cut, initiative=OuterRef("pk"), to__in=[*LIVE_STAGES, *END_STAGES])
    made = Initiative.objects.filter(~Exists(outcomes), workspace=workspace, created_at__lt=since)
    rows = known(made, cut)
    silent = set(rows.values_list("pk", flat=True))
    for owner, models in ACTIVITY.items():
        for model in models:
            lines = model._default_manager.filter(recorded, **{f"{owner}__in": silent})
            silent -= set(lines.order_by().values_list(owner, flat=True).distinct())
    return silent


def begun_by(workspace: Workspace, day: date) -> "QuerySet[Initiative]":
    """Initiatives not archived now that were made by the end of `day`, or of which something happened by then,
    whenever it was recorded."""
    begun = Q(created_at__lt=end_of_day(workspace, day))
    for model in BY_INITIATIVE:
        begun |= Q(Exists(believed(model, None, initiative=OuterRef("pk"), on__lte=day)))
    begun |= Q(Exists(believed(Reading, None, kpi__initiative=OuterRef("pk"), on__lte=day)))
    return Initiative.objects.filter(begun, workspace=workspace, archived_at=None)
