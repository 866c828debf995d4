"""Business cases of an initiative: freeze, approve, compare."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import require
from accounts.choices import Permission
from portfolio.access import initiative_or_404, require_write
from portfolio.contexts.cases import case_rows, cases_page
from portfolio.forms.cases import FreezeForm, NoteForm
from portfolio.models import BusinessCase, Initiative
from portfolio.services.cases import approve_case, freeze_case
from portfolio.views.door import PageRequest, page, posted, show_form, taken
from web.context import formats_of


@page
def cases(request: PageRequest, key: str) -> HttpResponse:
    """The versions side by side, and the form that freezes the next one."""
    initiative = initiative_or_404(request.actor, key)
    form = FreezeForm(**posted(request))
    if request.method == "POST":
        require_write(request.actor, initiative, Permission.WRITE_MONEY)
    if taken(request, form, lambda: _freeze(request, initiative, form)):
        messages.success(request, "The plan is frozen as the newest version. Finance can approve it now.")
        return redirect("business_cases", initiative.key)
    shown = cases_page(request.actor, initiative, formats_of(request), request.GET.getlist("version"))
    return show_form(request, "portfolio/cases.html", {"form": form, "initiative": initiative, "shown": shown})


@page
def approve(request: PageRequest, key: str, version: int) -> HttpResponse:
    """Finance approves one version."""
    initiative = initiative_or_404(request.actor, key)
    case = BusinessCase.objects.filter(initiative=initiative, version=version).first()
    if case is None:
        raise Http404("No such version.")
    require(request.actor, Permission.CONFIRM)
    form = NoteForm(**posted(request))
    if taken(
        request,
        form,
        lambda: approve_case(actor=request.actor, case=case, now=timezone.now(), note=form.cleaned_data["note"]),
    ):
        messages.success(request, f"Version {version} is approved: it is the plan from now on.")
        return redirect("business_cases", initiative.key)
    context = {"form": form, "initiative": initiative, "case": case, "rows": case_rows(case, formats_of(request))}
    return show_form(request, "portfolio/case_approve.html", context)


def _freeze(request: PageRequest, initiative: Initiative, form: FreezeForm) -> None:
    freeze_case(
        actor=request.actor,
        initiative=initiative,
        now=timezone.now(),
        note=form.cleaned_data["note"],
        adoption=form.cleaned_data["lines"],
    )
