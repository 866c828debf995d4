"""The OpenAPI document and the page that explains the API."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.choices import Role
from tests.calls import api_of
from tests.factories import make_workspace


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def api_paths(patterns: Any, before: str = "") -> set[str]:
    """Every path under /api/v1/ of the URL configuration, with its arguments unnamed."""
    found = set()
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= api_paths(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and here.startswith("api/v1/"):
            found.add("/" + re.sub(r"<[^>]+>", "{}", here))
    return found


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"


def test_the_document_is_made_without_a_warning() -> None:
    warnings = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO(), stderr=warnings)
    assert warnings.getvalue() == ""


def test_the_document_lists_every_path_of_the_api(document: dict[str, Any]) -> None:
    listed = {re.sub(r"\{[^}]+\}", "{}", path) for path in document["paths"]}
    assert listed == api_paths(get_resolver().url_patterns) - {"/api/v1/openapi.json"}


def test_every_operation_needs_a_token_and_has_a_name_and_a_problem(document: dict[str, Any]) -> None:
    operations = [found for methods in document["paths"].values() for found in methods.values()]
    assert len({found["operationId"] for found in operations}) == len(operations)
    assert [found["operationId"] for found in operations if found["security"] != [{"token": []}]] == []
    assert [found["operationId"] for found in operations if "default" not in found["responses"]] == []
    assert [found["operationId"] for found in operations if not found.get("summary")] == []


@pytest.mark.django_db
def test_every_operation_refuses_a_call_without_a_token(client: Client, document: dict[str, Any]) -> None:
    open_ones = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if client.generic(method.upper(), re.sub(r"\{[^}]+\}", "1", path)).status_code != 401
    ]
    assert open_ones == []


@pytest.mark.django_db
def test_the_page_lists_every_operation(client: Client, document: dict[str, Any]) -> None:
    client.force_login(api_of(make_workspace(), Role.INTEGRATOR).membership.user)
    page = client.get("/api/")
    assert page.status_code == 200
    assert [path for path in document["paths"] if path not in page.content.decode()] == []
