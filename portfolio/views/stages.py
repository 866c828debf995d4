"""Moving an initiative to another stage."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.forms.base import refuse
from portfolio.forms.stages import StageForm
from portfolio.models import Initiative
from portfolio.services.initiatives import update_initiative
from portfolio.services.stages import change_stage
from portfolio.views.door import PageRequest, page, posted, show_form, today_of


@page
def change(request: PageRequest, key: str) -> HttpResponse:
    """The form for a stage change, above the history of changes."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    form = StageForm(**posted(request), initiative=initiative, today=today_of(request, timezone.now()))
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, initiative, form)
        except ValidationError as error:
            refuse(form, error, {"on": "effective_on"})
        else:
            messages.success(request, f"{initiative.name} is now in {initiative.get_stage_display().lower()}.")
            return redirect("initiative", initiative.key)
    history = initiative.stage_changes.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "-id")
    return show_form(request, "portfolio/stage.html", {"form": form, "initiative": initiative, "history": history})


@transaction.atomic
def _change(request: PageRequest, initiative: Initiative, form: StageForm) -> None:
    given, now = form.cleaned_data, timezone.now()
    if given.get("go_live"):
        update_initiative(actor=request.actor, initiative=initiative, now=now, changes={"go_live": given["go_live"]})
    change_stage(
        actor=request.actor,
        initiative=initiative,
        now=now,
        to=given["to"],
        effective_on=given["effective_on"],
        decision=given["decision"],
        note=given["note"],
    )
