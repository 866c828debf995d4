"""Benefit lines of an initiative: add, correct, and finance's confirmation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import require
from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_change, require_write
from portfolio.contexts.suggestions import of_money
from portfolio.forms.base import RecordForm, refuse
from portfolio.forms.evidence import ConfirmForm
from portfolio.forms.money import BenefitCorrection, BenefitForm
from portfolio.models import BenefitLine, Initiative, Kpi
from portfolio.services.errors import RowErrors
from portfolio.services.evidence import store_evidence
from portfolio.services.facts import correct as correct_fact
from portfolio.services.money import confirm_benefit, record_benefits
from portfolio.views.door import PageRequest, fact_of_initiative_or_404, page, posted, show_form, taken, today_of
from portfolio.views.undo import offer_undo

REFUSALS = (ValidationError, RowErrors)
MOST_OFFERED = 200
BEING_WORKED_OUT = "The figures are being worked out again."


@page
def new(request: PageRequest, key: str) -> HttpResponse:
    """The form for one benefit in money; it counts as a claim until finance confirms it."""
    initiative = initiative_or_404(request.actor, key)
    require_write(request.actor, initiative, Permission.WRITE_MONEY)
    today = today_of(request, timezone.now())
    initial = {"on": today, "currency": initiative.currency, "basis": "actual"}
    form = BenefitForm(**posted(request), kpis=_kpis(initiative), initial=initial)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            record_benefits(
                actor=request.actor,
                initiative=initiative,
                now=now,
                rows=[form.row()],
                source="page",
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            offer_undo(request, f"The benefit is recorded. {BEING_WORKED_OUT}", initiative, now, "costs")
            return redirect("costs", initiative.key)
    return _line_page(request, "portfolio/benefit_form.html", initiative, form, None)


@page
def correct(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Other content for a line; the new one is a claim until finance confirms it."""
    initiative, line = fact_of_initiative_or_404(request, key, BenefitLine, pk)
    require_change(request.actor, line, initiative, Permission.WRITE_MONEY)
    initial = {name: getattr(line, name) for name in line.content} | {"kpi": line.kpi.key if line.kpi else ""}
    form = BenefitCorrection(**posted(request), kpis=_kpis(initiative), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _correct(request, line, form)
        except REFUSALS as error:
            refuse(form, error)
        else:
            messages.success(request, f"The benefit is corrected. {BEING_WORKED_OUT}")
            return redirect("costs", initiative.key)
    return _line_page(request, "portfolio/benefit_form.html", initiative, form, line)


@page
def confirm(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Finance confirms that the money is in the ledger, by a reference or a file."""
    initiative, line = fact_of_initiative_or_404(request, key, BenefitLine, pk)
    require(request.actor, Permission.CONFIRM)
    form = ConfirmForm(
        **posted(request),
        kept=list(initiative.evidence_files.all()[:MOST_OFFERED]),
        has_evidence=bool(line.evidence or line.evidence_file_id),
        initial={"evidence": line.evidence, "kept": line.evidence_file_id},
    )
    if taken(request, form, lambda: _confirm(request, line, form)):
        messages.success(request, f"The benefit is confirmed: it now counts as proven. {BEING_WORKED_OUT}")
        return redirect("costs", initiative.key)
    return _line_page(request, "portfolio/benefit_confirm.html", initiative, form, line)


def _confirm(request: PageRequest, line: BenefitLine, form: ConfirmForm) -> None:
    sent, now = form.cleaned_data["file"], timezone.now()
    file = form.chosen
    if sent is not None:
        file = store_evidence(
            actor=request.actor, initiative=line.initiative, now=now, name=sent.name, content=sent.read()
        )
    confirm_benefit(
        actor=request.actor, benefit=line, now=now, evidence=form.cleaned_data["evidence"], evidence_file=file
    )


def _correct(request: PageRequest, line: BenefitLine, form: BenefitCorrection) -> None:
    changes = {name: value for name, value in form.cleaned_data.items() if name not in {"reason", "kpi"}}
    kpi = next((row for row in _kpis(line.initiative) if row.key == form.cleaned_data["kpi"]), None)
    correct_fact(
        actor=request.actor,
        fact=line,
        now=timezone.now(),
        changes=changes | {"kpi_id": kpi.pk if kpi else None},
        reason=form.cleaned_data["reason"],
    )


def _line_page(
    request: PageRequest, template: str, initiative: Initiative, form: RecordForm, line: BenefitLine | None
) -> HttpResponse:
    offered = of_money(request.actor.workspace)
    return show_form(request, template, {"form": form, "initiative": initiative, "line": line, "suggestions": offered})


def _kpis(initiative: Initiative) -> list[Kpi]:
    return list(initiative.kpis.filter(archived_at=None))
