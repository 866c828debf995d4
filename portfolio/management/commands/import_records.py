"""import_records KIND FILE --workspace SLUG: load a file, all of it or nothing."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Workspace
from portfolio.importing.parse.profile import Profile, ProfileRefused, load_profile
from portfolio.importing.parse.schema import Kind
from portfolio.services.import_jobs import import_now
from portfolio.services.imports import ImportReport, as_json

SHOWN = 20
WRONG_USAGE = 2


class Command(BaseCommand):
    """Exit code 0: loaded (or, with --dry-run, would load). 1: refused, nothing written. 2: wrong usage."""

    help = "Loads a CSV or XLSX file into a workspace; the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the contract."""
        parser.add_argument("kind", choices=[kind.value for kind in Kind], metavar="KIND", help=", ".join(Kind))
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX file")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--profile", default="", metavar="NAME or FILE.toml", help="how the file's columns map")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would happen")
        parser.add_argument("--accept-valid", action="store_true", help="load the good rows, leave the faulty ones")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, **options: Any) -> None:
        """Import, print, and set the exit code."""
        report = import_now(
            actor=Actor.system(_workspace(options["workspace"])),
            now=timezone.now(),
            kind=Kind(options["kind"]),
            data=_bytes(options["file"]),
            filename=options["file"].name,
            profile=_profile(options["profile"]),
            write=not options["dry_run"],
            accept_valid=options["accept_valid"],
        )
        self.stdout.write(json.dumps(as_json(report), ensure_ascii=False) if options["json"] else _summary(report))
        refused = bool(report.rejections) and not (options["accept_valid"] and report.rows)
        if refused:
            raise CommandError(_reasons(report), returncode=1)


def _workspace(slug: str) -> Workspace:
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"There is no workspace “{slug}”.")
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"The file cannot be read: {error}", returncode=WRONG_USAGE) from None


def _profile(name: str) -> Profile:
    try:
        return load_profile(name)
    except ProfileRefused as refusal:
        raise CommandError(str(refusal), returncode=WRONG_USAGE) from None


def _summary(report: ImportReport) -> str:
    counts = ("rows", "created", "updated", "unchanged", "rejected", "skipped")
    lines = [", ".join(f"{name} {getattr(report, name)}" for name in counts)]
    lines[0] += (
        f", warnings {len(report.warnings)}; {report.seconds} s; {'written' if report.applied else 'not written'}"
    )
    lines += [f"warning: {issue}" for issue in report.warnings[:SHOWN]]
    if len(report.warnings) > SHOWN:
        lines.append(f"… and {len(report.warnings) - SHOWN} more warnings (all of them with --json)")
    return "\n".join(lines)


def _reasons(report: ImportReport) -> str:
    shown = [str(issue) for issue in report.rejections[:SHOWN]]
    rest = len(report.rejections) - len(shown)
    return "\n".join(["Refused, nothing was written:", *shown, *([f"… and {rest} more"] if rest else [])])
