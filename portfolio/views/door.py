"""The way into every page of the record side: for members, who are told plainly what is not theirs to change."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.access import Forbidden, PageRequest
from accounts.access import page as members_only
from accounts.choices import Permission
from portfolio.access import fact_or_404, initiative_or_404, kpi_or_404
from portfolio.forms.base import refuse
from portfolio.models import Fact, Initiative, Kpi
from portfolio.services.errors import RowErrors
from portfolio.services.versions import today
from web.context import formats_of

__all__ = [
    "PageRequest",
    "downloaded",
    "fact_of_initiative_or_404",
    "kpi_of_initiative_or_404",
    "onward",
    "page",
    "posted",
    "show_form",
    "taken",
    "today_of",
]

P = ParamSpec("P")
F = TypeVar("F", bound=Fact)
WHO = {
    Permission.WRITE_RECORDS: "its owner, its sponsor, managers of its unit and administrators",
    Permission.WRITE_MONEY: "its owner, its sponsor, managers of its unit, finance and administrators",
    Permission.CONFIRM: "people with the finance role",
    Permission.ADMINISTER: "administrators of the workspace",
}


def page(
    view: Callable[Concatenate[PageRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Admits members to a page that is read with GET and written with POST, and says who may write it."""

    @wraps(view)
    def enter(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Forbidden as refusal:
            who = WHO.get(refusal.args[0], "others") if refusal.args else "others"
            words = f"You may read this, but not change it. That is for {who}."
            return render(request, "portfolio/refused.html", {"words": words}, status=403)

    return require_http_methods(["GET", "HEAD", "POST"])(members_only(enter))


def posted(request: HttpRequest) -> dict[str, Any]:
    """The arguments that bind a form: what was sent, if anything, and how the reader writes figures."""
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    return {**sent, "formats": formats_of(request)}


def taken(request: HttpRequest, form: Form, write: Callable[[], object]) -> bool:
    """Whether the form was sent, can be read, and what it writes was taken; refusals stand beside their fields."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        write()
    except (ValidationError, RowErrors) as error:
        refuse(form, error)
        return False
    return True


def show_form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page of the form in ``context["form"]``; with errors it is answered with 400."""
    return render(request, template, context, status=400 if context["form"].errors else 200)


def onward(request: HttpRequest, usual: str) -> str:
    """The URL name of the page of an initiative that follows: its first steps for those who came from there."""
    return "initiative_start" if request.GET.get("step") else usual


def downloaded(text: str, filename: str) -> HttpResponse:
    """A table as a file that spreadsheets read with its accents."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)


def fact_of_initiative_or_404(request: PageRequest, key: str, model: type[F], pk: int) -> tuple[Initiative, F]:
    """The initiative with this key and its fact with this id; one of another initiative is not found."""
    initiative = initiative_or_404(request.actor, key)
    fact = fact_or_404(request.actor, model, pk)
    if getattr(fact, "initiative_id", None) != initiative.pk:
        raise Http404("No such record.")
    return initiative, fact


def kpi_of_initiative_or_404(request: PageRequest, key: str, pk: int) -> tuple[Initiative, Kpi]:
    """The initiative with this key and its KPI with this id; one of another initiative is not found."""
    initiative = initiative_or_404(request.actor, key)
    kpi = kpi_or_404(request.actor, pk)
    if kpi.initiative_id != initiative.pk:
        raise Http404("No such KPI.")
    return initiative, kpi


def today_of(request: PageRequest, now: datetime) -> date:
    """The calendar date in the workspace."""
    return today(request.actor.workspace, now)
