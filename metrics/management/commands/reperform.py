"""reperform: works a stored snapshot out again and compares."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import TOTALS_MARK
from metrics.services.reperform import Reperformed, reperform, reperform_totals


class Command(BaseCommand):
    """Computes a snapshot again from the facts known then; exit 1 where a figure differs."""

    help = "Compute a stored snapshot again from the facts known then and compare, figure by figure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("snapshot", metavar="SNAPSHOT_ID", help="an id such as 12; totals begin with a p: p3")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints what differs."""
        found = _reperformed(options["snapshot"])
        if options["json"]:
            differences = [asdict(row) for row in found.differences]
            answer = {"snapshot": options["snapshot"], "compared": found.compared, "holds": found.holds}
            self.stdout.write(json.dumps({**answer, "differences": differences, "note": found.note}))
        else:
            for row in found.differences:
                self.stdout.write(f"{row.figure}: said {row.stored}, comes out {row.again}")
            self.stdout.write(
                f"{found.compared} values compared, {len(found.differences)} differ. {found.note}".strip()
            )
        if not found.holds:
            raise SystemExit(1)


def _reperformed(name: str) -> Reperformed:
    number = name.removeprefix(TOTALS_MARK)
    if not (number.isascii() and number.isdigit()):
        raise CommandError(f"{name!r} is no snapshot's id. Give a number, or p and a number for totals.")
    if name.startswith(TOTALS_MARK):
        totals = PortfolioSnapshot.objects.filter(pk=number).select_related("workspace").first()
        if totals is not None:
            return reperform_totals(totals)
    else:
        snapshot = Snapshot.objects.filter(pk=number).select_related("workspace").first()
        if snapshot is not None:
            return reperform(snapshot)
    raise CommandError(f"There is no snapshot {name}.")
