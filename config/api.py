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

from web.api.problems import page

METHODS = ("get", "post", "patch", "delete")


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
