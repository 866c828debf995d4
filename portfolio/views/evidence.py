"""Evidence files, for members only and never shown within a page."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.access import PageRequest
from accounts.access import page as members_only
from portfolio.access import initiative_or_404
from portfolio.models import EvidenceFile
from portfolio.services.evidence import path_of


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
