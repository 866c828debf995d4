"""Initiatives and their stages."""

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from accounts.choices import Permission
from portfolio.access import initiative_or_404, initiatives, require_write
from portfolio.api.base import RecordEndpoint, lock, one, refuse, renamed
from portfolio.choices import Stage
from portfolio.models import Initiative, StageChange
from portfolio.services.initiatives import archive_initiative, create_initiative, update_initiative
from portfolio.services.stages import change_stage
from web.api.etags import require_match, shown
from web.api.fields import DayField, StrictSerializer, TextField, WholeField
from web.api.paging import PAGING, paginate
from web.api.schema import IF_MATCH, PAGE_PARAMETERS, page_of

FILTERS = {"unit": "unit__name", "programme": "programme__name", "tag": "tags__contains", "owner": "owner__iexact"}

STAGES = [stage.value for stage in Stage]


class NameField(TextField):
    """The name of another record, made when it is new."""

    def to_representation(self, value: Any) -> str:
        """The name."""
        return str(value.name)


class InitiativeRow(StrictSerializer):
    """One initiative."""

    key = TextField(max_length=64, required=False, help_text="Your own id; made from the name if absent")
    name = TextField(max_length=400)
    summary = TextField(max_length=10_000, required=False, allow_blank=True)
    unit = NameField(max_length=120, required=False, allow_null=True, allow_blank=True)
    owner = TextField(max_length=200, required=False, allow_blank=True)
    sponsor = TextField(max_length=200, required=False, allow_blank=True)
    programme = NameField(max_length=160, required=False, allow_null=True, allow_blank=True)
    kind = TextField(max_length=200, required=False, allow_blank=True)
    currency = TextField(max_length=3, required=False)
    planned_go_live = DayField(required=False, allow_null=True)
    go_live = DayField(required=False, allow_null=True)
    horizon_months = WholeField(min_value=1, max_value=240, required=False)
    tags = serializers.ListField(child=TextField(max_length=60), required=False, max_length=100)
    runs_on = serializers.ListField(child=TextField(max_length=200), required=False, max_length=100)
    stage = serializers.ChoiceField(STAGES, read_only=True)
    stage_since = serializers.DateField(read_only=True, allow_null=True)


class StageRow(StrictSerializer):
    """An initiative entered a stage."""

    id = serializers.IntegerField(read_only=True)
    to = serializers.ChoiceField(STAGES)
    effective_on = DayField(source="on")
    decision = TextField(max_length=200, required=False, allow_blank=True)
    note = TextField(max_length=4000, required=False, allow_blank=True)
    source = TextField(max_length=80, required=False, allow_blank=True)  # type: ignore[assignment]
    external_id = TextField(max_length=200, required=False, allow_blank=True)
    recorded_at = serializers.DateTimeField(read_only=True)


class Initiatives(RecordEndpoint):
    """The initiatives of the workspace."""

    query: ClassVar = {"GET": (*PAGING, "stage", *FILTERS)}

    @extend_schema(
        operation_id="initiatives_list",
        summary="List initiatives",
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("stage", enum=STAGES),
            *(OpenApiParameter(name) for name in FILTERS),
        ],
        responses=page_of(InitiativeRow),
    )
    def get(self, request: Request) -> Response:
        """Initiatives by name; filters narrow the list together."""
        rows = filtered(request, initiatives(actor_of(request)).select_related("unit", "programme"))
        return Response(paginate(request, rows, show_initiatives, "name"))

    @extend_schema(
        operation_id="initiatives_create",
        summary="Record an initiative",
        request=InitiativeRow,
        responses={201: InitiativeRow},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Records an initiative; only `name` is needed."""
        data = one(InitiativeRow, request)
        row = create_initiative(actor=actor_of(request), now=timezone.now(), data=data)
        response = shown(request, show_initiative(row), 201)
        response["Location"] = f"{request.path}{row.key}/"
        return response


class OneInitiative(RecordEndpoint):
    """One initiative."""

    @extend_schema(operation_id="initiatives_read", summary="Read an initiative", responses=InitiativeRow)
    def get(self, request: Request, key: str) -> Response:
        """The initiative with its ETag."""
        return shown(request, show_initiative(initiative_or_404(actor_of(request), key)))

    @extend_schema(
        operation_id="initiatives_change",
        summary="Change an initiative",
        parameters=[IF_MATCH],
        request=InitiativeRow,
        responses=InitiativeRow,
    )
    @transaction.atomic
    def patch(self, request: Request, key: str) -> Response:
        """Changes the fields sent; the key never changes."""
        actor, row = actor_of(request), self._to_write(request, key)
        changes = one(InitiativeRow, request, partial=True)
        changed = update_initiative(actor=actor, initiative=row, now=timezone.now(), changes=changes)
        return shown(request, show_initiative(changed))

    @extend_schema(
        operation_id="initiatives_archive",
        summary="Archive an initiative",
        parameters=[IF_MATCH],
        responses={204: None},
    )
    @transaction.atomic
    def delete(self, request: Request, key: str) -> Response:
        """Takes the initiative out of every list; its records stay."""
        row = self._to_write(request, key)
        archive_initiative(actor=actor_of(request), initiative=row, now=timezone.now())
        return Response(status=204)

    def _to_write(self, request: Request, key: str) -> Initiative:
        actor = actor_of(request)
        row = initiative_or_404(actor, key)
        require_write(actor, row, Permission.WRITE_RECORDS)
        require_match(request, show_initiative(lock(row)))
        return row


class Stages(RecordEndpoint):
    """The stage changes of an initiative."""

    query: ClassVar = {"GET": PAGING}

    @extend_schema(
        operation_id="stages_list",
        summary="List stage changes",
        parameters=PAGE_PARAMETERS,
        responses=page_of(StageRow),
    )
    def get(self, request: Request, key: str) -> Response:
        """Every stage the initiative entered, oldest first."""
        rows = StageChange.objects.live().filter(initiative=initiative_or_404(actor_of(request), key))
        return Response(paginate(request, rows, show_stages, "on"))

    @extend_schema(
        operation_id="stages_create", summary="Change the stage", request=StageRow, responses={201: StageRow}
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records that the initiative entered a stage; going back is allowed."""
        actor, data = actor_of(request), one(StageRow, request)
        row = initiative_or_404(actor, key)
        day = data.pop("on")
        with renamed("on", "effective_on"):
            change = change_stage(actor=actor, initiative=row, now=timezone.now(), effective_on=day, **data)
        return shown(request, show_stages([change])[0], 201)


def filtered(request: Request, rows: "QuerySet[Initiative]") -> "QuerySet[Initiative]":
    """The rows that fit the filters of the query."""
    stage = request.query_params.get("stage")
    if stage is not None:
        if stage not in set(Stage):
            refuse("stage", f"Choose from {', '.join(Stage)}.", "invalid_choice")
        rows = rows.filter(stage=stage)
    for name, column in FILTERS.items():
        value = request.query_params.get(name)
        if value is not None:
            rows = rows.filter(**{column: [value] if name == "tag" else value})
    return rows


def show_initiatives(rows: list[Initiative]) -> list[dict[str, Any]]:
    """Initiatives as the API shows them."""
    return list(InitiativeRow(rows, many=True).data)


def show_initiative(row: Initiative) -> dict[str, Any]:
    """One initiative as the API shows it."""
    return show_initiatives([row])[0]


def show_stages(rows: list[StageChange]) -> list[dict[str, Any]]:
    """Stage changes as the API shows them."""
    return list(StageRow(rows, many=True).data)
