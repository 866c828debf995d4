"""The evidence files of an initiative, and the benefits that rest on each."""

from collections import defaultdict
from dataclasses import dataclass

from django.http import QueryDict

from accounts.access import Actor
from accounts.choices import Permission
from portfolio.access import may_write
from portfolio.contexts.pages import Pager, listed
from portfolio.models import BenefitLine, EvidenceFile, Initiative
from web.formats import Form, Formats


@dataclass(frozen=True)
class EvidencePage:
    """Files, the one sent last first, each with the benefits it proves in words."""

    rows: tuple[tuple[EvidenceFile, tuple[str, ...]], ...]
    pager: Pager
    may_write: bool


def evidence_page(actor: Actor, initiative: Initiative, query: QueryDict, formats: Formats) -> EvidencePage:
    """One page of files; three queries however many there are."""
    files = listed(initiative.evidence_files.select_related("uploaded_by"), query, "page", "files")
    proves: dict[int | None, list[str]] = defaultdict(list)
    for line in BenefitLine.objects.live().filter(evidence_file__in=files.rows).order_by("on", "pk"):
        amount = formats.money(line.amount, line.currency, Form.EXACT)
        proves[line.evidence_file_id].append(f"{amount}, {formats.day(line.on)}")
    return EvidencePage(
        rows=tuple((file, tuple(proves[file.pk])) for file in files.rows),
        pager=files.pager,
        may_write=may_write(actor, initiative, Permission.WRITE_MONEY),
    )
