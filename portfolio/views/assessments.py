"""Scoring the eight causes, and noting other changes at the same time."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.contexts.assessments import past_assessments
from portfolio.forms.assessments import AssessmentForm, EventForm
from portfolio.forms.base import refuse
from portfolio.services.assessments import record_assessment, record_event
from portfolio.views.door import PageRequest, page, posted, show_form, today_of


@page
def assess(request: PageRequest, key: str) -> HttpResponse:
    """The form for the eight causes, begun from the last assessment."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    now = timezone.now()
    past = past_assessments(initiative)
    form = AssessmentForm(
        **posted(request), scores=past[0].scores if past else {}, initial={"on": today_of(request, now)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_assessment(actor=request.actor, initiative=initiative, now=now, row=form.record())
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "The assessment is recorded. The risk is being worked out again.")
            return redirect("initiative", initiative.key)
    return show_form(request, "portfolio/assessment.html", {"form": form, "initiative": initiative, "past": past})


@page
def events(request: PageRequest, key: str) -> HttpResponse:
    """The other changes at the same time, with a form to add one."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    now = timezone.now()
    form = EventForm(**posted(request), initial={"on": today_of(request, now)})
    if request.method == "POST" and form.is_valid():
        try:
            record_event(actor=request.actor, initiative=initiative, now=now, row=form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "The event is recorded.")
            return redirect("events", initiative.key)
    past = initiative.events.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "-id")[:100]
    return show_form(request, "portfolio/events.html", {"form": form, "initiative": initiative, "past": past})
