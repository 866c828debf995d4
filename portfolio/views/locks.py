"""Closing periods and reopening them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import may, require
from accounts.choices import Permission
from portfolio.access import fact_or_404
from portfolio.forms.base import refuse
from portfolio.forms.cases import LockForm, ReasonForm
from portfolio.models import PeriodLock
from portfolio.services.locks import lock_period, reopen_period
from portfolio.views.door import PageRequest, page, posted, show_form


@page
def locks(request: PageRequest) -> HttpResponse:
    """What is closed, by whom, and the form that closes more."""
    form = LockForm(**posted(request))
    if request.method == "POST":
        require(request.actor, Permission.CONFIRM)
        if form.is_valid():
            try:
                lock_period(actor=request.actor, now=timezone.now(), **form.cleaned_data)
            except ValidationError as error:
                refuse(form, error)
            else:
                messages.success(request, "Closed. Facts dated in that period are refused from now on.")
                return redirect("period_locks")
    rows = PeriodLock.objects.filter(workspace=request.actor.workspace).select_related("recorded_by", "superseded_by")
    shown = {"form": form, "locks": rows.order_by("-pk"), "may_confirm": may(request.actor, Permission.CONFIRM)}
    return show_form(request, "portfolio/period_locks.html", shown)


@page
def reopen(request: PageRequest, pk: int) -> HttpResponse:
    """Opens the last closed period again, with a reason."""
    lock = fact_or_404(request.actor, PeriodLock, pk)
    require(request.actor, Permission.CONFIRM)
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            reopen_period(actor=request.actor, lock=lock, now=timezone.now(), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Reopened. Close it again when you are done.")
            return redirect("period_locks")
    return show_form(request, "portfolio/period_reopen.html", {"form": form, "lock": lock})
