"""Published failure rates: which there are, which count, and what switching some of them does."""

from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import require
from accounts.choices import Permission
from metrics.contexts import published_rates as context
from metrics.core.risk.published import COMPARABLE_CODES
from metrics.inputs import rates_on
from portfolio.forms.cases import ReasonForm
from portfolio.services.published_rates import can_count, choose_rates
from portfolio.views.door import PageRequest, page, posted, taken
from web.context import formats_of

UNCHANGED = "Nothing would change: these rows count already."


@page
def published_rates(request: PageRequest) -> HttpResponse:
    """The table for everyone to read; `?preview=` with `on` codes says what these would do, POST lets them count."""
    on = rates_on(request.actor.workspace, None)
    chosen, form = _asked(request), ReasonForm(**posted(request))
    refusal = "" if chosen is None else _refusal(chosen, on)
    if request.method == "POST":
        require(request.actor, Permission.ADMINISTER)
        if not refusal and taken(request, form, lambda: _choose(request, chosen or (), form)):
            messages.success(request, "Saved. The figures are being worked out again.")
            return redirect("published_rates")
    shown = context.build(request.actor, on, formats_of(request), chosen, refusal)
    status = 400 if refusal or form.errors else 200
    return render(request, "metrics/published_rates.html", {"page": shown, "form": form}, status=status)


def _asked(request: PageRequest) -> frozenset[str] | None:
    """The codes that were ticked; None where nothing was asked."""
    if request.method == "POST":
        return frozenset(request.POST.getlist("on"))
    return frozenset(request.GET.getlist("on")) if "preview" in request.GET else None


def _refusal(chosen: frozenset[str], on: frozenset[str]) -> str:
    try:
        can_count(chosen, COMPARABLE_CODES)
    except ValidationError as error:
        return " ".join(error.messages)
    return UNCHANGED if chosen == on else ""


def _choose(request: PageRequest, codes: Collection[str], form: ReasonForm) -> object:
    return choose_rates(
        actor=request.actor,
        now=timezone.now(),
        codes=codes,
        offered=COMPARABLE_CODES,
        reason=form.cleaned_data["reason"],
    )
