"""What proves a KPI's effect: freezing its design, approving its baseline."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from portfolio.contexts.kpi_proof import proof_page
from portfolio.forms.cases import NoteForm
from portfolio.models import Kpi
from portfolio.services.baselines import approve_baseline
from portfolio.services.proof import preregister
from portfolio.views.door import PageRequest, kpi_of_initiative_or_404, page, posted, show_form, taken, today_of
from web.context import formats_of

APPROVED = "The baseline is approved. A later change needs a reason and another approval."
FROZEN = "The design is frozen. It counts because nobody uses the initiative yet."


@page
def proof(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """What is on record for a KPI; managers freeze its design, finance approves its baseline."""
    _, kpi = kpi_of_initiative_or_404(request, key, pk)
    approves = request.POST.get("act") == "approve"
    form = NoteForm(**posted(request))
    if taken(request, form, lambda: _approve(request, kpi, form) if approves else _freeze(request, kpi)):
        messages.success(request, APPROVED if approves else FROZEN)
        return redirect("kpi_proof", key, pk)
    shown = proof_page(request.actor, kpi, today_of(request, timezone.now()), formats_of(request))
    context = {"form": form, "initiative": kpi.initiative, "kpi": kpi, "shown": shown}
    return show_form(request, "portfolio/kpi_proof.html", context)


def _approve(request: PageRequest, kpi: Kpi, form: NoteForm) -> None:
    approve_baseline(actor=request.actor, kpi=kpi, now=timezone.now(), note=form.cleaned_data["note"])


def _freeze(request: PageRequest, kpi: Kpi) -> None:
    preregister(actor=request.actor, kpi=kpi, now=timezone.now())
