"""What a workspace has learnt from its own initiatives is settled before the figures that rest on it."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Workspace
from metrics.inputs import Clock, share_now
from metrics.models import CurrentSnapshot
from metrics.services.figures import Refreshed, refresh
from metrics.services.risk_fits import settle_fit
from metrics.services.shares import settle_share
from portfolio.choices import END_STAGES
from portfolio.models import Initiative


def settle(*, workspace: Workspace, now: datetime, clock: Clock | None = None) -> Refreshed:
    """Fits the risk model and works out the day's share of plans that comes true, where they are due.

    The first share rests on the figures of initiatives that have ended: until there is one these come first, so that no
    other figure is shown that would move a moment later. Answers what was worked out for that.
    """
    settle_fit(workspace=workspace, now=now)
    done = Refreshed()
    if share_now(workspace) is None and (ended := _ended(workspace)):
        done = refresh(workspace=workspace, now=now, clock=clock, initiative_ids=ended)
    settle_share(workspace=workspace, now=clock() if clock else now)
    return done


def settle_before_first(*, workspace: Workspace, now: datetime, clock: Clock, initiative_ids: Sequence[int]) -> None:
    """The same where any of these initiatives has no figures yet; else the sweep settles, so that nobody's single
    reading waits for a fit."""
    known = CurrentSnapshot.objects.filter(workspace=workspace, initiative__in=initiative_ids)
    if known.count() < len(set(initiative_ids)):
        settle(workspace=workspace, now=now, clock=clock)


def _ended(workspace: Workspace) -> list[int]:
    rows = Initiative.objects.filter(workspace=workspace, archived_at=None, stage__in=END_STAGES)
    return list(rows.order_by("pk").values_list("pk", flat=True))
