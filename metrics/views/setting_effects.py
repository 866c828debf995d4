"""Which figures rest on a setting, for whoever is about to change it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import PageRequest, page
from metrics.contexts import setting_effects as context
from web.context import formats_of


@page
def setting_effect(request: PageRequest, setting: str) -> HttpResponse:
    """Every initiative with figures that rest on the setting."""
    if setting not in context.RESTING:
        raise Http404("No such setting.")
    shown = context.build(request.actor, setting, request.GET, formats_of(request))
    return render(request, "metrics/setting_effect.html", {"page": shown})
