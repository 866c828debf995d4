"""Entering readings: a row for each KPI, or many of one KPI pasted."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, may_write, require_write
from portfolio.contexts.kpi_entry import (
    EntryPage,
    EntryRow,
    KpiFacts,
    kpi_facts,
    last_recorded,
    latest_adoption,
)
from portfolio.contexts.pages import listed
from portfolio.forms import templates
from portfolio.forms.base import refuse
from portfolio.forms.readings import AdoptionForm, PasteForm, ReadingForm
from portfolio.models import Initiative
from portfolio.selectors import shared_kpis
from portfolio.services.adoption import record_adoption
from portfolio.services.errors import RowErrors
from portfolio.services.readings import record_readings
from portfolio.views.door import PageRequest, kpi_of_initiative_or_404, page, posted, show_form, today_of
from web.context import formats_of

REFUSALS = (ValidationError, RowErrors)
BEING_WORKED_OUT = "The figures are being worked out again."


@page
def entry(request: PageRequest, key: str) -> HttpResponse:
    """Every KPI with a field for its new reading; faulty rows stay, the others are saved."""
    initiative = initiative_or_404(request.actor, key)
    sent = Sent()
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_RECORDS)
        sent = _save(request, initiative)
        if sent.saved:
            messages.success(request, f"{_readings(sent.saved)} saved. {BEING_WORKED_OUT}")
        if sent.is_clean:
            return redirect("initiative" if sent.saved else "kpis", initiative.key)
    return _show(request, initiative, sent)


@page
def of_kpi(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """All readings of a KPI, and a box to paste many."""
    initiative, kpi = kpi_of_initiative_or_404(request, key, pk)
    form = PasteForm(**posted(request))
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_RECORDS)
        if form.is_valid():
            try:
                done = record_readings(
                    actor=request.actor, kpi=kpi, now=timezone.now(), rows=form.rows(), source="page"
                )
            except RowErrors as error:
                form.refuse_rows(error)
            except ValidationError as error:
                refuse(form, error)
            else:
                counts = f"{len(done.created)} new, {len(done.updated)} replaced, {len(done.unchanged)} unchanged"
                messages.success(request, f"{_readings(len(done.live))}: {counts}. {BEING_WORKED_OUT}")
                return redirect("kpi_readings", initiative.key, kpi.pk)
    readings = kpi.readings.filter(superseded_at=None).select_related("recorded_by").order_by("-on", "series")
    context = {
        "form": form,
        "initiative": initiative,
        "kpi": kpi,
        "readings": listed(readings, request.GET, "page", "readings"),
        "may_write": may_write(request.actor, initiative, Permission.WRITE_RECORDS),
    }
    return show_form(request, "portfolio/kpi_readings.html", context)


@dataclass
class Sent:
    """What became of the page that was sent.

    Args:
        saved: how many readings were recorded.
        rows: the forms that were refused, by their KPI's id.
        adoption: the form for adoption, where it was refused.
    """

    saved: int = 0
    rows: dict[int, ReadingForm] = field(default_factory=dict)
    adoption: AdoptionForm | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused."""
        return not self.rows and self.adoption is None


def _save(request: PageRequest, initiative: Initiative) -> Sent:
    """Saves what can be saved, row by row."""
    now, sent = timezone.now(), Sent()
    for facts in kpi_facts(initiative, today_of(request, now), formats_of(request)):
        form = _reading_form(request, facts, bound=True)
        if form.is_given:
            try:
                record_readings(actor=request.actor, kpi=facts.kpi, now=now, rows=[form.record()], source="page")
            except REFUSALS as error:
                refuse(form, error)
            else:
                sent.saved += 1
        if form.errors:
            sent.rows[facts.kpi.pk] = form
    _save_adoption(request, initiative, sent, now)
    return sent


def _save_adoption(request: PageRequest, initiative: Initiative, sent: Sent, now: datetime) -> None:
    form = AdoptionForm(**posted(request), prefix="adoption")
    if form.is_given:
        try:
            record_adoption(actor=request.actor, initiative=initiative, now=now, rows=[form.record()], source="page")
        except REFUSALS as error:
            refuse(form, error)
        else:
            sent.saved += 1
    if form.errors:
        sent.adoption = form


def _show(request: PageRequest, initiative: Initiative, sent: Sent) -> HttpResponse:
    today, formats = today_of(request, timezone.now()), formats_of(request)
    writes = may_write(request.actor, initiative, Permission.WRITE_RECORDS)
    rows = [
        EntryRow(facts, (sent.rows.get(facts.kpi.pk) or _reading_form(request, facts, bound=False)) if writes else None)
        for facts in kpi_facts(initiative, today, formats)
    ]
    adoption = sent.adoption or AdoptionForm(formats=formats, prefix="adoption", initial={"on": today})
    shown = EntryPage(
        initiative=initiative,
        rows=rows,
        shared=shared_kpis(initiative),
        adoption_form=adoption if writes else None,
        adoption=latest_adoption(initiative),
        recorded=last_recorded(initiative),
    )
    context = {"entry": shown, "initiative": initiative, "ideas": templates.template_of(initiative.kind).ideas}
    return render(request, "portfolio/kpi_entry.html", context, status=400 if shown.problems else 200)


def _reading_form(request: PageRequest, facts: KpiFacts, *, bound: bool) -> ReadingForm:
    return ReadingForm(
        request.POST if bound else None,
        formats=formats_of(request),
        label=facts.kpi.name,
        past=facts.past,
        prefix=f"kpi-{facts.kpi.pk}",
        initial={"on": facts.due},
    )


def _readings(count: int) -> str:
    return "One reading" if count == 1 else f"{count} readings"
