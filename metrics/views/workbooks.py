"""Workbooks to download."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from metrics.exports.portfolio_workbook import portfolio_workbook
from metrics.exports.workbook import initiative_workbook
from metrics.models import Snapshot
from metrics.selectors import current_of, current_totals
from metrics.services.payload import part_from
from portfolio.access import initiative_or_404
from portfolio.views.door import PageRequest, page

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 500


@require_safe
@page
def of_initiative(request: PageRequest, key: str) -> HttpResponse:
    """The finance workbook of one initiative."""
    initiative = initiative_or_404(request.actor, key)
    pointer = current_of(initiative)
    if pointer is None:
        raise Http404("Its figures are still being worked out.")
    pointer.snapshot.initiative = initiative
    return _file(initiative_workbook(pointer.snapshot), f"{initiative.key}.xlsx")


@require_safe
@page
def of_portfolio(request: PageRequest) -> HttpResponse:
    """The finance workbook of the whole workspace."""
    pointer = current_totals(request.actor.workspace)
    if pointer is None:
        raise Http404("The totals are still being worked out.")
    rows = Snapshot.objects.filter(pk__in=pointer.snapshot.members).order_by("pk")
    named = rows.values_list("initiative__key", "initiative__name", "parts").iterator(chunk_size=BATCH)
    members = ((key, name, part_from(parts)) for key, name, parts in named)
    return _file(portfolio_workbook(pointer.snapshot, members), f"{request.actor.workspace.slug}-portfolio.xlsx")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
