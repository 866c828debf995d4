"""The alerts page, and what people answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from notices.access import open_alert_or_404, require_answer
from notices.contexts import alerts
from notices.forms import SnoozeForm
from notices.services.alerts import acknowledge, answer_again, choose, snooze
from portfolio.forms.base import refuse
from portfolio.views.door import PageRequest, page, today_of
from web.context import formats_of
from web.undo import offer


@require_safe
@page
def inbox(request: PageRequest) -> HttpResponse:
    """What has gone wrong, and what waits to be chosen."""
    shown = alerts.build(request.actor, formats_of(request), today_of(request, timezone.now()))
    return render(request, "notices/alerts.html", {"inbox": shown})


@require_POST
@page
def choose_held(request: PageRequest) -> HttpResponse:
    """Opens all that the first look found, or only the ticked ones."""
    ticked = {int(pk) for pk in request.POST.getlist("keep") if pk.isdecimal() and len(pk) < 19}
    opened = choose(actor=request.actor, keep=None if "all" in request.POST else ticked, now=timezone.now())
    messages.success(request, f"{opened} alert{'s' * (opened != 1)} opened.")
    return redirect("alerts")


@require_POST
@page
def acknowledge_alert(request: PageRequest, pk: int) -> HttpResponse:
    """The actor is on it."""
    acknowledge(actor=request.actor, alert=open_alert_or_404(request.actor, pk), now=timezone.now())
    offer(request, "Acknowledged. The alert stays until its condition ends.", reverse("undo_answer", args=[pk]))
    return redirect("alerts")


@require_POST
@page
def undo_answer(request: PageRequest, pk: int) -> HttpResponse:
    """Takes the actor's own answer back."""
    answer_again(actor=request.actor, alert=open_alert_or_404(request.actor, pk))
    messages.success(request, "Undone: the alert waits for an answer again.")
    return redirect("alerts")


@page
def snooze_alert(request: PageRequest, pk: int) -> HttpResponse:
    """A form that puts an alert aside until a day."""
    alert, now = open_alert_or_404(request.actor, pk), timezone.now()
    require_answer(request.actor, alert)
    form = SnoozeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            snooze(actor=request.actor, alert=alert, now=now, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            words = "Snoozed. It comes back when the day has passed."
            offer(request, words, reverse("undo_answer", args=[pk]))
            return redirect("alerts")
    row = alerts.row_of(alert, request.actor, formats_of(request), today_of(request, now))
    status = 400 if form.errors else 200
    return render(request, "notices/snooze.html", {"form": form, "row": row}, status=status)
