"""What proves an effect: preregistrations, trials, controls' use, destinations of time, approved baselines."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from portfolio.access import kpi_or_404
from portfolio.api.base import listed, many, one
from portfolio.api.facts import FactList
from portfolio.api.proof_rows import (
    ApprovalRow,
    ControlDoseRow,
    ControlDosesRecorded,
    DestinationRow,
    DestinationsRecorded,
    NoteRow,
    PreregistrationRow,
    TrialRow,
    TrialsRecorded,
    show_approvals,
)
from portfolio.api.rows import show
from portfolio.models import BaselineApproval, ControlDose, Destination, Preregistration, Trial
from portfolio.services.baselines import approve_baseline
from portfolio.services.proof import (
    preregister,
    record_control_doses,
    record_destinations,
    record_trials,
)
from web.api.etags import shown
from web.api.paging import paginate
from web.api.schema import PAGE_PARAMETERS, page_of


class Trials(FactList):
    """Outcomes of randomised comparisons."""

    row = TrialRow

    @extend_schema(
        operation_id="trials_list",
        summary="List randomised comparisons",
        parameters=PAGE_PARAMETERS,
        responses=page_of(TrialRow),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The KPI's randomised comparisons by date."""
        return self.page(request, Trial.objects.live().filter(kpi=kpi_or_404(actor_of(request), pk)))

    @extend_schema(
        operation_id="trials_create",
        summary="Record randomised comparisons",
        request=TrialRow(many=True),
        responses={201: TrialsRecorded},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Records randomised comparisons, all or none."""
        actor = actor_of(request)
        kpi = kpi_or_404(actor, pk)
        done = record_trials(actor=actor, kpi=kpi, now=timezone.now(), rows=many(TrialRow, request))
        return listed(done, show(TrialRow, done.live))


class ControlDoses(FactList):
    """How far controls use the initiative themselves."""

    row = ControlDoseRow

    @extend_schema(
        operation_id="control_doses_list",
        summary="List use by controls",
        parameters=PAGE_PARAMETERS,
        responses=page_of(ControlDoseRow),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The KPI's use by controls by date."""
        return self.page(request, ControlDose.objects.live().filter(kpi=kpi_or_404(actor_of(request), pk)))

    @extend_schema(
        operation_id="control_doses_create",
        summary="Record use by controls",
        request=ControlDoseRow(many=True),
        responses={201: ControlDosesRecorded},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Records use by controls, all or none."""
        actor = actor_of(request)
        kpi = kpi_or_404(actor, pk)
        done = record_control_doses(actor=actor, kpi=kpi, now=timezone.now(), rows=many(ControlDoseRow, request))
        return listed(done, show(ControlDoseRow, done.live))


class Destinations(FactList):
    """Where saved time went."""

    row = DestinationRow

    @extend_schema(
        operation_id="destinations_list",
        summary="List destinations of saved time",
        parameters=PAGE_PARAMETERS,
        responses=page_of(DestinationRow),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The KPI's destinations of saved time by date."""
        return self.page(request, Destination.objects.live().filter(kpi=kpi_or_404(actor_of(request), pk)))

    @extend_schema(
        operation_id="destinations_create",
        summary="Record destinations of saved time",
        request=DestinationRow(many=True),
        responses={201: DestinationsRecorded},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Records destinations of saved time, all or none."""
        actor = actor_of(request)
        kpi = kpi_or_404(actor, pk)
        done = record_destinations(actor=actor, kpi=kpi, now=timezone.now(), rows=many(DestinationRow, request))
        return listed(done, show(DestinationRow, done.live))


class Preregistrations(FactList):
    """The preregistration of a KPI."""

    row = PreregistrationRow

    @extend_schema(
        operation_id="preregistration_list",
        summary="List preregistrations",
        parameters=PAGE_PARAMETERS,
        responses=page_of(PreregistrationRow),
    )
    def get(self, request: Request, pk: int) -> Response:
        """What was frozen before the first use, at most one that holds."""
        return self.page(request, Preregistration.objects.live().filter(kpi=kpi_or_404(actor_of(request), pk)))

    @extend_schema(
        operation_id="preregistration_create",
        summary="Preregister how the effect is judged",
        request=NoteRow,
        responses={201: PreregistrationRow},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Freezes design, direction, controls and dose as they are now; refused once the initiative is in use."""
        actor = actor_of(request)
        one(NoteRow, request)
        found = preregister(actor=actor, kpi=kpi_or_404(actor, pk), now=timezone.now())
        return shown(request, show(PreregistrationRow, [found])[0], 201)


class BaselineApprovals(FactList):
    """The approved baseline of a KPI."""

    query: ClassVar[Any] = FactList.query
    row = ApprovalRow

    @extend_schema(
        operation_id="baseline_approval_list",
        summary="List baseline approvals",
        parameters=PAGE_PARAMETERS,
        responses=page_of(ApprovalRow),
    )
    def get(self, request: Request, pk: int) -> Response:
        """Every approval, those that a later change ended included; whether readings changed since."""
        rows = BaselineApproval.objects.filter(kpi=kpi_or_404(actor_of(request), pk))
        return Response(paginate(request, rows.select_related("kpi", "recorded_by"), show_approvals, "on"))

    @extend_schema(
        operation_id="baseline_approval_create",
        summary="Approve the baseline",
        request=NoteRow,
        responses={201: ApprovalRow},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Finance approves the window with its readings, the direction and the worth of a unit."""
        actor = actor_of(request)
        note = one(NoteRow, request).get("note", "")
        found = approve_baseline(actor=actor, kpi=kpi_or_404(actor, pk), now=timezone.now(), note=note)
        return shown(request, show_approvals([found])[0], 201)
