"""How long initiatives stayed in each stage, as a curve for each."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Max, Q, Window
from django.db.models.functions import Lag, TruncDate

from accounts.models import Workspace
from metrics.core.periods import last_full_month
from metrics.core.risk.survival import Curve, Stay, curve_of_stage
from metrics.inputs.moments import believed
from metrics.inputs.versions import as_they_were, was_known
from portfolio.models import Initiative, StageChange

COUNTED = """
WITH entries (initiative_id, id, stage, entered, before, watched) AS ({entries}),
stays AS (
    SELECT *, lead(entered) OVER (PARTITION BY initiative_id ORDER BY entered, id) AS following
    FROM entries
    WHERE before IS DISTINCT FROM stage
)
SELECT stage, greatest(0, watched - entered), least(following, gone.day, %s) - entered,
    coalesce(following <= coalesce(gone.day, %s), false), count(*)
FROM stays LEFT JOIN unnest(%s::bigint[], %s::date[]) AS gone (id, day) ON gone.id = initiative_id
GROUP BY 1, 2, 3, 4
"""


def stage_curves(workspace: Workspace, as_of: date, cut: datetime | None) -> dict[str, Curve]:
    """The curve of stays of each stage, up to the end of the month before `as_of`; in two queries, three where an
    initiative was ever archived.

    An open stay is one that goes on at the end of that month, or went on when its initiative was archived. So the
    curves move with what is recorded and once a month, not with each day that passes.
    """
    through, zone = last_full_month(as_of), ZoneInfo(workspace.time_zone)
    gone = _vanished(workspace, cut, zone)
    entries, given = _entries(workspace, through, cut, zone).query.sql_with_params()
    stays: dict[str, list[Stay]] = defaultdict(list)
    with connection.cursor() as cursor:
        more = (through, through, list(gone), list(gone.values()))
        cursor.execute(COUNTED.format(entries=entries), (*given, *more))
        for stage, *values in cursor.fetchall():
            stays[stage].append(Stay(*values))
    return {stage: curve_of_stage(found) for stage, found in stays.items()}


class CurvesOfRun:
    """The curves at the moments of one run, read again only where something was recorded in between that could move
    them."""

    def __init__(self, workspace: Workspace, as_of: date) -> None:
        self._workspace, self._as_of = workspace, as_of
        self._mark: object = None
        self._curves: dict[str, Curve] = {}

    def at(self, cut: datetime) -> dict[str, Curve]:
        """The curves from what was recorded before `cut`; in two queries where nothing changed."""
        mark = _mark(self._workspace, cut)
        if mark != self._mark:
            self._mark, self._curves = mark, stage_curves(self._workspace, self._as_of, cut)
        return self._curves


def _mark(workspace: Workspace, cut: datetime) -> tuple[object, ...]:
    """Moves with each stage change, withdrawal and edit of an initiative before `cut`."""
    edits = Initiative.pgh_event_model.objects  # type: ignore[attr-defined]
    edited = edits.filter(pgh_obj__workspace=workspace, pgh_created_at__lt=cut).aggregate(last=Max("pgh_id"))
    known = StageChange.objects.filter(workspace=workspace, recorded_at__lt=cut)
    changed = known.aggregate(last=Max("pk"), withdrawn=Max("superseded_at", filter=Q(superseded_at__lt=cut)))
    return (edited["last"], *changed.values())


def _entries(workspace: Workspace, through: date, cut: datetime | None, zone: ZoneInfo) -> Any:
    """Each stage change with the stage before it and the day on which its initiative was recorded."""
    before = Window(Lag("to"), partition_by=F("initiative_id"), order_by=[F("on").asc(), F("pk").asc()])
    watched = TruncDate("initiative__created_at", tzinfo=zone)
    rows = believed(StageChange, cut, workspace=workspace, on__lte=through).order_by()
    return rows.values_list("initiative_id", "pk", "to", "on", before, watched)


def _vanished(workspace: Workspace, cut: datetime | None, zone: ZoneInfo) -> dict[int, date]:
    """The day on which each initiative was archived that is archived, or was just before `cut`."""
    history = Initiative.pgh_event_model.objects  # type: ignore[attr-defined]
    ever = history.filter(pgh_obj__workspace=workspace, archived_at__isnull=False).values("pgh_obj_id")
    rows = as_they_were(Initiative.objects.filter(pk__in=ever), cut)
    gone = [row for row in rows if row.archived_at and not was_known(row, cut)]
    return {row.pk: row.archived_at.astimezone(zone).date() for row in gone}
