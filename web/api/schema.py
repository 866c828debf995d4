"""Pieces of the OpenAPI document that many endpoints share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", description="From `next` or `previous` of an earlier page."),
    OpenApiParameter("page_size", int, description="Rows on a page, at most 200 (default 50)."),
]
IF_MATCH = OpenApiParameter(
    "If-Match", location=OpenApiParameter.HEADER, required=True, description="The ETag that you read."
)
REASON = OpenApiParameter("reason", description="Why the fact is withdrawn; it stays in the record.", required=True)


class ProblemFault(serializers.Serializer[Any]):
    """One fault of a refused request."""

    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemFault(many=True)  # type: ignore[assignment]


def page_of(row: type[serializers.Serializer[Any]]) -> Any:
    """The shape of one page of a list."""
    return inline_serializer(
        f"{row.__name__}Page",
        {
            "results": row(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
        },
    )
