"""The audit trail over the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.access import require
from accounts.api.authentication import actor_of
from accounts.choices import Permission
from portfolio.trail import listed, reading
from portfolio.trail.filters import parse
from portfolio.trail.kinds import ACTS, KINDS
from portfolio.trail.listed import Act
from portfolio.trail.reading import BadCursorError, Place
from web.api.endpoint import Endpoint
from web.api.paging import PAGING, page_size
from web.api.schema import PAGE_PARAMETERS, page_of
from web.formats import Formats

FILTERS = ("person", "kind", "initiative", "from", "to", "reason")
AUDIT_KINDS = sorted(kind.code for kind in KINDS.values())


class AuditChange(serializers.Serializer[Any]):
    """One field before and after, in words; without a field the whole record is told at once."""

    field = serializers.CharField(allow_blank=True)
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class AuditPerson(serializers.Serializer[Any]):
    """Who did it; the id is null for the machine."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class AuditEntry(serializers.Serializer[Any]):
    """One act of the audit trail."""

    at = serializers.DateTimeField()
    by = AuditPerson()
    origin = serializers.CharField(help_text="Page, API, import or job, as far as it is known.")
    act = serializers.ChoiceField(choices=sorted(ACTS))
    kind = serializers.ChoiceField(choices=AUDIT_KINDS)
    initiative = serializers.CharField(allow_null=True, help_text="The key of the initiative, if it is about one.")
    record = serializers.CharField(allow_blank=True, help_text="The KPI, person or document that it is about.")
    changes = AuditChange(many=True)
    reason = serializers.CharField(allow_blank=True)


class Audit(Endpoint):
    """Who changed what, when, from what to what and why; for finance and administrators."""

    query: ClassVar = {"GET": (*PAGING, *FILTERS)}

    @extend_schema(
        operation_id="audit_list",
        summary="List the audit trail",
        description="Newest first. Values are in English words and UTC. For finance and administrators.",
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("person", int, description="The id of the person who did it."),
            OpenApiParameter("kind", str, enum=AUDIT_KINDS, description="The kind of record."),
            OpenApiParameter("initiative", str, description="The key of an initiative; archived ones count too."),
            OpenApiParameter("from", {"type": "string", "format": "date"}, description="The first day, in UTC."),
            OpenApiParameter("to", {"type": "string", "format": "date"}, description="The last day, in UTC."),
            OpenApiParameter("reason", str, description="Part of the reason."),
        ],
        responses=page_of(AuditEntry),
    )
    def get(self, request: Request) -> Response:
        """One page of the audit trail."""
        actor, formats = actor_of(request), Formats()
        require(actor, Permission.READ_AUDIT)
        offered = listed.choices(actor)
        filters = parse({name: request.query_params.get(name, "") for name in FILTERS}, offered.people, offered.kinds)
        if filters.ignored:
            problem = ErrorDetail(f"Not understood: {filters.ignored[0]}.", "invalid")
            raise ValidationError({"non_field_errors": [problem]})
        wanted = listed.narrowed(actor, filters, formats)
        page = reading.read(wanted, _place(request), page_size(request)) if wanted else reading.Page()
        return Response(
            {
                "results": [_shown(act) for act in listed.told(actor.workspace.pk, page.entries, formats)],
                "next": _link(request, page.older),
                "previous": _link(request, page.newer),
            }
        )


def _place(request: Request) -> Place | None:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None
    try:
        return reading.place_of(cursor)
    except BadCursorError as error:
        raise ValidationError({"cursor": "This is no cursor of this list. Start without one."}) from error


def _link(request: Request, place: Place | None) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "cursor", place.text()) if place else None


def _shown(act: Act) -> dict[str, Any]:
    return {
        "at": act.at.isoformat().replace("+00:00", "Z"),
        "by": {"id": act.who_id, "name": act.who},
        "origin": act.origin,
        "act": act.act,
        "kind": act.kind,
        "initiative": act.initiative.key if act.initiative else None,
        "record": act.record,
        "changes": [{"field": each.field, "before": each.before, "after": each.after} for each in act.changes],
        "reason": act.reason,
    }
