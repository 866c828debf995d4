"""Calls of the API in tests: a token's client that speaks JSON."""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.choices import Role, Scope
from accounts.models import Membership, Workspace
from accounts.services.tokens import issue_token
from tests.factories import NOW, make_member

ALL_SCOPES = tuple(Scope)


class Api:
    """A client with a bearer token; paths are below /api/v1/."""

    def __init__(self, secret: str, membership: Membership) -> None:
        self.secret = secret
        self.membership = membership
        self.client = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Sends BODY as JSON; text is sent as it is."""
        data = body if isinstance(body, str | bytes) else ("" if body is None else json.dumps(body))
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            data,
            content_type="application/json",
            headers={"authorization": f"Bearer {self.secret}", **headers},
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, match: str | None = None, **headers: str) -> HttpResponse:
        return self.call("PATCH", path, body, **({"if-match": match} if match else {}), **headers)

    def delete(self, path: str, match: str | None = None) -> HttpResponse:
        return self.call("DELETE", path, **({"if-match": match} if match else {}))


def api_of(workspace: Workspace, role: Role = Role.ADMIN, scopes: Iterable[str] = ALL_SCOPES, email: str = "") -> Api:
    """The API as a member with this role, made where there is none."""
    known = Membership.objects.filter(workspace=workspace, role=role)
    member = (known.filter(user__email=email) if email else known).first()
    member = member or make_member(workspace, role, email)
    return Api(issue_token(membership=member, scopes=scopes, now=NOW)[1], member)


def words_of(answer: HttpResponse) -> tuple[int, str]:
    """Status and page of an answer, less what differs from call to call: tokens of forms and the address itself."""
    return answer.status_code, re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", answer.content.decode())
