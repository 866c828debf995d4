"""The audit trail: who changed what, when, from what to what and why."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import PageRequest, page, require
from accounts.choices import Permission
from portfolio.contexts import audit as shown
from portfolio.exports import audit_lines
from portfolio.trail import listed
from web.context import formats_of


@require_safe
@page
def audit(request: PageRequest) -> HttpResponse:
    """The list that the address asks for; `format=csv` sends all of its entries as a file."""
    require(request.actor, Permission.READ_AUDIT)
    query = request.GET.dict()
    if query.pop("format", "") == "csv":
        return _file(request, query)  # type: ignore[return-value]
    return render(request, "portfolio/audit.html", {"audit": shown.build(request.actor, query, formats_of(request))})


def _file(request: PageRequest, query: dict[str, str]) -> HttpResponseBase:
    filters, _ = shown.asked(query, listed.choices(request.actor))
    formats = formats_of(request)
    wanted = listed.narrowed(request.actor, filters, formats)
    lines: Iterator[str] = audit_lines(listed.every(wanted, formats) if wanted else [])
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
