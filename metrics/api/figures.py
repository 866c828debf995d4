"""Return, risk and totals: GET only."""

from datetime import date
from typing import ClassVar, TypedDict

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from accounts.api.authentication import actor_of
from metrics import services
from metrics.api import shown
from metrics.api.shapes import AS_OF, RESTATED, PortfolioShown, RiskShown, RoiShown, SnapshotShown, WaitingShown
from metrics.inputs import today
from metrics.models import CurrentPortfolio, Kind, Snapshot
from metrics.selectors import current_of, current_totals, fit_behind, forecasts_of, is_waiting, snapshots_of, totals_lag
from metrics.services import DayAhead
from metrics.tasks import ring_for_past_totals
from portfolio.access import initiative_or_404
from portfolio.models import Initiative
from portfolio.models.fields import EARLIEST
from web.api.endpoint import Endpoint
from web.api.fields import DayField
from web.api.paging import PAGING, paginate
from web.api.schema import PAGE_PARAMETERS, page_of
from web.formats import Formats

RETRY_AFTER_SECONDS = "10"


class Found(TypedDict):
    """What the figures of an initiative are shown from."""

    snapshot: Snapshot
    as_of: date
    behind: bool


class Roi(Endpoint):
    """The return of an initiative."""

    query: ClassVar = {"GET": ("as_of", "restated")}

    @extend_schema(
        operation_id="roi_read",
        summary="Read the return of an initiative",
        parameters=[AS_OF, RESTATED],
        responses=RoiShown,
    )
    def get(self, request: Request, key: str) -> Response:
        """Costs, benefits, net, ROI, NPV and XIRR to date and over the horizon, in the initiative's currency."""
        return Response(shown.roi(**_found(request, key), formats=_formats(actor_of(request))))


class Risk(Endpoint):
    """The failure risk of an initiative."""

    query: ClassVar = {"GET": ("as_of", "restated")}

    @extend_schema(
        operation_id="risk_read",
        summary="Read the risk of an initiative",
        parameters=[AS_OF, RESTATED],
        responses=RiskShown,
    )
    def get(self, request: Request, key: str) -> Response:
        """The three chances of failure with their ranges, what drives them, signals from behaviour, the model's own
        record and every forecast that was told of the initiative."""
        found = _found(request, key)
        snapshot = found["snapshot"]
        told = forecasts_of(snapshot.initiative_id, found["as_of"])
        return Response(shown.risk(fit=fit_behind(snapshot), forecasts=told, **found))


class Snapshots(Endpoint):
    """The history of an initiative's figures."""

    query: ClassVar = {"GET": PAGING}

    @extend_schema(
        operation_id="snapshots_list",
        summary="List the figures that counted, one after another",
        parameters=PAGE_PARAMETERS,
        responses=page_of(SnapshotShown),
    )
    def get(self, request: Request, key: str) -> Response:
        """Every snapshot that counted, oldest first: its headline figures, what it changed and why."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        current = current_of(initiative)
        pk = current.snapshot_id if current else None
        return Response(
            paginate(
                request,
                snapshots_of(initiative),
                lambda rows: shown.snapshots(rows, pk, _formats(actor)),
                "id",
            )
        )


class Portfolio(Endpoint):
    """The totals of the workspace."""

    query: ClassVar = {"GET": ("as_of", "restated")}

    @extend_schema(
        operation_id="portfolio_read",
        summary="Read the totals",
        parameters=[AS_OF, RESTATED],
        responses={200: PortfolioShown, 202: WaitingShown},
    )
    def get(self, request: Request) -> Response:
        """Totals over the horizon and the fiscal year, by month, grade and class, in the workspace's currency.

        Totals of an earlier day of more than 50 initiatives take a worker some minutes the first time: 202 with
        `Retry-After` until they are there.
        """
        actor, day = actor_of(request), _day(request)
        if day is not None:
            return _totals_on(actor, day, Kind.RESTATED if _wants_restated(request) else Kind.AS_OF)
        _refuse_restated_now(request)
        if (current := current_totals(actor.workspace)) is None:
            services.refresh_portfolio(workspace=actor.workspace, now=timezone.now(), clock=timezone.now)
            current = CurrentPortfolio.objects.select_related("snapshot").get(workspace=actor.workspace)
        lag = totals_lag(actor.workspace, current.snapshot)
        return Response(shown.portfolio(current.snapshot, as_of=current.as_of_date, behind_by=lag))


def _formats(actor: Actor) -> Formats:
    """Sentences of the API are English; their days are those of the workspace's zone."""
    return Formats("en", actor.workspace.time_zone)


def _found(request: Request, key: str) -> Found:
    """The snapshot asked for, the day for which it holds, and whether a later change is not in it yet."""
    actor, day = actor_of(request), _day(request)
    initiative = initiative_or_404(actor, key)
    if day is not None:
        find = _restated if _wants_restated(request) else _as_of
        return Found(snapshot=find(actor, initiative, day), as_of=day, behind=False)
    _refuse_restated_now(request)
    current = current_of(initiative)
    if current is None:
        services.refresh(
            workspace=actor.workspace, now=timezone.now(), clock=timezone.now, initiative_ids=[initiative.pk]
        )
        current = current_of(initiative)
    if current is None:
        day = today(actor.workspace, timezone.now())
        return Found(snapshot=_as_of(actor, initiative, day), as_of=day, behind=True)
    return Found(snapshot=current.snapshot, as_of=current.as_of_date, behind=is_waiting(initiative))


def _as_of(actor: Actor, initiative: Initiative, day: date) -> Snapshot:
    try:
        return services.figures_as_of(
            workspace=actor.workspace, initiative_id=initiative.pk, as_of=day, now=timezone.now(), clock=timezone.now
        )
    except DayAhead as error:
        raise _ahead(error) from error


def _restated(actor: Actor, initiative: Initiative, day: date) -> Snapshot:
    try:
        return services.figures_restated(
            workspace=actor.workspace, initiative_id=initiative.pk, as_of=day, now=timezone.now(), clock=timezone.now
        )
    except DayAhead as error:
        raise _ahead(error) from error


def _wants_restated(request: Request) -> bool:
    text = request.query_params.get("restated", "false")
    if text not in {"true", "false"}:
        raise ValidationError({"restated": [ErrorDetail("Say true or false.", "invalid")]})
    return text == "true"


def _refuse_restated_now(request: Request) -> None:
    if _wants_restated(request):
        raise ValidationError({"restated": [ErrorDetail("Give as_of with it.", "required")]})


def _totals_on(actor: Actor, day: date, kind: Kind) -> Response:
    try:
        found = services.totals_on(
            workspace=actor.workspace, kind=kind, as_of=day, now=timezone.now(), clock=timezone.now
        )
    except DayAhead as error:
        raise _ahead(error) from error
    if found.waiting is not None:
        ring_for_past_totals(found.waiting)
    if found.totals is not None:
        return Response(shown.portfolio(found.totals, as_of=day, behind_by=found.behind_by))
    return Response({"as_of": day, "state": "waiting"}, status=202, headers={"Retry-After": RETRY_AFTER_SECONDS})


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
