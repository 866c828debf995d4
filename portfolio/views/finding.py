"""Find: one box for initiatives, pages and what can be done, as a page and as the list under the box."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from portfolio.contexts.finding import finds
from portfolio.views.door import PageRequest, page
from web.context import every_page
from web.views import FRAGMENT


@require_safe
@vary_on_headers(FRAGMENT)
@page
def find(request: PageRequest) -> HttpResponse:
    """What the words in `q` find; the bare list for a script that shows it under the box."""
    found = finds(request.actor, request.GET.get("q", ""), every_page(request))
    template = "portfolio/_finds.html" if FRAGMENT in request.headers else "portfolio/find.html"
    return render(request, template, {"finds": found})
