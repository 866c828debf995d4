"""What finance holds an initiative and the workspace to: business cases, drivers, hurdles, closed periods, prices."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from portfolio.access import initiative_or_404
from portfolio.api.base import listed, many, one
from portfolio.api.facts import FactList
from portfolio.api.proof_rows import (
    CaseRow,
    DriverRow,
    DriversRecorded,
    HurdleRow,
    LockRow,
    NoteRow,
    PriceRow,
    PricesRecorded,
    show_cases,
)
from portfolio.api.rows import show
from portfolio.models import BusinessCase, Driver, InitiativeHurdle, PeriodLock, PriceIndex
from portfolio.services.cases import approve_case, freeze_case
from portfolio.services.drivers import record_drivers, set_hurdle
from portfolio.services.locks import lock_period
from portfolio.services.prices import record_prices
from web.api.etags import shown
from web.api.paging import paginate
from web.api.schema import PAGE_PARAMETERS, page_of


class BusinessCases(FactList):
    """The business cases of an initiative."""

    @extend_schema(
        operation_id="business_cases_list",
        summary="List business cases",
        parameters=PAGE_PARAMETERS,
        responses=page_of(CaseRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """Every frozen version with its content and its hash."""
        initiative = initiative_or_404(actor_of(request), key)
        rows = BusinessCase.objects.filter(initiative=initiative).select_related("approved_by")
        return Response(paginate(request, rows, show_cases, "version"))

    @extend_schema(
        operation_id="business_cases_create",
        summary="Freeze a business case",
        request=CaseRow,
        responses={201: CaseRow},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Freezes planned costs and benefits, KPI targets and values, drivers, dates and rates as a new version."""
        actor = actor_of(request)
        given = one(CaseRow, request)
        case = freeze_case(
            actor=actor,
            initiative=initiative_or_404(actor, key),
            now=timezone.now(),
            note=given.get("note", ""),
            adoption=given.get("adoption", ()),
        )
        return shown(request, show_cases([case])[0], 201)


class ApproveCase(FactList):
    """Approval of a business case."""

    @extend_schema(
        operation_id="business_cases_approve",
        summary="Approve a business case",
        request=NoteRow,
        responses={200: CaseRow},
    )
    @idempotent
    def post(self, request: Request, key: str, version: int) -> Response:
        """Finance approves a version; it is the plan from now on."""
        actor = actor_of(request)
        case = BusinessCase.objects.filter(initiative=initiative_or_404(actor, key), version=version).first()
        if case is None:
            raise Http404("No such version.")
        note = one(NoteRow, request).get("note", "")
        return shown(request, show_cases([approve_case(actor=actor, case=case, now=timezone.now(), note=note)])[0])


class Drivers(FactList):
    """The drivers of an initiative."""

    row = DriverRow

    @extend_schema(
        operation_id="drivers_list", summary="List drivers", parameters=PAGE_PARAMETERS, responses=page_of(DriverRow)
    )
    def get(self, request: Request, key: str) -> Response:
        """Ranges of what is uncertain, one for each driver that was recorded."""
        return self.page(request, Driver.objects.live().filter(initiative=initiative_or_404(actor_of(request), key)))

    @extend_schema(
        operation_id="drivers_create",
        summary="Record drivers",
        request=DriverRow(many=True),
        responses={201: DriversRecorded},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records drivers, all or none; one recorded again replaces the earlier one."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        done = record_drivers(actor=actor, initiative=initiative, now=timezone.now(), rows=many(DriverRow, request))
        return listed(done, show(DriverRow, done.live))


class Hurdles(FactList):
    """Hurdles of one initiative."""

    row = HurdleRow

    @extend_schema(
        operation_id="hurdles_list",
        summary="List hurdles of an initiative",
        parameters=PAGE_PARAMETERS,
        responses=page_of(HurdleRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """Hurdles that hold in the place of the workspace's, by the day from which they do."""
        initiative = initiative_or_404(actor_of(request), key)
        return self.page(request, InitiativeHurdle.objects.live().filter(initiative=initiative))

    @extend_schema(
        operation_id="hurdles_create",
        summary="Set a hurdle for an initiative",
        request=HurdleRow,
        responses={201: HurdleRow},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Finance asks another least return of this initiative, and says why."""
        actor = actor_of(request)
        given = one(HurdleRow, request)
        found = set_hurdle(
            actor=actor,
            initiative=initiative_or_404(actor, key),
            now=timezone.now(),
            value=given["value"],
            on=given["on"],
            note=given["note"],
        )
        return shown(request, show(HurdleRow, [found])[0], 201)


class PeriodLocks(FactList):
    """Closed periods."""

    row = LockRow

    @extend_schema(
        operation_id="period_locks_list",
        summary="List closed periods",
        parameters=PAGE_PARAMETERS,
        responses=page_of(LockRow),
    )
    def get(self, request: Request) -> Response:
        """The periods that finance has closed."""
        return self.page(request, PeriodLock.objects.live().filter(workspace=actor_of(request).workspace))

    @extend_schema(
        operation_id="period_locks_create", summary="Close a period", request=LockRow, responses={201: LockRow}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Finance closes everything up to the last day of a month."""
        found = lock_period(actor=actor_of(request), now=timezone.now(), **one(LockRow, request))
        return shown(request, show(LockRow, [found])[0], 201)


class Prices(FactList):
    """The price index."""

    row = PriceRow

    @extend_schema(
        operation_id="prices_list", summary="List price levels", parameters=PAGE_PARAMETERS, responses=page_of(PriceRow)
    )
    def get(self, request: Request) -> Response:
        """The price levels by month."""
        return self.page(request, PriceIndex.objects.live().filter(workspace=actor_of(request).workspace))

    @extend_schema(
        operation_id="prices_create",
        summary="Record price levels",
        request=PriceRow(many=True),
        responses={201: PricesRecorded},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Records price levels, all or none; finance only."""
        done = record_prices(actor=actor_of(request), now=timezone.now(), rows=many(PriceRow, request))
        return listed(done, show(PriceRow, done.live))
