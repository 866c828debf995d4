"""One initiative."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from metrics.contexts import initiative as context
from metrics.contexts.freshness import freshness_of
from metrics.selectors import current_of
from metrics.views.past import past_of
from portfolio.access import initiative_or_404
from portfolio.views.door import PageRequest, page, today_of
from web.context import formats_of

NOTHING_NEW = 204


@require_safe
@page
def detail(request: PageRequest, key: str) -> HttpResponse:
    """The page of one initiative."""
    initiative = initiative_or_404(request.actor, key)
    today = today_of(request, timezone.now())
    shown = context.build(request.actor, initiative, formats_of(request), today, past_of(request, initiative))
    return render(request, "metrics/initiative.html", {"page": shown})


@require_safe
@page
def refresh(request: PageRequest, key: str) -> HttpResponse:
    """What the page asks while a refresh waits: nothing new yet, or a line that makes it load again."""
    initiative = initiative_or_404(request.actor, key)
    freshness = freshness_of(current_of(initiative), initiative, formats_of(request))
    if freshness.waits:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "metrics/_refreshed.html", {"freshness": freshness})
