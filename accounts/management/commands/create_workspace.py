"""create_workspace: a workspace with its administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.management.commands._answers import add_common, as_json, described, link, password_of, refusals
from accounts.services.people import create_workspace


class Command(BaseCommand):
    """Makes a workspace and its first administrator, who gets the weekly digest."""

    help = "Make a workspace and its first administrator, who gets the weekly digest unless switched off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("slug", help="short name: small letters, digits and hyphens")
        parser.add_argument("--name", required=True)
        parser.add_argument("--currency", required=True, help="three letters, such as EUR")
        parser.add_argument("--owner", required=True, metavar="MAIL", help="mail address of the administrator")
        parser.add_argument("--timezone", default="UTC", help="such as Europe/Berlin (default: UTC)")
        parser.add_argument("--fiscal-year-start", type=int, default=1, metavar="MONTH", help="1 to 12 (default: 1)")
        add_common(parser, password=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints the invitation link unless a password was given."""
        with refusals():
            joined = create_workspace(
                now=timezone.now(),
                slug=options["slug"],
                name=options["name"],
                currency=options["currency"],
                owner=options["owner"],
                password=password_of(options),
                time_zone=options["timezone"],
                fiscal_year_start=options["fiscal_year_start"],
            )
        if options["json"]:
            self.stdout.write(as_json(described(joined.membership, joined.invitation)))
            return
        self.stderr.write(f"Workspace {options['slug']} is ready; {joined.membership.user.email} administers it.")
        if joined.invitation:
            self.stdout.write(link(joined.invitation))
