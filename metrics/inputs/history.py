"""What a portfolio's own stage changes tell: how many cases are closed, and how long a stage usually takes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from accounts.models import Workspace
from metrics.core.periods import add_months, last_full_month
from metrics.core.risk.survival import Curve, Stay, curve_of_stage
from metrics.inputs.moments import believed, end_of_day
from metrics.inputs.rows import ACTIVITY, BY_INITIATIVE
from metrics.inputs.versions import as_they_were, known, was_known
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


def stage_curves(workspace: Workspace, as_of: date, cut: datetime | None) -> dict[str, Curve]:
    """The curve of stays of each stage, up to the end of the month before `as_of`; in two queries, three where an
    initiative was ever archived.

    An open stay is one that goes on at the end of that month, or went on when its initiative was archived. So the
    curves move with what is recorded and once a month, not with each day that passes.
    """
    through, zone = last_full_month(as_of), ZoneInfo(workspace.time_zone)
    vanished = _vanished(workspace, cut, zone)
    rows = believed(StageChange, cut, workspace=workspace, on__lte=through).order_by("initiative_id", "on", "pk")
    columns = ("initiative_id", TruncDate("initiative__created_at", tzinfo=zone), "to", "on")
    stays: dict[str, list[Stay]] = defaultdict(list)
    for initiative, (watched, points) in _courses(rows.values_list(*columns)).items():
        last = min(through, vanished.get(initiative, through))
        for (stage, entered), following in zip(points, [*points[1:], None], strict=True):
            until = min(following[1], last) if following else last
            ended = following is not None and following[1] <= last
            stays[stage].append(Stay(max(0, (watched - entered).days), (until - entered).days, ended))
    return {stage: curve_of_stage(found) for stage, found in stays.items()}


def _courses(rows: Iterable[tuple[int, date, str, date]]) -> dict[int, tuple[date, list[tuple[str, date]]]]:
    """The day on which each initiative was recorded, and its stages with their entries; one recorded again goes on."""
    found: dict[int, tuple[date, list[tuple[str, date]]]] = {}
    for initiative, watched, stage, on in rows:
        _, points = found.setdefault(initiative, (watched, []))
        if not points or points[-1][0] != stage:
            points.append((stage, on))
    return found


def _vanished(workspace: Workspace, cut: datetime | None, zone: ZoneInfo) -> dict[int, date]:
    """The day on which each initiative was archived that is archived, or was just before `cut`."""
    history = Initiative.pgh_event_model.objects  # type: ignore[attr-defined]
    ever = history.filter(pgh_obj__workspace=workspace, archived_at__isnull=False).values("pgh_obj_id")
    rows = as_they_were(Initiative.objects.filter(pk__in=ever), cut)
    gone = [row for row in rows if row.archived_at and not was_known(row, cut)]
    return {row.pk: row.archived_at.astimezone(zone).date() for row in gone}
