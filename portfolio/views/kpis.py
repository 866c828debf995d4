"""KPIs of an initiative: enter readings, add, change and archive a KPI."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.choices import Permission
from portfolio.access import archived_kpi_or_404, initiative_or_404, kpi_or_404, require_write
from portfolio.contexts import suggestions
from portfolio.forms import templates
from portfolio.forms.base import refuse
from portfolio.forms.kpis import KpiForm, recorded
from portfolio.models import BaselineApproval, Initiative, Kpi
from portfolio.services.kpis import archive_kpi, create_kpi, restore_kpi, update_kpi
from portfolio.views.door import PageRequest, kpi_of_initiative_or_404, onward, page, posted, show_form
from web.context import formats_of
from web.undo import offer

PLACES = {"value_per_unit": "value_amount", "targets": "target_on_0"}


@page
def new(request: PageRequest, key: str) -> HttpResponse:
    """The form for a KPI, empty or from an idea."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    form = KpiForm(**posted(request), others=_others(initiative), initial=_initial(request, initiative))
    if request.method == "POST" and form.is_valid():
        try:
            kpi = create_kpi(actor=request.actor, initiative=initiative, now=timezone.now(), data=form.record())
        except ValidationError as error:
            refuse(form, error, PLACES)
        else:
            messages.success(request, f"{kpi.name} is recorded. Now its readings, the ones before the start first.")
            return redirect(_readings_of(request, initiative, kpi))
    return _form_page(request, initiative, form, None)


@page
def edit(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """The form for a KPI that exists."""
    initiative, kpi = own_kpi_or_404(request, key, pk)
    form = KpiForm(
        **posted(request),
        others=_others(initiative, kpi),
        targets=kpi.targets.count(),
        approved=_approved(request, kpi),
        initial=recorded(kpi),
    )
    if request.method == "POST" and form.is_valid():
        try:
            update_kpi(actor=request.actor, kpi=kpi, now=timezone.now(), changes=form.record())
        except ValidationError as error:
            refuse(form, error, PLACES)
        else:
            messages.success(request, "Saved. The figures are being worked out again.")
            return redirect(onward(request, "kpis"), initiative.key)
    return _form_page(request, initiative, form, kpi_or_404(request.actor, pk))


@page
def archive(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Asks before a KPI leaves every figure."""
    initiative, kpi = own_kpi_or_404(request, key, pk)
    if request.method == "POST":
        archive_kpi(actor=request.actor, kpi=kpi, now=timezone.now())
        undo = reverse("kpi_restore", args=[initiative.key, kpi.pk])
        offer(request, f"{kpi.name} is archived. Its readings are kept.", undo)
        return redirect("kpis", initiative.key)
    return render(request, "portfolio/kpi_archive.html", {"initiative": initiative, "kpi": kpi})


@require_POST
@page
def restore(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Undoes archiving."""
    initiative = initiative_or_404(request.actor, key)
    kpi = archived_kpi_or_404(request.actor, initiative, pk)
    try:
        restore_kpi(actor=request.actor, kpi=kpi)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{kpi.name} is back. The figures are being worked out again.")
    return redirect("kpis", initiative.key)


def own_kpi_or_404(request: PageRequest, key: str, pk: int) -> tuple[Initiative, Kpi]:
    """The KPI of this initiative, which the reader may write.

    Raises:
        Http404: there is no such KPI here.
        Forbidden: it may be read only.
    """
    initiative, kpi = kpi_of_initiative_or_404(request, key, pk)
    require_write(request.actor, initiative, Permission.WRITE_RECORDS)
    return initiative, kpi


def _readings_of(request: PageRequest, initiative: Initiative, kpi: Kpi) -> str:
    """Where the readings of before are entered: the next step for those who follow the first steps."""
    address = reverse("kpi_readings", args=[initiative.key, kpi.pk])
    return f"{address}?step=4" if request.GET.get("step") else address


def _others(initiative: Initiative, kpi: Kpi | None = None) -> list[Kpi]:
    return [row for row in initiative.kpis.filter(archived_at=None) if row != kpi]


def _approved(request: PageRequest, kpi: Kpi) -> str:
    """Who approved the baseline and when, in words; empty where nobody has."""
    found = BaselineApproval.objects.live().filter(kpi=kpi).select_related("recorded_by").first()
    if found is None:
        return ""
    return f" on {formats_of(request).day(found.on)}" + (f" ({found.recorded_by})" if found.recorded_by else "")


def _initial(request: PageRequest, initiative: Initiative) -> dict[str, object]:
    begun: dict[str, object] = {"value_currency": initiative.currency, "primary": not _others(initiative)}
    idea = templates.idea(request.GET.get("idea", ""))
    if idea is None:
        return begun
    names = ("name", "unit", "direction", "cadence", "benefit_class")
    return begun | {name: getattr(idea, name) for name in names}


def _form_page(request: PageRequest, initiative: Initiative, form: KpiForm, kpi: Kpi | None) -> HttpResponse:
    offered = suggestions.of_workspace(request.actor.workspace)
    ideas = () if kpi else templates.template_of(initiative.kind).ideas
    context = {"form": form, "initiative": initiative, "kpi": kpi, "suggestions": offered, "ideas": ideas}
    return show_form(request, "portfolio/kpi_form.html", context)
