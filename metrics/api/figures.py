"""Return, risk and totals: GET only."""

from datetime import date
from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from accounts.api.authentication import actor_of
from metrics import services
from metrics.api import shown
from metrics.api.shapes import AS_OF, PortfolioShown, RiskShown, RoiShown, WaitingShown
from metrics.inputs import today
from metrics.models import Snapshot
from metrics.selectors import current_of, is_waiting, portfolio_of, totals_lag
from metrics.services import DayAhead
from metrics.tasks import ring_for_past_totals
from portfolio.access import initiative_or_404
from portfolio.models import Initiative
from portfolio.models.fields import EARLIEST
from web.api.endpoint import Endpoint
from web.api.fields import DayField

RETRY_AFTER_SECONDS = "10"


class Roi(Endpoint):
    """The return of an initiative."""

    query: ClassVar = {"GET": ("as_of",)}

    @extend_schema(
        operation_id="roi_read", summary="Read the return of an initiative", parameters=[AS_OF], responses=RoiShown
    )
    def get(self, request: Request, key: str) -> Response:
        """Costs, benefits, net, ROI, NPV and XIRR to date and over the horizon, in the initiative's currency."""
        snapshot, behind = _snapshot(request, key)
        return Response(shown.roi(snapshot, behind=behind))


class Risk(Endpoint):
    """The failure risk of an initiative."""

    query: ClassVar = {"GET": ("as_of",)}

    @extend_schema(
        operation_id="risk_read", summary="Read the risk of an initiative", parameters=[AS_OF], responses=RiskShown
    )
    def get(self, request: Request, key: str) -> Response:
        """The three chances of failure with their ranges, what drives them, and signals from behaviour."""
        snapshot, behind = _snapshot(request, key)
        return Response(shown.risk(snapshot, behind=behind))


class Portfolio(Endpoint):
    """The totals of the workspace."""

    query: ClassVar = {"GET": ("as_of",)}

    @extend_schema(
        operation_id="portfolio_read",
        summary="Read the totals",
        parameters=[AS_OF],
        responses={200: PortfolioShown, 202: WaitingShown},
    )
    def get(self, request: Request) -> Response:
        """Totals over the horizon and the fiscal year, by month, grade and class, in the workspace's currency.

        Totals of an earlier day of more than 300 initiatives take a worker some minutes the first time: 202 with
        `Retry-After` until they are there.
        """
        actor, day = actor_of(request), _day(request)
        if day is not None:
            return _totals_as_of(actor, day)
        now = timezone.now()
        totals = portfolio_of(actor.workspace) or services.refresh_portfolio(workspace=actor.workspace, now=now)
        return Response(shown.portfolio(totals, behind_by=totals_lag(actor.workspace, totals)))


def _snapshot(request: Request, key: str) -> tuple[Snapshot, bool]:
    """The snapshot asked for, and whether a later change is not in it yet."""
    actor, day = actor_of(request), _day(request)
    initiative = initiative_or_404(actor, key)
    if day is not None:
        return _as_of(actor, initiative, day), False
    current = current_of(initiative)
    if current is None:
        services.refresh(workspace=actor.workspace, now=timezone.now(), initiative_ids=[initiative.pk])
        current = current_of(initiative)
    if current is None:
        return _as_of(actor, initiative, _today(actor)), True
    return current.snapshot, is_waiting(initiative)


def _as_of(actor: Actor, initiative: Initiative, day: date) -> Snapshot:
    try:
        return services.figures_as_of(
            workspace=actor.workspace, initiative_id=initiative.pk, as_of=day, now=timezone.now()
        )
    except DayAhead as error:
        raise _ahead(error) from error


def _totals_as_of(actor: Actor, day: date) -> Response:
    try:
        found = services.totals_as_of(workspace=actor.workspace, as_of=day, now=timezone.now())
    except DayAhead as error:
        raise _ahead(error) from error
    if found.waiting is not None:
        ring_for_past_totals(found.waiting)
    if found.totals is not None:
        return Response(shown.portfolio(found.totals, behind_by=found.behind_by))
    return Response({"as_of": day, "state": "waiting"}, status=202, headers={"Retry-After": RETRY_AFTER_SECONDS})


def _today(actor: Actor) -> date:
    return today(actor.workspace, timezone.now())


def _day(request: Request) -> date | None:
    text = request.query_params.get("as_of")
    if text is None:
        return None
    try:
        day: date = DayField().run_validation(text)
    except ValidationError as error:
        raise ValidationError({"as_of": error.detail}) from error
    if day < EARLIEST:
        raise ValidationError({"as_of": [ErrorDetail(f"Give a day after {EARLIEST}.", "too_early")]})
    return day


def _ahead(error: DayAhead) -> ValidationError:
    return ValidationError({"as_of": [ErrorDetail(str(error), "ahead")]})
