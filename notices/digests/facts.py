"""What a digest is made of, read in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q, QuerySet

from accounts.models import Workspace
from metrics.models import PortfolioSnapshot
from notices.choices import LIVE_STATES, AlertState, Rule
from notices.models import Alert, Subscription
from notices.selectors.decisions import Decision, decisions
from notices.selectors.totals import Before, Standing, current_totals, standings, told_before
from portfolio.models import BenefitLine, CostLine, Reading
from web.formats import known_zone

NAMED_ALERTS = 3
NAMED_STALE = 5


@dataclass(frozen=True)
class Some:
    """The first few of so many."""

    count: int
    first: Sequence[Alert]


@dataclass(frozen=True)
class Facts:
    """The totals now and before, where each initiative stood, alerts, decisions, and the newest entry."""

    workspace: Workspace
    today: date
    totals: PortfolioSnapshot
    before: Before | None
    now_at: dict[int, Standing]
    before_at: dict[int, Standing]
    decisions: Sequence[Decision]
    opened: Some
    worse: Some
    still_open: Some
    resolved: Some
    stale: Some
    held: int
    newest_entry: datetime | None


def facts_of(workspace: Workspace, subscription: Subscription | None, today: date) -> Facts | None:
    """What there is to tell the reader on a day of their own; None before the first totals."""
    totals = current_totals(workspace)
    if totals is None:
        return None
    before = told_before(subscription, workspace, today)
    since = before.at if before else datetime.combine(today - timedelta(days=7), time(), known_zone("UTC"))
    alerts = Alert.objects.filter(workspace=workspace).select_related("initiative")
    is_open = alerts.filter(state=AlertState.OPEN).order_by("-opened_at", "-pk")
    known = is_open.filter(opened_at__lte=since)
    worse = Q(worsened_at__gt=since)
    stale = alerts.filter(state__in=LIVE_STATES, rule=Rule.STALE_DATA).order_by("since", "pk")
    cleared = alerts.filter(state=AlertState.CLEARED, opened_at__isnull=False, cleared_at__gt=since)
    return Facts(
        workspace=workspace,
        today=today,
        totals=totals,
        before=before,
        now_at=standings(totals),
        before_at=standings(before.totals) if before else {},
        decisions=decisions(workspace, today),
        opened=_some(is_open.filter(opened_at__gt=since), NAMED_ALERTS),
        worse=_some(known.filter(worse), NAMED_ALERTS),
        still_open=_some(known.exclude(worse), NAMED_ALERTS),
        resolved=_some(cleared.order_by("-cleared_at", "-pk"), NAMED_ALERTS),
        stale=_some(stale, NAMED_STALE),
        held=alerts.filter(state=AlertState.WOULD_OPEN).count(),
        newest_entry=_newest_entry(workspace),
    )


def _some(rows: "QuerySet[Alert]", most: int) -> Some:
    return Some(rows.count(), list(rows[:most]))


def _newest_entry(workspace: Workspace) -> datetime | None:
    found = [
        model._default_manager.filter(workspace=workspace).aggregate(at=Max("recorded_at"))["at"]
        for model in (Reading, CostLine, BenefitLine)
    ]
    return max((at for at in found if at is not None), default=None)
