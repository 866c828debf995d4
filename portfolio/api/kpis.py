"""KPIs of an initiative."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from accounts.choices import Permission
from portfolio.access import initiative_or_404, kpi_or_404, require_write
from portfolio.api.base import RecordEndpoint, lock, one
from portfolio.choices import Aggregation, BenefitClass, Cadence, Design, Direction, Family
from portfolio.models import Kpi
from portfolio.services.kpis import archive_kpi, create_kpi, update_kpi
from web.api.etags import require_match, shown
from web.api.fields import AmountField, DayField, StrictSerializer, TextField, YesNoField
from web.api.paging import PAGING, paginate
from web.api.schema import IF_MATCH, PAGE_PARAMETERS, page_of


class ValueRow(StrictSerializer):
    """What one unit of change is worth per period; low and high are its P10 and P90."""

    amount = AmountField()
    low = AmountField(required=False, allow_null=True)
    high = AmountField(required=False, allow_null=True)
    currency = TextField(max_length=3)


class TargetRow(StrictSerializer):
    """What the KPI should be from a day on."""

    on = DayField()
    value = AmountField()


class KpiRow(StrictSerializer):
    """One KPI."""

    id = serializers.IntegerField(read_only=True)
    initiative = serializers.CharField(read_only=True)
    key = TextField(max_length=64, required=False)
    name = TextField(max_length=200)
    unit = TextField(max_length=60, required=False, allow_blank=True)
    direction = serializers.ChoiceField(list(Direction))
    primary = YesNoField(required=False)
    guardrail = YesNoField(required=False)
    owner = TextField(max_length=200, required=False, allow_blank=True)
    cadence = serializers.ChoiceField(list(Cadence), required=False)
    aggregation = serializers.ChoiceField(list(Aggregation), required=False)
    family = serializers.ChoiceField(list(Family), required=False)
    design = serializers.ChoiceField(list(Design), required=False)
    baseline_from = DayField(required=False, allow_null=True)
    baseline_to = DayField(required=False, allow_null=True)
    redefined_on = DayField(required=False, allow_null=True)
    benefit_class = serializers.ChoiceField(list(BenefitClass), required=False)
    value_per_unit = ValueRow(required=False, allow_null=True)
    realisation_share = AmountField(required=False)
    volume = TextField(max_length=64, required=False, allow_null=True, help_text="Key of a KPI that multiplies")
    targets = TargetRow(many=True, required=False)
    shared_with = serializers.ListField(
        child=TextField(max_length=64), required=False, max_length=1000, help_text="Keys of other initiatives"
    )
    unit_currency = TextField(
        max_length=3, required=False, allow_blank=True, help_text="Where readings are money: its currency"
    )
    baseline_reason = TextField(
        max_length=400, required=False, write_only=True, help_text="Why an approved baseline changes"
    )


NESTED = frozenset({"initiative", "value_per_unit", "volume", "targets", "shared_with", "baseline_reason"})
COLUMNS = tuple(name for name in KpiRow().get_fields() if name not in NESTED)


class Kpis(RecordEndpoint):
    """The KPIs of an initiative."""

    query: ClassVar = {"GET": PAGING}

    @extend_schema(operation_id="kpis_list", summary="List KPIs", parameters=PAGE_PARAMETERS, responses=page_of(KpiRow))
    def get(self, request: Request, key: str) -> Response:
        """The initiative's KPIs by name."""
        rows = initiative_or_404(actor_of(request), key).kpis.filter(archived_at=None)
        return Response(paginate(request, loaded(rows), show_kpis, "name"))

    @extend_schema(operation_id="kpis_create", summary="Record a KPI", request=KpiRow, responses={201: KpiRow})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Records a KPI; `name` and `direction` are needed."""
        actor, data = actor_of(request), one(KpiRow, request)
        initiative = initiative_or_404(actor, key)
        kpi = create_kpi(actor=actor, initiative=initiative, now=timezone.now(), data=data)
        response = shown(request, show_kpi(kpi), 201)
        response["Location"] = f"/api/v1/kpis/{kpi.pk}/"
        return response


class OneKpi(RecordEndpoint):
    """One KPI."""

    @extend_schema(operation_id="kpis_read", summary="Read a KPI", responses=KpiRow)
    def get(self, request: Request, pk: int) -> Response:
        """The KPI with its ETag."""
        return shown(request, show_kpi(kpi_or_404(actor_of(request), pk)))

    @extend_schema(
        operation_id="kpis_change",
        summary="Change a KPI",
        parameters=[IF_MATCH],
        request=KpiRow,
        responses=KpiRow,
    )
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        """Changes the fields sent; lists are replaced whole; the key never changes."""
        kpi = self._to_write(request, pk)
        changes = one(KpiRow, request, partial=True)
        changed = update_kpi(actor=actor_of(request), kpi=kpi, now=timezone.now(), changes=changes)
        return shown(request, show_kpi(changed))

    @extend_schema(operation_id="kpis_archive", summary="Archive a KPI", parameters=[IF_MATCH], responses={204: None})
    @transaction.atomic
    def delete(self, request: Request, pk: int) -> Response:
        """Takes the KPI out of every figure; its readings stay in the record."""
        archive_kpi(actor=actor_of(request), kpi=self._to_write(request, pk), now=timezone.now())
        return Response(status=204)

    def _to_write(self, request: Request, pk: int) -> Kpi:
        actor = actor_of(request)
        kpi = kpi_or_404(actor, pk)
        require_write(actor, kpi.initiative, Permission.WRITE_RECORDS)
        require_match(request, show_kpi(lock(kpi)))
        return kpi


def loaded(rows: "QuerySet[Kpi]") -> "QuerySet[Kpi]":
    """KPIs with everything that is shown of them, in a fixed number of queries."""
    return rows.select_related("initiative", "volume").prefetch_related("targets", "shared_with")


def show_kpis(kpis: list[Kpi]) -> list[dict[str, Any]]:
    """KPIs as the API shows them."""
    return list(KpiRow([_as_mapping(kpi) for kpi in kpis], many=True).data)


def show_kpi(kpi: Kpi) -> dict[str, Any]:
    """One KPI as the API shows it."""
    return show_kpis([kpi])[0]


def _as_mapping(kpi: Kpi) -> Mapping[str, Any]:
    return {
        **{name: getattr(kpi, name) for name in COLUMNS},
        "initiative": kpi.initiative.key,
        "value_per_unit": _value(kpi),
        "volume": kpi.volume.key if kpi.volume else None,
        "targets": list(kpi.targets.all()),
        "shared_with": sorted(other.key for other in kpi.shared_with.all()),
    }


def _value(kpi: Kpi) -> Mapping[str, Any] | None:
    if kpi.value_amount is None:
        return None
    return {
        "amount": kpi.value_amount,
        "low": kpi.value_low,
        "high": kpi.value_high,
        "currency": kpi.value_currency,
    }
