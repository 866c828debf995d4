"""Recording, changing, archiving and restoring an initiative."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Forbidden, may
from accounts.choices import Permission
from portfolio.access import archived_or_404, initiative_or_404, may_write, require_write
from portfolio.contexts import suggestions
from portfolio.contexts.duplicates import like
from portfolio.contexts.first_steps import first_steps
from portfolio.forms import templates
from portfolio.forms.base import refuse
from portfolio.forms.initiatives import InitiativeForm, recorded
from portfolio.models import Initiative
from portfolio.services.errors import RowErrors
from portfolio.services.initiatives import (
    archive_initiative,
    create_initiative,
    restore_initiative,
    update_initiative,
)
from portfolio.services.stages import change_stage
from portfolio.views.door import PageRequest, onward, page, posted, show_form, today_of

REFUSALS = (ValidationError, RowErrors)
NOT_YOURS = "You could not change it afterwards. Be its owner or sponsor, or choose your own business unit."
ALIKE = "There is an initiative of almost this name. If this is another one, say so below."
PLACES = {"effective_on": "stage_on", "on": "stage_on", "to": "stage"}


@page
def new(request: PageRequest) -> HttpResponse:
    """The form for a new initiative, empty or from a template."""
    if not may(request.actor, Permission.WRITE_RECORDS):
        raise Forbidden(Permission.WRITE_RECORDS)
    template = templates.template(request.GET.get("template", ""))
    initial = {"currency": request.actor.workspace.currency, "kind": template.kind, "summary": template.summary}
    form = InitiativeForm(**posted(request), is_new=True, initial=initial)
    alike = _alike(request, form)
    if alike:
        form.add_error("name", ALIKE)
    if request.method == "POST" and form.is_valid():
        try:
            initiative = _create(request, form)
        except REFUSALS as error:
            refuse(form, error, PLACES)
        else:
            messages.success(request, f"{initiative.name} is recorded.")
            return redirect("initiative_start", initiative.key)
    return _form_page(request, form, {"templates": templates.TEMPLATES, "chosen": template.slug, "alike": alike})


@require_safe
@page
def start(request: PageRequest, key: str) -> HttpResponse:
    """The steps to a first return, and which of them is next."""
    initiative = initiative_or_404(request.actor, key)
    writes = may_write(request.actor, initiative, Permission.WRITE_RECORDS)
    context = {"initiative": initiative, "shown": first_steps(initiative), "may_write": writes}
    return render(request, "portfolio/initiative_start.html", context)


@page
def edit(request: PageRequest, key: str) -> HttpResponse:
    """The form for an initiative that exists."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    form = InitiativeForm(**posted(request), is_new=False, initial=recorded(initiative))
    if request.method == "POST" and form.is_valid():
        try:
            update_initiative(actor=request.actor, initiative=initiative, now=timezone.now(), changes=form.record())
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect(onward(request, "initiative"), initiative.key)
    return _form_page(request, form, {"initiative": initiative_or_404(request.actor, key)})


@page
def archive(request: PageRequest, key: str) -> HttpResponse:
    """Asks before an initiative leaves every list."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    if request.method == "POST":
        archive_initiative(actor=request.actor, initiative=initiative, now=timezone.now())
        messages.success(request, f"{initiative.name} is archived. Its records are kept.")
        return redirect("initiative_restore", initiative.key)
    return render(request, "portfolio/initiative_archive.html", {"initiative": initiative})


@page
def restore(request: PageRequest, key: str) -> HttpResponse:
    """Asks before an archived initiative comes back to every list."""
    initiative = archived_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    if request.method == "POST":
        restore_initiative(actor=request.actor, initiative=initiative)
        messages.success(request, f"{initiative.name} is back. Its figures are being worked out again.")
        return redirect("initiative", initiative.key)
    return render(request, "portfolio/initiative_restore.html", {"initiative": initiative})


@transaction.atomic
def _create(request: PageRequest, form: InitiativeForm) -> Initiative:
    now = timezone.now()
    initiative = create_initiative(actor=request.actor, now=now, data=form.record())
    if not may_write(request.actor, initiative, Permission.WRITE_RECORDS):
        raise ValidationError({"owner": NOT_YOURS})
    stage, since = form.stage_change(today_of(request, now))
    change_stage(actor=request.actor, initiative=initiative, now=now, to=stage, effective_on=since)
    return initiative


def _alike(request: PageRequest, form: InitiativeForm) -> Sequence[Initiative]:
    """Initiatives that the new one may be, unless the person says that it is another one."""
    if request.method != "POST" or not form.is_valid() or form.cleaned_data["another"]:
        return []
    return like(request.actor, form.cleaned_data["name"])


def _form_page(request: PageRequest, form: InitiativeForm, more: dict[str, Any]) -> HttpResponse:
    offered = suggestions.of_workspace(request.actor.workspace)
    return show_form(request, "portfolio/initiative_form.html", {"form": form, "suggestions": offered, **more})
