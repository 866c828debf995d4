"""Alerts: the list, acknowledge, snooze."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from accounts.api.authentication import actor_of
from accounts.api.idempotency import idempotent
from notices.access import alerts, open_alert_or_404
from notices.choices import AlertState, Rule, Severity
from notices.messages import addressee, message
from notices.models import Alert
from notices.services.alerts import acknowledge, snooze
from portfolio.services.versions import today
from web import formats
from web.api.endpoint import Endpoint
from web.api.fields import DayField, StrictSerializer, TextField, plain
from web.api.paging import PAGING, paginate
from web.api.schema import PAGE_PARAMETERS, page_of

TIMES = (
    "since", "found_at", "opened_at", "worsened_at", "recovering_since", "evaluated_at", "cleared_at",
    "acknowledged_at", "snoozed_until",
)  # fmt: skip
UNITS = {Rule.BELOW_HURDLE: "probability", Rule.COST_OVERRUN: "ratio", Rule.STALE_DATA: "days"}
STATES = [state.value for state in AlertState]
STATE = OpenApiParameter("state", enum=STATES, description="Only alerts in this state.")


class WordsShown(serializers.Serializer[Any]):
    """The alert in words."""

    what = serializers.CharField()
    compared = serializers.CharField()
    why = serializers.ListField(child=serializers.CharField())
    action = serializers.CharField()


class AlertShown(serializers.Serializer[Any]):
    """An alert."""

    id = serializers.IntegerField()
    rule = serializers.ChoiceField([rule.value for rule in Rule])
    initiative = serializers.CharField(allow_null=True)
    scope = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(STATES)
    severity = serializers.ChoiceField([severity.value for severity in Severity])
    value = serializers.CharField(allow_null=True)
    threshold = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    message = WordsShown()
    addressed_to = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    found_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    worsened_at = serializers.DateTimeField(allow_null=True)
    recovering_since = serializers.DateField(allow_null=True)
    evaluated_at = serializers.DateTimeField()
    cleared_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    snoozed_until = serializers.DateField(allow_null=True)
    snooze_reason = serializers.CharField(allow_blank=True)


class SnoozeSent(StrictSerializer):
    """Until when an alert can wait, and why."""

    until = DayField()
    reason = TextField(max_length=400)


class Alerts(Endpoint):
    """The alerts of the workspace."""

    query: ClassVar = {"GET": ("state", *PAGING)}

    @extend_schema(
        operation_id="alerts_list",
        summary="List alerts",
        parameters=[STATE, *PAGE_PARAMETERS],
        responses=page_of(AlertShown),
    )
    def get(self, request: Request) -> Response:
        """All alerts, oldest first: not sure yet (`pending`), open, waiting to be chosen (`would_open`), not kept
        (`dismissed`), cleared."""
        actor = actor_of(request)
        rows = alerts(actor).select_related("initiative", "acknowledged_by")
        state = request.query_params.get("state")
        if state is not None:
            rows = rows.filter(state=_known_state(state))
        return Response(paginate(request, rows, lambda found: [_shown(alert, actor) for alert in found], "id"))


class Acknowledge(Endpoint):
    """Say who is on it."""

    @extend_schema(
        operation_id="alerts_acknowledge", summary="Acknowledge an alert", request=None, responses=AlertShown
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """The token's person is on it; holds until the alert clears."""
        actor = actor_of(request)
        alert = acknowledge(actor=actor, alert=open_alert_or_404(actor, pk), now=timezone.now())
        return Response(_shown(alert, actor))


class Snooze(Endpoint):
    """Put an alert aside."""

    @extend_schema(operation_id="alerts_snooze", summary="Snooze an alert", request=SnoozeSent, responses=AlertShown)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Puts the alert aside until a day at most 90 days ahead, with a reason that everyone sees."""
        actor = actor_of(request)
        alert = open_alert_or_404(actor, pk)
        sent = SnoozeSent(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(_shown(snooze(actor=actor, alert=alert, now=timezone.now(), **sent.validated_data), actor))


def _known_state(text: str) -> AlertState:
    try:
        return AlertState(text)
    except ValueError as error:
        known = ", ".join(AlertState)
        raise ValidationError({"state": [ErrorDetail(f"Give one of: {known}.", "unknown_state")]}) from error


def _shown(alert: Alert, actor: Actor) -> dict[str, Any]:
    workspace = actor.workspace
    day = alert.last_day(today(workspace, timezone.now()))
    said = message(
        alert.rule,
        alert.detail,
        alert.value,
        alert.threshold,
        day,
        formats.of(workspace.locale, workspace.time_zone),
    )
    return {
        "id": alert.pk,
        "rule": alert.rule,
        "initiative": alert.initiative.key if alert.initiative else None,
        "scope": alert.scope,
        "state": alert.state,
        "severity": alert.severity,
        "value": None if alert.value is None else plain(alert.value),
        "threshold": None if alert.threshold is None else plain(alert.threshold),
        "unit": UNITS[Rule(alert.rule)],
        "message": {"what": said.what, "compared": said.compared, "why": said.why, "action": said.action},
        "addressed_to": _addressed_to(alert),
        **{name: getattr(alert, name) for name in TIMES},
        "acknowledged_by": str(alert.acknowledged_by) if alert.acknowledged_by else None,
        "snooze_reason": alert.snooze_reason,
    }


def _addressed_to(alert: Alert) -> str:
    return addressee(alert.rule, alert.initiative.owner, alert.initiative.sponsor) if alert.initiative else ""
