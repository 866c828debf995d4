"""Lists of facts: readings, adoption, costs, benefits, rates, assessments, events."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from portfolio.access import initiative_or_404, kpi_or_404
from portfolio.api.base import RecordEndpoint, listed, many, one
from portfolio.api.rows import (
    AdoptionRecorded,
    AdoptionRow,
    AssessmentRow,
    BenefitRow,
    BenefitsRecorded,
    CostRow,
    CostsRecorded,
    EventRow,
    RateRow,
    RatesRecorded,
    ReadingRow,
    ReadingsRecorded,
    show,
    show_benefits,
)
from portfolio.models import AdoptionReading, Assessment, BenefitLine, CostLine, Event, ExchangeRate, Reading
from portfolio.rubric import HOW_TO_CHOOSE, RUBRIC
from portfolio.services.adoption import record_adoption
from portfolio.services.assessments import record_assessment, record_event
from portfolio.services.money import record_benefits, record_costs
from portfolio.services.rates import record_rates
from portfolio.services.readings import record_readings
from web.api.etags import shown
from web.api.fields import StrictSerializer
from web.api.paging import PAGING, paginate
from web.api.schema import PAGE_PARAMETERS, page_of

SCALE_TOLD = "\n\n".join(
    f"**{scale.label}** (`{cause}`): "
    + " ".join(f"**{level.replace('-', '−')}** {words}" for level, words in scale.anchors.items())
    for cause, scale in RUBRIC.items()
)


class FactList(RecordEndpoint):
    """Facts by date; only live ones, each list in a fixed number of queries."""

    query: ClassVar = {"GET": PAGING}
    row: ClassVar[type[StrictSerializer]]

    def page(self, request: Request, rows: Any) -> Response:
        """One page of the facts."""
        return Response(paginate(request, rows, lambda facts: show(self.row, facts), "on"))


class Readings(FactList):
    """The readings of a KPI."""

    row = ReadingRow

    @extend_schema(
        operation_id="readings_list",
        summary="List readings",
        parameters=PAGE_PARAMETERS,
        responses=page_of(ReadingRow),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The KPI's readings by date, of the treated and the control series."""
        return self.page(request, Reading.objects.live().filter(kpi=kpi_or_404(actor_of(request), pk)))

    @extend_schema(
        operation_id="readings_create",
        summary="Record readings",
        request=ReadingRow(many=True),
        responses={201: ReadingsRecorded},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Records up to 10,000 readings, all or none; a second one for the same series and day replaces the first."""
        actor = actor_of(request)
        kpi = kpi_or_404(actor, pk)
        done = record_readings(actor=actor, kpi=kpi, now=timezone.now(), rows=many(ReadingRow, request))
        return listed(done, show(ReadingRow, done.live))


class Adoption(FactList):
    """The adoption of an initiative."""

    row = AdoptionRow

    @extend_schema(
        operation_id="adoption_list",
        summary="List adoption",
        parameters=PAGE_PARAMETERS,
        responses=page_of(AdoptionRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """The share of intended users who use it, by date."""
        initiative = initiative_or_404(actor_of(request), key)
        return self.page(request, AdoptionReading.objects.live().filter(initiative=initiative))

    @extend_schema(
        operation_id="adoption_create",
        summary="Record adoption",
        request=AdoptionRow(many=True),
        responses={201: AdoptionRecorded},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records adoption, all or none; a second one for the same day replaces the first."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        rows = many(AdoptionRow, request)
        done = record_adoption(actor=actor, initiative=initiative, now=timezone.now(), rows=rows)
        return listed(done, show(AdoptionRow, done.live))


class Costs(FactList):
    """The cost lines of an initiative."""

    row = CostRow

    @extend_schema(
        operation_id="costs_list", summary="List costs", parameters=PAGE_PARAMETERS, responses=page_of(CostRow)
    )
    def get(self, request: Request, key: str) -> Response:
        """The initiative's cost lines by date: actual, plan and forecast."""
        return self.page(request, CostLine.objects.live().filter(initiative=initiative_or_404(actor_of(request), key)))

    @extend_schema(
        operation_id="costs_create",
        summary="Record costs",
        request=CostRow(many=True),
        responses={201: CostsRecorded},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records up to 10,000 cost lines, all or none; the currency defaults to the initiative's."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        done = record_costs(actor=actor, initiative=initiative, now=timezone.now(), rows=many(CostRow, request))
        return listed(done, show(CostRow, done.live))


class Benefits(FactList):
    """The benefit lines of an initiative."""

    @extend_schema(
        operation_id="benefits_list",
        summary="List benefits",
        parameters=PAGE_PARAMETERS,
        responses=page_of(BenefitRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """The initiative's benefit lines by date: actual, plan and forecast."""
        rows = BenefitLine.objects.live().filter(initiative=initiative_or_404(actor_of(request), key))
        return Response(paginate(request, rows.select_related("kpi"), show_benefits, "on"))

    @extend_schema(
        operation_id="benefits_create",
        summary="Record benefits",
        request=BenefitRow(many=True),
        responses={201: BenefitsRecorded},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records up to 10,000 benefit lines, all or none; `confirmed` is finance's alone."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        rows = many(BenefitRow, request)
        done = record_benefits(actor=actor, initiative=initiative, now=timezone.now(), rows=rows)
        return listed(done, show_benefits(done.live))


class Rates(FactList):
    """The exchange rates of the workspace."""

    row = RateRow

    @extend_schema(
        operation_id="rates_list",
        summary="List exchange rates",
        parameters=PAGE_PARAMETERS,
        responses=page_of(RateRow),
    )
    def get(self, request: Request) -> Response:
        """The workspace's exchange rates by date."""
        return self.page(request, ExchangeRate.objects.live().filter(workspace=actor_of(request).workspace))

    @extend_schema(
        operation_id="rates_create",
        summary="Record exchange rates",
        request=RateRow(many=True),
        responses={201: RatesRecorded},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Records rates, all or none; finance only."""
        done = record_rates(actor=actor_of(request), now=timezone.now(), rows=many(RateRow, request))
        return listed(done, show(RateRow, done.live))


class Assessments(FactList):
    """The assessments of an initiative."""

    row = AssessmentRow

    @extend_schema(
        operation_id="assessments_list",
        summary="List assessments",
        parameters=PAGE_PARAMETERS,
        responses=page_of(AssessmentRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """The initiative's assessments by date."""
        initiative = initiative_or_404(actor_of(request), key)
        rows = Assessment.objects.live().filter(initiative=initiative)
        return self.page(request, rows.select_related("recorded_by"))

    @extend_schema(
        operation_id="assessments_create",
        summary="Assess the causes of failure",
        description=f"{HOW_TO_CHOOSE}\n\n{SCALE_TOLD}\n\nA score between two levels is taken as it is.",
        request=AssessmentRow,
        responses={201: AssessmentRow},
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Scores any of the eight causes from -1 to +1, with the evidence."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        row = one(AssessmentRow, request)
        fact = record_assessment(actor=actor, initiative=initiative, now=timezone.now(), row=row)
        return shown(request, show(AssessmentRow, [fact])[0], 201)


class Events(FactList):
    """Other changes around an initiative."""

    row = EventRow

    @extend_schema(
        operation_id="events_list", summary="List events", parameters=PAGE_PARAMETERS, responses=page_of(EventRow)
    )
    def get(self, request: Request, key: str) -> Response:
        """Other changes at the same time, by date."""
        return self.page(request, Event.objects.live().filter(initiative=initiative_or_404(actor_of(request), key)))

    @extend_schema(operation_id="events_create", summary="Record an event", request=EventRow, responses={201: EventRow})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records an incident, a rollback, a market or policy change, or another one."""
        actor = actor_of(request)
        initiative = initiative_or_404(actor, key)
        fact = record_event(actor=actor, initiative=initiative, now=timezone.now(), row=one(EventRow, request))
        return shown(request, show(EventRow, [fact])[0], 201)
