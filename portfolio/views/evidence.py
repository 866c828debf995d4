"""Evidence files: listed and sent on a page, given to members alone and never shown within a page."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import page as members_only
from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.contexts.evidence import evidence_page
from portfolio.forms.evidence import EvidenceForm
from portfolio.models import EvidenceFile, Initiative
from portfolio.services.evidence import path_of, store_evidence
from portfolio.views.door import PageRequest, page, posted, show_form, taken
from web.context import formats_of


@page
def files(request: PageRequest, key: str) -> HttpResponse:
    """What is kept, and the form that sends another file."""
    initiative = initiative_or_404(request.actor, key)
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_MONEY)
    form = EvidenceForm(**posted(request))
    if taken(request, form, lambda: keep(request, initiative, form)):
        messages.success(request, "The file is kept. Name it when a benefit is confirmed.")
        return redirect("evidence_files", initiative.key)
    shown = evidence_page(request.actor, initiative, request.GET, formats_of(request))
    return show_form(request, "portfolio/evidence.html", {"form": form, "initiative": initiative, "shown": shown})


def keep(request: PageRequest, initiative: Initiative, form: EvidenceForm) -> EvidenceFile:
    """Keeps the file that a form was sent with. Raises ValidationError, Forbidden as the service does."""
    sent = form.cleaned_data["file"]
    return store_evidence(
        actor=request.actor, initiative=initiative, now=timezone.now(), name=sent.name, content=sent.read()
    )


@require_safe
@members_only
def download(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """The file as a download."""
    initiative = initiative_or_404(request.actor, key)
    row = EvidenceFile.objects.filter(initiative=initiative, pk=pk).first() if pk < 2**63 else None
    if row is None or not path_of(row.sha256).is_file():
        raise Http404("No such file.")
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=row.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(path_of(row.sha256).read_bytes(), content_type=row.content_type, headers=headers)
