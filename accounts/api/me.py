"""Who the token is."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_of
from accounts.models import BusinessUnit
from web.api.endpoint import Endpoint
from web.api.etags import shown


class WorkspaceShown(serializers.Serializer[object]):
    """The workspace that every call of this token acts in."""

    slug = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()
    fiscal_year_start = serializers.IntegerField()
    is_sample = serializers.BooleanField()


class MeShown(serializers.Serializer[object]):
    """The person behind the token, their role and the token's scopes."""

    email = serializers.EmailField()
    name = serializers.CharField()
    role = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    scopes = serializers.ListField(child=serializers.CharField())
    workspace = WorkspaceShown()


class Me(Endpoint):
    """The caller."""

    @extend_schema(operation_id="me", summary="Who the token is", responses=MeShown)
    def get(self, request: Request) -> Response:
        """The person, role, scopes and workspace of the token."""
        actor = actor_of(request)
        unit = BusinessUnit.objects.filter(pk=actor.unit_id or 0).values_list("name", flat=True).first()
        return shown(
            request,
            {
                "email": getattr(actor.user, "email", ""),
                "name": getattr(actor.user, "name", ""),
                "role": actor.role,
                "unit": unit,
                "scopes": sorted(actor.scopes or ()),
                "workspace": WorkspaceShown(actor.workspace).data,
            },
        )
