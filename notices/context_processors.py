"""What every page is told about alerts: how many are open, for the navigation."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from notices.contexts.decisions import open_count
from portfolio.services.versions import today


def badge(request: HttpRequest) -> dict[str, Any]:
    """The number of open alerts, counted only where a page prints it."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {"open_alerts": SimpleLazyObject(partial(open_count, actor, today(actor.workspace, timezone.now())))}
