"""The list of initiatives, as a page and as a file."""

from collections.abc import Iterable

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts import lists
from metrics.exports.lists import csv_lines
from metrics.views.past import past_totals_of
from portfolio.views.door import PageRequest, page
from web.context import formats_of

COME_BACK = 202


@require_safe
@page
def listing(request: PageRequest) -> HttpResponseBase:
    """All initiatives that the filters of the URL leave; `format=csv` sends the same rows as a file.

    While the totals of a past day are being worked out there is no file of it: the page says so.
    """
    query = {**request.GET.dict(), "columns": ",".join(request.GET.getlist("columns"))}
    wants_file = query.pop("format", "") == "csv"
    past = past_totals_of(request, timezone.now())
    query["as_of"] = past.day.isoformat() if past else ""
    is_waiting = past is not None and past.shown.totals is None
    if wants_file and not is_waiting:
        columns, rows = lists.every_entry(request.actor, query, timezone.now, past)
        return _file(csv_lines(columns, rows), query["as_of"])
    shown = lists.build(request.actor, query, formats_of(request), timezone.now, past)
    status = COME_BACK if wants_file else 200
    return render(request, "metrics/initiatives.html", {"list": shown}, status=status)


def _file(lines: Iterable[str], day: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"initiatives-{day}" if day else "initiatives"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
