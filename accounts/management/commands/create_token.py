"""create_token: an API token, shown once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.management.commands._answers import add_common, as_json, refusals, workspace_of
from accounts.models import Membership
from accounts.services.tokens import issue_token


class Command(BaseCommand):
    """Issues a token that acts as a member, narrowed by its scopes."""

    help = "Issue an API token for a member and print it alone on stdout; it is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--user", required=True, metavar="MAIL")
        parser.add_argument("--scopes", required=True, help="comma-separated: read, write, confirm, admin")
        parser.add_argument("--expires", type=int, metavar="DAYS", help="days until it expires (default: never)")
        parser.add_argument("--name", default="", help="what it is for")
        add_common(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the token."""
        workspace = workspace_of(options["workspace"])
        members = Membership.objects.filter(workspace=workspace, is_active=True, user__is_active=True)
        membership = members.filter(user__email=options["user"].strip().lower()).first()
        if membership is None:
            raise CommandError(f"{options['user']} is no active member of {workspace.slug}.")
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        with refusals():
            token, secret = issue_token(
                membership=membership,
                scopes=scopes,
                now=timezone.now(),
                name=options["name"],
                days=options["expires"],
            )
        if options["json"]:
            expires = token.expires_at.isoformat() if token.expires_at else None
            self.stdout.write(as_json({"token": secret, "scopes": token.scopes, "expires_at": expires}))
            return
        self.stdout.write(secret)
