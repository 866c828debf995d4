"""How the commands about people read a password and answer."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.models import Membership, Workspace


def add_common(parser: ArgumentParser, *, password: bool = False) -> None:
    """--json and, where asked for, --password-stdin."""
    parser.add_argument("--json", action="store_true", help="print one JSON document on stdout and nothing else there")
    if password:
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def password_of(options: dict[str, Any]) -> str | None:
    """The first line of standard input where a password was announced."""
    return sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None


def workspace_of(slug: str) -> Workspace:
    """The workspace, or exit code 1."""
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no workspace {slug!r}.")
    return found


def link(secret: str) -> str:
    """The address of an invitation."""
    return f"{settings.BASE_URL}/invitations/{secret}/"


def described(membership: Membership, invitation: str | None) -> dict[str, Any]:
    """What the JSON document says of a new membership."""
    return {
        "workspace": membership.workspace.slug,
        "user": membership.user.email,
        "role": membership.role,
        "invitation": None if invitation is None else link(invitation),
    }


def as_json(document: dict[str, Any]) -> str:
    """One JSON document."""
    return json.dumps(document, ensure_ascii=False)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns refused input into exit code 1 with the reasons on stderr."""
    try:
        yield
    except ValidationError as error:
        raise CommandError("\n".join(_reasons(error))) from error


def _reasons(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    return [f"{field}: {message}" for field, messages in error.message_dict.items() for message in messages]
