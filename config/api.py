"""The API's description: the OpenAPI document, the page that explains it, and the answer to unknown paths."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from web.api.problems import PROBLEM, page

METHODS = ("get", "post", "patch", "delete")
ANSWERS = ("Shown", "Recorded", "Page")
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
TEXT = {"type": "string"}
PROBLEM_SHAPE = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {"field": TEXT, "code": TEXT, "message": TEXT},
            },
        },
    },
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "Makes a repeat of this call safe for 24 hours.",
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Bearer tokens in the OpenAPI document."""

    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """What the document says about them."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "hur_…"}


class OpenApi(SpectacularAPIView):
    """The OpenAPI 3.1 document, for everybody."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [OpenApiJsonRenderer]


@dataclass(frozen=True)
class Operation:
    """One operation as the documentation lists it."""

    method: str
    path: str
    summary: str
    description: str
    scope: str


@csrf_exempt
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What every unknown path under /api/ answers."""
    return page(request, 404, "There is nothing here.")


def documentation(request: HttpRequest) -> HttpResponse:
    """Every operation, and the first call."""
    context = {"operations": operations(), "base_url": settings.BASE_URL}
    return render(request, "config/api.html", context)


def operations() -> list[Operation]:
    """The operations of the OpenAPI document in the order of their paths."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        Operation(
            method=method.upper(),
            path=path,
            summary=found.get("summary", ""),
            description=found.get("description", ""),
            scope="read" if method == "get" else "write",
        )
        for path, methods in document["paths"].items()
        for method, found in methods.items()
        if method in METHODS
    ]


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of the OpenAPI document: what every operation has in common is said once, here."""
    schemas = result["components"]["schemas"]
    schemas["Problem"] = PROBLEM_SHAPE
    for name, schema in schemas.items():
        if schema.get("type") == "object" and not name.endswith(ANSWERS):
            schema["additionalProperties"] = False
    for methods in result["paths"].values():
        for method, found in methods.items():
            found["responses"]["default"] = {"description": "Any error", "content": {PROBLEM: {"schema": PROBLEM_REF}}}
            if method == "post":
                found.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return result
