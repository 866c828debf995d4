"""Actions against causes of failure: the list, and one page for each step of an action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, may_write, require_write
from portfolio.choices import MitigationState
from portfolio.contexts.mitigations import action_shown, groups_of, versions_of
from portfolio.contexts.suggestions import people
from portfolio.exports import actions_csv
from portfolio.forms.base import RecordForm
from portfolio.forms.mitigations import DoneForm, DropForm, MitigationForm, ReopenForm
from portfolio.models import Mitigation
from portfolio.services.mitigations import change_mitigation, record_mitigation
from portfolio.views.door import (
    PageRequest,
    downloaded,
    fact_of_initiative_or_404,
    page,
    posted,
    show_form,
    taken,
    today_of,
)
from web.context import formats_of

WORDING = ("cause", "what", "owner", "due", "note")


@dataclass(frozen=True)
class Step:
    """A change of state: its form, and the words of its page."""

    state: MitigationState
    form: type[RecordForm]
    title: str
    button: str
    told: str


DONE = Step(MitigationState.DONE, DoneForm, "Is this done?", "It is done", "The action is done.")
DROP = Step(MitigationState.DROPPED, DropForm, "Drop this action?", "Drop it", "The action is dropped.")
REOPEN = Step(MitigationState.OPEN, ReopenForm, "Open this action again?", "Open it again", "The action is open again.")


@page
def mitigations(request: PageRequest, key: str) -> HttpResponse:
    """The actions by cause, with a form to add one."""
    initiative, now = initiative_or_404(request.actor, key), timezone.now()
    writes = may_write(request.actor, initiative, Permission.WRITE_RECORDS)
    initial = {"cause": request.GET.get("cause", ""), "owner": initiative.owner}
    form = MitigationForm(**posted(request), initial=initial)
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    if taken(
        request,
        form,
        lambda: record_mitigation(actor=request.actor, initiative=initiative, now=now, row=form.cleaned_data),
    ):
        messages.success(request, "The action is recorded.")
        return redirect("mitigations", initiative.key)
    context = {
        "form": form,
        "initiative": initiative,
        "groups": groups_of(initiative, today_of(request, now), formats_of(request)),
        "may_write": writes,
        "people": people(request.actor.workspace) if writes else (),
    }
    return show_form(request, "portfolio/mitigations.html", context)


@page
def csv(request: PageRequest, key: str) -> HttpResponse:
    """The actions as a file."""
    initiative = initiative_or_404(request.actor, key)
    return downloaded(actions_csv(initiative), f"{initiative.key}-actions.csv")


@page
def edit(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Moves the due date of an action or words it anew; what it said before is listed."""
    initiative, fact = fact_of_initiative_or_404(request, key, Mitigation, pk)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    form = MitigationForm(**posted(request), initial={name: getattr(fact, name) for name in WORDING})
    if _changed(request, form, fact, lambda: dict(form.cleaned_data)):
        messages.success(request, "The action is changed; what it said before stays in the record.")
        return redirect("mitigations", initiative.key)
    formats, today = formats_of(request), today_of(request, timezone.now())
    context = {
        "form": form,
        "initiative": initiative,
        "shown": action_shown(fact, today, formats),
        "versions": versions_of(fact, formats),
        "people": people(request.actor.workspace),
    }
    return show_form(request, "portfolio/mitigation.html", context)


@page
def step(request: PageRequest, key: str, pk: int, step: Step) -> HttpResponse:
    """Asks on which day and why before the state of an action changes."""
    initiative, fact = fact_of_initiative_or_404(request, key, Mitigation, pk)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    today = today_of(request, timezone.now())
    form = step.form(**posted(request), initial=_begun(fact, today))
    if _changed(request, form, fact, lambda: {"state": step.state, **form.cleaned_data}):
        messages.success(request, step.told)
        return redirect("mitigations", initiative.key)
    shown = action_shown(fact, today, formats_of(request))
    context = {"form": form, "initiative": initiative, "shown": shown, "step": step}
    return show_form(request, "portfolio/mitigation_step.html", context)


def _changed(request: PageRequest, form: RecordForm, fact: Mitigation, changes: Callable[[], dict[str, Any]]) -> bool:
    return taken(
        request,
        form,
        lambda: change_mitigation(actor=request.actor, mitigation=fact, now=timezone.now(), changes=changes()),
    )


def _begun(fact: Mitigation, today: date) -> dict[str, Any]:
    """What a form of a step is begun from: today; the due date that held."""
    return {"ended_on": today, "due": fact.due}
