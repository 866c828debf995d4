"""create_user: a person with a role in a workspace."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.choices import Role
from accounts.management.commands._answers import (
    add_common,
    as_json,
    described,
    link,
    password_of,
    refusals,
    workspace_of,
)
from accounts.services.people import add_person


class Command(BaseCommand):
    """Makes somebody a member of a workspace."""

    help = "Make somebody a member of a workspace; without a password, print an invitation link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("mail")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        add_common(parser, password=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the invitation link unless the person has a password."""
        workspace = workspace_of(options["workspace"])
        with refusals():
            joined = add_person(
                now=timezone.now(),
                workspace=workspace,
                email=options["mail"],
                role=options["role"],
                password=password_of(options),
            )
        if options["json"]:
            self.stdout.write(as_json(described(joined.membership, joined.invitation)))
            return
        self.stderr.write(f"{joined.membership.user.email} is {joined.membership.role} in {workspace.slug}.")
        if joined.invitation:
            self.stdout.write(link(joined.invitation))
