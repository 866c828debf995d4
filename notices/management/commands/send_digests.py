"""Sends the digests that are due."""

import json
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from notices.models import Delivery
from notices.tasks import queue_due, send_all
from portfolio.models import WorkState


def instant(text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a time; write it as 2026-11-23T07:00+01:00") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    """Sends the digests that are due, and mails that still wait."""

    help = "Sends the weekly digests that are due, and mails that still wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("--now", type=instant, help="act as if it were this time (ISO 8601)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent; write and send nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Queues, sends, and says what happened."""
        now = options["now"] or timezone.now()
        result = _would_send(now) if options["dry_run"] else _send(now)
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for digest in result["digests"]:
            self.stdout.write(f"{digest['to']} ({digest['workspace']}): {digest['subject']}")
        verb = "would be sent" if options["dry_run"] else f"due, {result['sent']} mails sent"
        self.stdout.write(f"{len(result['digests'])} digests {verb}.")
        for problem in result["problems"]:
            self.stderr.write(problem)


def _would_send(now: datetime) -> dict[str, Any]:
    with transaction.atomic():
        queued = queue_due(now)
        transaction.set_rollback(True)
    return {"digests": [_shown(delivery) for delivery in queued], "sent": 0, "problems": []}


def _send(now: datetime) -> dict[str, Any]:
    queued = queue_due(now)
    sent = send_all(lambda: now)
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in queued]).exclude(state=WorkState.DONE)
    problems = [f"{row.to}: {row.error}" for row in rows]
    return {"digests": [_shown(delivery) for delivery in queued], "sent": sent, "problems": problems}


def _shown(delivery: Delivery) -> dict[str, str]:
    return {"to": delivery.to, "workspace": delivery.workspace.slug, "subject": delivery.subject}
