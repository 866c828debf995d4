"""Importing a file: choose it, see what it would change, apply it, see what it did."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import Forbidden
from accounts.choices import Permission
from portfolio.access import import_or_404, imports
from portfolio.contexts.imports import import_page, progress_text, waits_long
from portfolio.exports import faulty_rows_csv, template_csv
from portfolio.forms.base import refuse
from portfolio.forms.imports import LABELS, ImportForm, kinds_for
from portfolio.importing.parse.profile import load_profile
from portfolio.importing.parse.schema import Kind
from portfolio.models import ImportJob
from portfolio.services.import_jobs import apply_import, submit_import
from portfolio.tasks import ring_for_import
from portfolio.views.door import PageRequest, downloaded, page, show_form

RECENT = 20


@page
def start(request: PageRequest) -> HttpResponse:
    """The upload form, template files and the last imports."""
    if not kinds_for(request.actor):
        raise Forbidden(Permission.WRITE_RECORDS)
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None, actor=request.actor)
    if sent and form.is_valid():
        job = _submit(request, form)
        if job is not None:
            return redirect("import_job", job.pk)
    recent = [import_page(job) for job in imports(request.actor)[:RECENT]]
    templates = [(kind.value, LABELS[kind]) for kind in kinds_for(request.actor)]
    context = {"form": form, "recent": recent, "templates": templates}
    return show_form(request, "portfolio/import.html", context)


@page
def job(request: PageRequest, pk: int) -> HttpResponse:
    """One import: under way, checked, refused or done; POST applies a checked one."""
    found = import_or_404(request.actor, pk)
    if request.method == "POST":
        _apply(request, found)
        return redirect("import_job", found.pk)
    context = {"page": import_page(found), "text": progress_text(found, timezone.now())}
    return render(request, "portfolio/import_job.html", context)


@page
def progress(request: PageRequest, pk: int) -> HttpResponse:
    """The fragment that the page polls: 204 while the state is as seen, and a reload once the work has ended."""
    found = import_or_404(request.actor, pk)
    shown, now = import_page(found), timezone.now()
    if shown.under_way and request.GET.get("seen") == found.state and not waits_long(found, now):
        return HttpResponse(status=204)
    return render(request, "portfolio/_import_progress.html", {"page": shown, "text": progress_text(found, now)})


@page
def faulty(request: PageRequest, pk: int) -> HttpResponse:
    """The refused rows as CSV, with the reasons."""
    found = import_or_404(request.actor, pk)
    if not import_page(found).has_faulty_rows:
        raise Http404("No refused rows.")
    return downloaded(faulty_rows_csv(found), f"refused-rows-of-import-{found.pk}.csv")


@page
def template(request: PageRequest, kind: str) -> HttpResponse:
    """An empty file with the columns of one kind."""
    if kind not in set(Kind):
        raise Http404("No such kind.")
    return downloaded(template_csv(Kind(kind)), f"{kind}.csv")


def _submit(request: PageRequest, form: ImportForm) -> ImportJob | None:
    file = form.cleaned_data["file"]
    try:
        submitted = submit_import(
            actor=request.actor,
            now=timezone.now(),
            kind=Kind(form.cleaned_data["kind"]),
            filename=file.name,
            data=file.read(),
            profile=load_profile(form.cleaned_data["profile"]),
        )
    except ValidationError as error:
        refuse(form, error)
        return None
    ring_for_import(submitted.pk)
    return submitted


def _apply(request: PageRequest, found: ImportJob) -> None:
    accept_valid = "accept_valid" in request.POST
    try:
        apply_import(actor=request.actor, job=found, now=timezone.now(), accept_valid=accept_valid)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        ring_for_import(found.pk)
