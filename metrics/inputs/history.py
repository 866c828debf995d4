"""What a portfolio's own stage changes tell: how many cases are closed, and how long a stage usually takes."""

from datetime import date, datetime

from django.db.models import F, Window
from django.db.models.functions import Lead

from metrics.core.risk.signals import median_stays
from metrics.inputs.moments import believed
from portfolio.choices import LIVE_STAGES, Stage
from portfolio.models import StageChange


def closed_cases(workspace_id: int, cut: datetime | None) -> int:
    """Initiatives that reached production or were abandoned."""
    rows = believed(StageChange, cut, workspace_id=workspace_id, to__in=[*LIVE_STAGES, Stage.ABANDONED])
    return rows.order_by().values("initiative_id").distinct().count()


def median_days(workspace_id: int, cut: datetime | None) -> dict[str, float]:
    """Median days of a completed stay, by stage."""
    left_on = Window(Lead("on"), partition_by=F("initiative_id"), order_by=[F("on").asc(), F("pk").asc()])
    rows = believed(StageChange, cut, workspace_id=workspace_id).annotate(left_on=left_on).order_by()
    stays: list[tuple[str, date, date | None]] = list(rows.values_list("to", "on", "left_on"))
    return median_stays([(stage, (left - on).days) for stage, on, left in stays if left])
