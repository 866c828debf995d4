"""Loads the made-up sample portfolio."""

import json
import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from config.sample import history, load, sign_in

PASSWORD_BYTES = 12


class Command(BaseCommand):
    """A workspace of an invented insurer: people, 12 initiatives and three years of records, all made up."""

    help = "Loads the made-up sample portfolio into a workspace of its own; does nothing when it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How the password comes in and the answer out."""
        parser.add_argument("--password-stdin", action="store_true", help="read the password of its people from stdin")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Records the sample, computes its figures and prints its sign-in."""
        workspace = load.existing()
        if workspace is not None:
            answer = {"workspace": workspace.slug, "loaded": False, "email": load.sign_in()}
            return self.answer(answer, f"The sample is there already: {workspace.name}.", options)
        password = self.password(options)
        sign_in.keep(settings.DATA_DIR, load.sign_in(), password)
        workspace = history.load_with_figures(now=timezone.now(), password=password)
        answer = {"workspace": workspace.slug, "loaded": True, "email": load.sign_in(), "password": password}
        text = f"{workspace.name} is loaded; all of it is made up.\nSign in: {load.sign_in()}  password {password}"
        return self.answer(answer, text, options)

    def password(self, options: dict[str, Any]) -> str:
        """The password from stdin, or a new random one."""
        return sys.stdin.readline().rstrip("\n") if options["password_stdin"] else secrets.token_urlsafe(PASSWORD_BYTES)

    def answer(self, answer: dict[str, Any], text: str, options: dict[str, Any]) -> None:
        """Prints the result for a program or for a person."""
        self.stdout.write(json.dumps(answer) if options["json"] else text)
