"""Published failure rates: which there are and which count; administrators let others count."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from metrics.core.risk.published import ALL_RATES, COMPARABLE_CODES
from metrics.core.risk.published_rate import Kind, PublishedRate, Unit
from metrics.core.risk.reference import reference_of
from metrics.inputs import rates_on
from portfolio.services.published_rates import choose_rates
from web.api.endpoint import Endpoint
from web.api.etags import shown
from web.api.fields import StrictSerializer, TextField

DIGITS = 6


class PublishedRateShown(serializers.Serializer[Any]):
    """One published rate: what it says, what it is a share of, and how its source came to it."""

    code = serializers.CharField()
    figure = serializers.CharField()
    failed = serializers.CharField(
        allow_null=True, help_text="Share of initiatives that never reach production; null where it is no such share."
    )
    unit = serializers.ChoiceField([unit.value for unit in Unit])
    definition = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    year = serializers.IntegerField()
    sample = serializers.IntegerField(allow_null=True)
    sample_note = serializers.CharField(allow_blank=True)
    publisher = serializers.CharField()
    where = serializers.CharField(help_text="Title or number by which the source is found.")
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    secondary = serializers.BooleanField(help_text="Read in a copy or a report about the source.")
    is_on = serializers.BooleanField(help_text="Whether it counts.")
    by_default = serializers.BooleanField(help_text="Whether it counts until a workspace chooses.")
    why_not = serializers.CharField(allow_blank=True, help_text="Why it cannot count; blank where it can.")
    caution = serializers.CharField(allow_blank=True)
    used_for = serializers.CharField(allow_blank=True, help_text="What else rests on it, whether it counts or not.")


class PublishedRatesShown(serializers.Serializer[Any]):
    """All published rates, and the level of those that count."""

    level = serializers.CharField(help_text="Share of pilots that never reach production.")
    low = serializers.CharField(help_text="Lower end of its 80 % range.")
    high = serializers.CharField(help_text="Upper end of its 80 % range.")
    worth = serializers.CharField(help_text="Closed initiatives of one's own that weigh as much.")
    rates = PublishedRateShown(many=True)


class Choose(StrictSerializer):
    """The rates that are to count from now on, and why."""

    codes = serializers.ListField(child=TextField(max_length=48), max_length=len(ALL_RATES))
    reason = TextField(max_length=400)


class PublishedRates(Endpoint):
    """The published failure rates."""

    @extend_schema(
        operation_id="published_rates_read", summary="Read the published failure rates", responses=PublishedRatesShown
    )
    def get(self, request: Request) -> Response:
        """Every row with whether it counts, and the level of those that do."""
        return shown(request, _document(actor_of(request)))

    @extend_schema(
        operation_id="published_rates_choose",
        summary="Choose which published failure rates count",
        request=Choose,
        responses={201: PublishedRatesShown},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """An administrator lets exactly these rates count from now on; at least two, and only comparable ones."""
        actor = actor_of(request)
        read = Choose(data=request.data)
        read.is_valid(raise_exception=True)
        choose_rates(actor=actor, now=timezone.now(), offered=COMPARABLE_CODES, **read.validated_data)
        return shown(request, _document(actor), 201)


def _document(actor: Actor) -> dict[str, Any]:
    on = rates_on(actor.workspace, None)
    found = reference_of(on)
    numbers = {name: _text(getattr(found, name)) for name in ("level", "low", "high", "worth")}
    return {**numbers, "rates": [_row(rate, rate.code in on) for rate in ALL_RATES]}


def _row(rate: PublishedRate, is_on: bool) -> dict[str, Any]:
    told = {name: value for name, value in asdict(rate).items() if name != "failed"}
    return {**told, "failed": None if rate.failed is None else str(rate.failed), "is_on": is_on}


def _text(value: float) -> str:
    return f"{value:.{DIGITS}f}"
