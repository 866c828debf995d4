"""Noting what others say about the standing of an initiative."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.contexts.ratings import recorded_rating
from portfolio.forms.base import refuse
from portfolio.forms.ratings import RatingForm
from portfolio.services.errors import single_row
from portfolio.services.ratings import record_ratings
from portfolio.views.door import PageRequest, page, posted, show_form, today_of

SHOWN = 100


@page
def ratings(request: PageRequest, key: str) -> HttpResponse:
    """The ratings by others, with a form to add one."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    now = timezone.now()
    form = RatingForm(**posted(request), initial={"on": today_of(request, now)})
    if request.method == "POST" and form.is_valid():
        try:
            with single_row():
                record_ratings(actor=request.actor, initiative=initiative, now=now, rows=[form.cleaned_data])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "The rating is recorded.")
            return redirect("ratings", initiative.key)
    live = initiative.ratings.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "-id")
    past = [recorded_rating(row) for row in live[:SHOWN]]
    return show_form(request, "portfolio/ratings.html", {"form": form, "initiative": initiative, "past": past})
