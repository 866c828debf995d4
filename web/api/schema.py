"""Pieces of the OpenAPI document that many endpoints share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

PAGE_PARAMETERS = [
    OpenApiParameter(
        "cursor",
        {"type": "string", "pattern": "^[A-Za-z0-9_=-]+$"},
        description="From `next` or `previous` of an earlier page.",
    ),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1}, description="Rows on a page, at most 200 (default 50)."
    ),
]
IF_MATCH = OpenApiParameter(
    "If-Match", location=OpenApiParameter.HEADER, required=True, description="The ETag that you read."
)
REASON = OpenApiParameter("reason", description="Why the fact is withdrawn; it stays in the record.", required=True)


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
