"""create_workspace, create_user, create_token: output and exit codes."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Membership, Workspace
from accounts.services.tokens import find_token

ROOT = Path(__file__).resolve().parents[2]
ACME = ("create_workspace", "acme", "--name", "Acme", "--currency", "EUR", "--owner", "ana@acme.example")
pytestmark = pytest.mark.django_db


def run(*arguments: str, password: str | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    if password is not None and monkeypatch is not None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return found


def test_create_workspace_prints_an_invitation_that_works(client: Client) -> None:
    link = run(*ACME, "--timezone", "Europe/Berlin", "--fiscal-year-start", "4").strip()
    joined = client.post(link.removeprefix("http://localhost:8000"), {"name": "Ana", "password": "a wholly new one"})
    workspace = Workspace.objects.get(slug="acme")
    assert (workspace.time_zone, workspace.fiscal_year_start, joined.status_code) == ("Europe/Berlin", 4, 302)
    assert Membership.objects.get(workspace=workspace).role == "admin"


def test_a_password_from_standard_input_needs_no_invitation(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = run(*ACME, "--password-stdin", password="a wholly new one", monkeypatch=monkeypatch)
    assert printed == ""
    assert Membership.objects.get().user.check_password("a wholly new one")


@pytest.mark.parametrize(
    "arguments",
    [
        ("create_workspace", "Acme!", "--name", "A", "--currency", "EUR", "--owner", "a@acme.example"),
        ("create_workspace", "b", "--name", "A", "--currency", "EURO", "--owner", "a@acme.example"),
        ("create_workspace", "b", "--name", "A", "--currency", "QQQ", "--owner", "a@acme.example"),
        ("create_workspace", "b", "--name", "A", "--currency", "EUR", "--owner", "no mail"),
        ("create_workspace", "b", "--name", "A", "--currency", "EUR", "--owner", "a@b.c", "--timezone", "Mars"),
        ("create_workspace", "b", "--name", "A", "--currency", "EUR", "--owner", "a@b.c", "--fiscal-year-start", "13"),
        ACME,
        ("create_user", "ana@acme.example", "--workspace", "acme", "--role", "finance"),
        ("create_user", "b@acme.example", "--workspace", "none", "--role", "finance"),
        ("create_token", "--workspace", "acme", "--user", "nobody@acme.example", "--scopes", "read"),
        ("create_token", "--workspace", "acme", "--user", "ana@acme.example", "--scopes", "fly"),
        ("create_token", "--workspace", "acme", "--user", "ana@acme.example", "--scopes", "read", "--expires", "0"),
    ],
)
def test_refused_input_changes_nothing(arguments: tuple[str, ...]) -> None:
    run(*ACME)
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert refusal.value.returncode == 1
    assert (Workspace.objects.count(), Membership.objects.count(), ApiToken.objects.count()) == (1, 1, 0)


def test_a_weak_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="password"):
        run(*ACME, "--password-stdin", password="short", monkeypatch=monkeypatch)
    assert Workspace.objects.count() == 0


def test_create_user_adds_a_member(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*ACME)
    answer = as_json("create_user", "Fin@Acme.example", "--workspace", "acme", "--role", "finance")
    assert (answer["user"], answer["role"]) == ("fin@acme.example", "finance")
    assert answer["invitation"].startswith("http://localhost:8000/invitations/")


def test_somebody_with_a_password_needs_no_invitation_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*ACME, "--password-stdin", password="a wholly new one", monkeypatch=monkeypatch)
    second = as_json("create_workspace", "beta", "--name", "B", "--currency", "USD", "--owner", "ana@acme.example")
    assert second["invitation"] is None
    assert Membership.objects.filter(user__email="ana@acme.example", is_active=True).count() == 2


def test_create_token_prints_the_token_alone() -> None:
    run(*ACME)
    secret = run("create_token", "--workspace", "acme", "--user", "Ana@acme.example", "--scopes", "read,write")
    token = find_token(secret=secret.rstrip("\n"), now=timezone.now())
    assert token is not None
    assert (token.scopes, secret.count("\n")) == (["read", "write"], 1)


def test_create_token_as_json_tells_scopes_and_expiry() -> None:
    run(*ACME)
    answer = as_json(
        "create_token", "--workspace", "acme", "--user", "ana@acme.example", "--scopes", "read", "--expires", "7"
    )
    assert (set(answer), answer["scopes"]) == ({"token", "scopes", "expires_at"}, ["read"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["create_user"], 2),
        (["create_user", "a@b.example", "--workspace", "acme", "--role", "king"], 2),
        (["create_token", "--workspace", "acme"], 2),
        (["create_workspace", "--help"], 0),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ, capture_output=True, timeout=60
    )
    assert done.returncode == code
