"""Loads a large made-up portfolio for measuring."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Workspace
from accounts.services.people import create_workspace
from config.sample import synthetic


class Command(BaseCommand):
    """The same kinds of facts as a real portfolio, drawn from a seed; nothing is computed yet."""

    help = "Loads a large made-up portfolio for measuring; run recompute afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Size, seed and place."""
        parser.add_argument("--initiatives", type=int, required=True, help="how many initiatives")
        parser.add_argument("--months", type=int, default=36, help="months of history of each")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same figures")
        parser.add_argument("--workspace", default="synthetic", help="slug; made when there is none")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads, or refuses a workspace that holds initiatives already."""
        if options["initiatives"] < 1 or options["months"] < 1:
            raise CommandError("Give at least one initiative and one month.", returncode=2)
        workspace = self.workspace(options["workspace"])
        if workspace.initiatives.exists():
            raise CommandError(f"{workspace.slug} holds initiatives already; name another --workspace.")
        started = time.monotonic()
        size = {name: options[name] for name in ("initiatives", "months", "seed")}
        rows = synthetic.load(workspace=workspace, now=timezone.now(), **size)
        answer = {"workspace": workspace.slug, "rows": rows, "seconds": round(time.monotonic() - started, 2)}
        self.stdout.write(json.dumps(answer) if options["json"] else self.text(answer))

    def workspace(self, slug: str) -> Workspace:
        """The named workspace, marked as made up when it is new."""
        found = Workspace.objects.filter(slug=slug).first()
        if found is not None:
            return found
        owner = f"admin@{slug}.hurdle.local"
        joined = create_workspace(now=timezone.now(), slug=slug, name=f"{slug} (made up)", currency="EUR", owner=owner)
        workspace = joined.membership.workspace
        workspace.is_sample = True
        workspace.save(update_fields=["is_sample"])
        return workspace

    def text(self, answer: dict[str, Any]) -> str:
        """The answer for a person."""
        rows = ", ".join(f"{count} {name}" for name, count in answer["rows"].items())
        return f"{answer['workspace']}: {rows} in {answer['seconds']} s; all of it is made up."
