"""risk_backtest: what the failure-risk model is worth, on a workspace's own history or on a file of labels."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import Workspace
from metrics.contexts.backtest_report import labels_json, labels_lines, record_lines
from metrics.core.risk.holdouts import hold_out
from metrics.core.risk.labels import Label, LabelsRefused, labels_of
from metrics.core.risk.published import PUBLISHED_RATES, pool, pool_of
from metrics.core.risk.stored_record import record_json
from metrics.inputs import A_MOMENT, histories_of, rates_on, today
from metrics.services.risk_fits import record_on
from portfolio.importing.parse.errors import FileRefused
from portfolio.importing.parse.table import Table, read_table

WRONG_USAGE = 2


class Command(BaseCommand):
    """Exit code 0: tested. 1: refused, with the reasons. 2: wrong usage, or the file cannot be read."""

    help = "Test the failure-risk model: on a workspace's own history, or on a file of labels, beside the base rate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--workspace", metavar="SLUG", help="test on the history of a workspace")
        source.add_argument("--labels", type=Path, metavar="FILE", help="CSV or XLSX file of states and outcomes")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Test and print."""
        answer, lines = _of_labels(options["labels"]) if options["labels"] else _of_workspace(options["workspace"])
        self.stdout.write(json.dumps(answer, cls=DjangoJSONEncoder) if options["json"] else "\n".join(lines))


def _of_workspace(slug: str) -> tuple[dict[str, Any], list[str]]:
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        raise CommandError(f"There is no workspace {slug!r}.")
    now = timezone.now()
    day = today(workspace, now)
    histories = histories_of(workspace, day, now + A_MOMENT)
    record = record_on(workspace, histories, pool_of(rates_on(workspace, None)), day)
    return {"workspace": slug, "as_of": day, "record": record_json(record)}, record_lines(record)


def _of_labels(path: Path) -> tuple[dict[str, Any], list[str]]:
    labels = _labels(path)
    tests = hold_out(labels, pool(PUBLISHED_RATES))
    return {"file": path.name, **labels_json(labels, tests)}, labels_lines(labels, tests)


def _labels(path: Path) -> list[Label]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error}", returncode=WRONG_USAGE) from None
    try:
        table = _whole(read_table(data, path.name))
        return labels_of(table.headers, [(row.line, row.cells) for row in table.rows])
    except (FileRefused, LabelsRefused) as refusal:
        raise CommandError(str(refusal)) from None


def _whole(table: Table) -> Table:
    """The table, where every row fits its header."""
    if table.ragged:
        raise LabelsRefused([f"Row {row.line}: {reason}" for row, reason in table.ragged])
    return table
