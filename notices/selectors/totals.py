"""The totals that a digest tells of, and those it compares them with."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models.fields.json import KT

from accounts.models import Workspace
from metrics.models import CurrentPortfolio, Kind, PortfolioSnapshot, Snapshot
from notices.models import Digest, Subscription
from web.formats import known_zone

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """Where one initiative stood in one snapshot; amounts are in its own currency."""

    initiative_id: int
    key: str
    name: str
    currency: str
    stage: str
    verdict: str
    year_net: Decimal | None
    roi_forecast: Decimal | None


@dataclass(frozen=True)
class Before:
    """The totals to compare with, what instant they are of, and whether this reader was told them."""

    totals: PortfolioSnapshot
    at: datetime
    was_told: bool


def current_totals(workspace: Workspace) -> PortfolioSnapshot | None:
    """The totals that count now; None before the first refresh."""
    pointer = CurrentPortfolio.objects.filter(workspace=workspace).select_related("snapshot").first()
    return pointer.snapshot if pointer else None


def told_before(subscription: Subscription | None, workspace: Workspace, day: date) -> Before | None:
    """What the reader was last told; for a first digest the totals of a week before `day`, where there are any."""
    if subscription is not None and subscription.pk:
        told = Digest.objects.filter(subscription=subscription).select_related("totals").order_by("-period_start")
        last = told.first()
        if last is not None and last.totals is not None:
            return Before(last.totals, last.created_at, was_told=True)
    rows = PortfolioSnapshot.objects.filter(workspace=workspace, as_of_date__lte=day - WEEK)
    totals = rows.exclude(kind=Kind.RESTATED).order_by("-as_of_date", "-pk").first()
    if totals is None:
        return None
    next_midnight = datetime.combine(totals.as_of_date + timedelta(days=1), time(), known_zone(workspace.time_zone))
    return Before(totals, next_midnight, was_told=False)


def standings(totals: PortfolioSnapshot) -> dict[int, Standing]:
    """Where each initiative of the totals stood, by id."""
    rows = Snapshot.objects.filter(pk__in=totals.members).values_list(
        "initiative_id",
        "initiative__key",
        "initiative__name",
        "currency",
        KT("parts__stage"),
        "verdict",
        KT("year__net_forecast__value"),
        KT("figures__roi_forecast__value"),
    )
    return {
        pk: Standing(pk, key, name, currency, stage, verdict, _decimal(net), _decimal(roi))
        for pk, key, name, currency, stage, verdict, net, roi in rows
    }


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)
