"""The list of initiatives, as a page and as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts import lists
from metrics.exports.lists import csv_lines
from portfolio.views.door import PageRequest, page, today_of
from web.context import formats_of


@require_safe
@page
def listing(request: PageRequest) -> HttpResponse:
    """All initiatives that the filters of the URL leave; `format=csv` sends the same rows as a file."""
    query = request.GET.dict()
    if query.pop("format", "") == "csv":
        return _file(request, query)
    shown = lists.build(request.actor, query, formats_of(request), today_of(request, timezone.now()))
    return render(request, "metrics/initiatives.html", {"list": shown})


def _file(request: PageRequest, query: dict[str, str]) -> HttpResponse:
    lines = csv_lines(lists.found(request.actor, query))
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="initiatives.csv"'
    return response
