"""Entering readings: a row for each KPI, or many of one KPI pasted; and taking one back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import fact_or_404, initiative_or_404, kpi_or_404, may_write, require_write
from portfolio.contexts.kpi_entry import (
    EntryPage,
    EntryRow,
    KpiFacts,
    kpi_facts,
    last_recorded,
    latest_adoption,
    shared_kpis,
)
from portfolio.contexts.pages import listed
from portfolio.forms import templates
from portfolio.forms.base import refuse
from portfolio.forms.money import ReasonForm
from portfolio.forms.readings import AdoptionForm, PasteForm, ReadingForm
from portfolio.models import Initiative, Reading
from portfolio.services.adoption import record_adoption
from portfolio.services.errors import RowErrors
from portfolio.services.facts import supersede
from portfolio.services.readings import record_readings
from portfolio.views.door import PageRequest, page, posted, show_form, today_of
from portfolio.views.kpis import own_kpi_or_404
from web.context import formats_of

BEING_WORKED_OUT = "The figures are being worked out again."


@page
def entry(request: PageRequest, key: str) -> HttpResponse:
    """Every KPI with a field for its new reading; faulty rows stay, the others are saved."""
    initiative = initiative_or_404(request.actor, key)
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_RECORDS)
        faulty, saved = _save(request, initiative)
        if saved:
            messages.success(request, f"{_readings(saved)} saved. {BEING_WORKED_OUT}")
        if not faulty:
            return redirect("initiative" if saved else "kpis", initiative.key)
        return _show(request, initiative, faulty)
    return _show(request, initiative, {})


@page
def of_kpi(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """All readings of a KPI, and a box to paste many."""
    initiative = initiative_or_404(request.actor, key)
    kpi = kpi_or_404(request.actor, pk)
    if kpi.initiative_id != initiative.pk:
        raise Http404("No such KPI.")
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


@page
def withdraw(request: PageRequest, key: str, kpi_pk: int, pk: int) -> HttpResponse:
    """Asks for the reason before a reading stops counting."""
    initiative, kpi = own_kpi_or_404(request, key, kpi_pk)
    reading = fact_or_404(request.actor, Reading, pk)
    if reading.kpi_id != kpi.pk:
        raise Http404("No such record.")
    form = ReasonForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            supersede(actor=request.actor, fact=reading, now=timezone.now(), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"The reading is withdrawn. {BEING_WORKED_OUT}")
            return redirect("kpi_readings", initiative.key, kpi.pk)
    context = {"form": form, "initiative": initiative, "kpi": kpi, "reading": reading}
    return show_form(request, "portfolio/reading_withdraw.html", context)


Faulty = dict[str, ReadingForm | AdoptionForm]


def _save(request: PageRequest, initiative: Initiative) -> tuple[Faulty, int]:
    """Saves what can be saved; returns the forms that could not, by prefix, and how many could."""
    now = timezone.now()
    faulty: Faulty = {}
    saved = 0
    for facts in kpi_facts(initiative, today_of(request, now), formats_of(request)):
        form = _reading_form(request, facts, bound=True)
        if form.is_given:
            try:
                record_readings(actor=request.actor, kpi=facts.kpi, now=now, rows=[form.record()], source="page")
                saved += 1
            except RowErrors as error:
                refuse(form, error)
        if form.errors:
            faulty[_prefix(facts)] = form
    adoption = AdoptionForm(**posted(request), prefix="adoption")
    if adoption.is_given:
        try:
            record_adoption(
                actor=request.actor, initiative=initiative, now=now, rows=[adoption.record()], source="page"
            )
            saved += 1
        except RowErrors as error:
            refuse(adoption, error)
    if adoption.errors:
        faulty["adoption"] = adoption
    return faulty, saved


def _show(request: PageRequest, initiative: Initiative, faulty: Faulty) -> HttpResponse:
    today, formats = today_of(request, timezone.now()), formats_of(request)
    writes = may_write(request.actor, initiative, Permission.WRITE_RECORDS)
    rows = [
        EntryRow(facts, (faulty.get(_prefix(facts)) or _reading_form(request, facts, bound=False)) if writes else None)
        for facts in kpi_facts(initiative, today, formats)
    ]
    adoption = faulty.get("adoption") or AdoptionForm(formats=formats, prefix="adoption", initial={"on": today})
    shown = EntryPage(
        initiative=initiative,
        rows=rows,
        shared=shared_kpis(initiative),
        adoption_form=adoption if writes else None,
        adoption=latest_adoption(initiative),
        recorded=last_recorded(initiative),
    )
    ideas = templates.template_of(initiative.kind).ideas
    context = {"entry": shown, "initiative": initiative, "ideas": ideas}
    return render(request, "portfolio/kpi_entry.html", context, status=400 if shown.problems else 200)


def _reading_form(request: PageRequest, facts: KpiFacts, *, bound: bool) -> ReadingForm:
    return ReadingForm(
        request.POST if bound else None,
        formats=formats_of(request),
        label=facts.kpi.name,
        past=facts.past,
        prefix=_prefix(facts),
        initial={"on": facts.due},
    )


def _prefix(facts: KpiFacts) -> str:
    return f"kpi-{facts.kpi.pk}"


def _readings(count: int) -> str:
    return "One reading" if count == 1 else f"{count} readings"
