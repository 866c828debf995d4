"""Entering readings: a row for each KPI, or many of one KPI pasted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.choices import Permission
from portfolio.access import initiative_or_404, may_write, require_write
from portfolio.contexts.kpi_entry import (
    EntryPage,
    EntryRow,
    KpiFacts,
    kpi_facts,
    last_adoption,
    last_recorded,
    month_of,
)
from portfolio.contexts.months import Month
from portfolio.contexts.pages import listed
from portfolio.forms import templates
from portfolio.forms.base import refuse
from portfolio.forms.readings import AdoptionForm, PasteForm, ReadingForm, SourceForm
from portfolio.models import AdoptionReading, Initiative, Kpi
from portfolio.selectors import locks_of, shared_kpis
from portfolio.services.adoption import record_adoption
from portfolio.services.errors import RowErrors
from portfolio.services.readings import record_month, record_readings
from portfolio.views.door import PageRequest, kpi_of_initiative_or_404, page, posted, show_form, today_of
from portfolio.views.undo import offer_undo
from web.context import formats_of
from web.formats import Formats

BEING_WORKED_OUT = "The figures are being worked out again."


@page
def entry(request: PageRequest, key: str) -> HttpResponse:
    """Every KPI with a field for its reading of a month; all that is sent is saved, or nothing."""
    initiative = initiative_or_404(request.actor, key)
    month = month_of(initiative, request.GET.get("month", ""), today_of(request, timezone.now()))
    sent = _fresh(request, initiative, month)
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_RECORDS)
        sent = _sent(request, initiative, month)
        if sent.is_valid and not sent.is_empty and _save(request, sent):
            return redirect("initiative", initiative.key)
        if sent.is_valid and sent.is_empty:
            messages.info(request, "Nothing was typed, so nothing is saved.")
    return _show(request, sent)


@page
def of_kpi(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """All readings of a KPI, and a box to paste many."""
    initiative, kpi = kpi_of_initiative_or_404(request, key, pk)
    form = PasteForm(**posted(request))
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_RECORDS)
        if form.is_valid() and _paste(request, form, kpi):
            if request.GET.get("step"):
                return redirect("initiative_start", initiative.key)
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


def _paste(request: PageRequest, form: PasteForm, kpi: Kpi) -> bool:
    """Records the lines and offers to undo it; False where one is refused, and then nothing is kept."""
    now = timezone.now()
    try:
        done = record_readings(actor=request.actor, kpi=kpi, now=now, rows=form.rows(), source="page")
    except RowErrors as error:
        form.refuse_rows(error)
        return False
    except ValidationError as error:
        refuse(form, error)
        return False
    counts = f"{len(done.created)} new, {len(done.updated)} replaced, {len(done.unchanged)} unchanged"
    words = f"{_readings(len(done.live))}: {counts}. {BEING_WORKED_OUT}"
    if done.created or done.updated:
        offer_undo(request, words, kpi.initiative, now, "kpis")
    else:
        messages.success(request, words)
    return True


@dataclass(frozen=True)
class Typed:
    """The forms of the page, empty or as sent.

    Args:
        rows: each KPI with its form.
        source: where the readings come from.
        used: the last readings of adoption, oldest first.
    """

    initiative: Initiative
    month: Month
    rows: Sequence[tuple[KpiFacts, ReadingForm]]
    adoption: AdoptionForm
    source: SourceForm
    used: Sequence[AdoptionReading]

    @property
    def given(self) -> list[tuple[KpiFacts, ReadingForm]]:
        """The rows with a value."""
        return [(facts, form) for facts, form in self.rows if form.is_given]

    @property
    def is_empty(self) -> bool:
        """Whether there is no value at all."""
        return not self.given and not self.adoption.is_given

    @property
    def is_valid(self) -> bool:
        """Whether every form can be read."""
        forms = [*(form for _, form in self.rows), self.adoption, self.source]
        return not any(form.errors for form in forms)


def _fresh(request: PageRequest, initiative: Initiative, month: Month) -> Typed:
    return _page(initiative, month, formats_of(request), None)


def _sent(request: PageRequest, initiative: Initiative, month: Month) -> Typed:
    return _page(initiative, month, formats_of(request), request.POST)


def _page(initiative: Initiative, month: Month, formats: Formats, data: QueryDict | None) -> Typed:
    rows = [(facts, _reading_form(facts, formats, data)) for facts in kpi_facts(initiative, month, formats)]
    first = next((form for facts, form in rows if facts.recorded is None), None)
    if first is not None and data is None:
        first.begin()
    used = last_adoption(initiative)
    return Typed(
        initiative=initiative,
        month=month,
        rows=rows,
        adoption=_adoption_form(month, used, formats, data),
        used=used,
        source=SourceForm(data, formats=formats),
    )


def _reading_form(facts: KpiFacts, formats: Formats, data: QueryDict | None) -> ReadingForm:
    return ReadingForm(
        data,
        formats=formats,
        label=facts.kpi.name,
        unit=facts.kpi.unit,
        past=facts.past,
        due=facts.due,
        prefix=f"kpi-{facts.kpi.pk}",
        initial={"on": facts.due},
    )


def _adoption_form(
    month: Month, used: Sequence[AdoptionReading], formats: Formats, data: QueryDict | None
) -> AdoptionForm:
    past = [reading.share for reading in used if reading.on < month.last]
    day = {"on": month.last}
    return AdoptionForm(data, formats=formats, prefix="adoption", past=past, due=month.last, initial=day)


def _save(request: PageRequest, typed: Typed) -> bool:
    """Records all that was given, and offers to undo it; False where something is refused, and then nothing is kept."""
    now, source = timezone.now(), typed.source.cleaned_data["source"] or "page"
    with transaction.atomic():
        is_taken = _record_readings(request, typed, now, source) & _record_adoption(request, typed, now, source)
        transaction.set_rollback(not is_taken)
    if is_taken:
        query = f"?month={typed.month.first:%Y-%m}"
        words = f"{_told(typed, formats_of(request))} {BEING_WORKED_OUT}"
        offer_undo(request, words, typed.initiative, now, "kpis", query)
    return is_taken


def _record_readings(request: PageRequest, typed: Typed, now: datetime, source: str) -> bool:
    given = typed.given
    rows = [(facts.kpi, form.record()) for facts, form in given]
    try:
        record_month(actor=request.actor, initiative=typed.initiative, now=now, rows=rows, source=source)
    except RowErrors as error:
        for fault in error.rows:
            refuse(given[fault.index][1], RowErrors([fault]))
    except ValidationError as error:
        refuse(given[0][1], error)
    return not any(form.errors for _, form in given)


def _record_adoption(request: PageRequest, typed: Typed, now: datetime, source: str) -> bool:
    form = typed.adoption
    if not form.is_given:
        return True
    try:
        record_adoption(actor=request.actor, initiative=typed.initiative, now=now, rows=[form.record()], source=source)
    except (RowErrors, ValidationError) as error:
        refuse(form, error)
    return not form.errors


def _told(typed: Typed, formats: Formats) -> str:
    """What is saved, by name and value."""
    named = [f"{facts.kpi.name} {formats.number(form.cleaned_data['value'], digits=10)}" for facts, form in typed.given]
    words = []
    if named:
        words.append(f"{_readings(len(named))} saved for {formats.month(typed.month.first)}: {', '.join(named)}.")
    if typed.adoption.is_given:
        words.append("Adoption saved.")
    return " ".join(words)


def _show(request: PageRequest, typed: Typed) -> HttpResponse:
    initiative = typed.initiative
    writes = may_write(request.actor, initiative, Permission.WRITE_RECORDS)
    shown = EntryPage(
        initiative=initiative,
        month=typed.month,
        rows=[EntryRow(facts, form if writes else None) for facts, form in typed.rows],
        shared=shared_kpis(initiative),
        adoption_form=typed.adoption if writes else None,
        source=typed.source if writes else None,
        adoption=typed.used[-1] if typed.used else None,
        closed=locks_of(request.actor.workspace).words_of_day(typed.month.last) if writes else "",
        recorded=last_recorded(initiative, request.user),
    )
    context = {"entry": shown, "initiative": initiative, "ideas": templates.template_of(initiative.kind).ideas}
    return render(request, "portfolio/kpi_entry.html", context, status=400 if shown.problems else 200)


def _readings(count: int) -> str:
    return "One reading" if count == 1 else f"{count} readings"
