"""What a KPI can show, before a rollout: GET only."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from metrics.core.attribution.planned import Detectable, outlook
from metrics.inputs import today
from metrics.inputs.planning import planning_of
from portfolio.access import kpi_or_404
from web.api.endpoint import Endpoint


class VisibleChangeShown(serializers.Serializer[Any]):
    """The smallest change, to either side, that so many more periods of full use would show."""

    after = serializers.IntegerField(help_text="Periods of the cadence.")
    value = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    reason = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True, help_text="The reason in words, and what would help.")


class DetectableShown(serializers.Serializer[Any]):
    """What a KPI can show, and what it rests on."""

    kpi = serializers.IntegerField()
    as_of = serializers.DateField()
    cadence = serializers.CharField(help_text="Of the periods; a daily KPI is read by weeks.")
    before = serializers.IntegerField(help_text="Periods with a reading before the first use.")
    controls = serializers.IntegerField(help_text="Controls that can be read beside it.")
    detectable = VisibleChangeShown(many=True)


class DetectableChange(Endpoint):
    """The smallest visible change of a KPI."""

    @extend_schema(
        operation_id="detectable_read",
        summary="Read the smallest change that a KPI can show",
        responses=DetectableShown,
    )
    def get(self, request: Request, pk: int) -> Response:
        """For 6, 12 and 24 more periods of full use: half the 95 % range that is to be expected then."""
        actor = actor_of(request)
        kpi = kpi_or_404(actor, pk)
        as_of = today(actor.workspace, timezone.now())
        planning = planning_of(kpi, as_of)
        found = outlook(planning.kpi, planning.prices, as_of)
        return Response(
            {
                "kpi": kpi.pk,
                "as_of": as_of,
                "cadence": found.cadence,
                "before": found.before,
                "controls": found.controls,
                "detectable": [_shown(each) for each in found.detectable],
            }
        )


def _shown(found: Detectable) -> dict[str, Any]:
    change = found.change
    words = [part for part in (change.sentence, change.detail) if part]
    return {
        "after": found.after,
        "value": None if change.value is None else str(change.value),
        "unit": change.unit,
        "reason": change.reason and str(change.reason),
        "message": " ".join(words) if change.reason else None,
    }
