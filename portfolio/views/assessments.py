"""Scoring the eight causes, and noting other changes at the same time."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.contexts.assessments import assessment_page, assessments_of, latest_of, rubric_shown
from portfolio.exports import assessments_csv
from portfolio.forms.assessments import AssessmentForm, EventForm
from portfolio.rubric import HOW_TO_CHOOSE
from portfolio.services.assessments import record_assessment, record_event
from portfolio.views.door import PageRequest, downloaded, page, posted, show_form, taken, today_of
from web.context import formats_of


@page
def assess(request: PageRequest, key: str) -> HttpResponse:
    """The form for the eight causes, begun from the latest score of each."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    now = timezone.now()
    today, rows = today_of(request, now), assessments_of(initiative)
    latest = latest_of(rows)
    form = AssessmentForm(**posted(request), scores=latest.scores, evidence=latest.evidence, initial={"on": today})
    if taken(
        request,
        form,
        lambda: record_assessment(actor=request.actor, initiative=initiative, now=now, row=form.record()),
    ):
        messages.success(request, "The assessment is recorded. The risk is being worked out again.")
        return redirect("initiative", initiative.key)
    made_on = today_of(request, initiative.created_at)
    shown = assessment_page(initiative, form, rows, made_on=made_on, today=today, formats=formats_of(request))
    return show_form(request, "portfolio/assessment.html", {"form": form, "initiative": initiative, "shown": shown})


@page
def csv(request: PageRequest, key: str) -> HttpResponse:
    """Every score with its evidence as a file."""
    initiative = initiative_or_404(request.actor, key)
    return downloaded(assessments_csv(initiative), f"{initiative.key}-assessments.csv")


@page
def rubric(request: PageRequest) -> HttpResponse:
    """What the five levels of each cause mean."""
    return render(request, "portfolio/rubric.html", {"rubric": rubric_shown(formats_of(request)), "how": HOW_TO_CHOOSE})


@page
def events(request: PageRequest, key: str) -> HttpResponse:
    """The other changes at the same time, with a form to add one."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    now = timezone.now()
    form = EventForm(**posted(request), initial={"on": today_of(request, now)})
    if taken(
        request,
        form,
        lambda: record_event(actor=request.actor, initiative=initiative, now=now, row=form.cleaned_data),
    ):
        messages.success(request, "The event is recorded.")
        return redirect("events", initiative.key)
    past = initiative.events.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "-id")[:100]
    return show_form(request, "portfolio/events.html", {"form": form, "initiative": initiative, "past": past})
