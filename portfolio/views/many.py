"""One change of many initiatives that were chosen in a list: the page shows which, and a button does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from accounts.choices import Permission
from portfolio.access import initiatives, writable_initiatives
from portfolio.forms.base import RecordForm
from portfolio.forms.many import AssignForm, TagForm
from portfolio.models import Initiative
from portfolio.services import many
from portfolio.views.door import PageRequest, page, posted, show_form, taken

MOST = 100
Change = Callable[..., list[Initiative]]


@dataclass(frozen=True)
class Act:
    """What can be done with many.

    Args:
        heading: the page's, before the number of initiatives.
        button: the words on the button.
        field: the name of the form's field and of the service's argument.
    """

    heading: str
    button: str
    field: str
    form: type[RecordForm]
    change: Change


ASSIGN = Act("Assign", "Assign", "owner", AssignForm, many.assign)
TAG = Act("Tag", "Add the tag", "tag", TagForm, many.tag)


@page
def assign(request: PageRequest) -> HttpResponse:
    """Another owner for the chosen ones."""
    return _act(request, ASSIGN)


@page
def tag(request: PageRequest) -> HttpResponse:
    """One tag more for the chosen ones."""
    return _act(request, TAG)


def _act(request: PageRequest, act: Act) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    keys, back = chosen_keys(given), list_address(given)
    rows = list(writable_initiatives(request.actor, Permission.WRITE_RECORDS).filter(key__in=keys))
    if not rows:
        messages.error(request, "Choose at least one initiative that is yours to change.")
        return redirect(back)
    form, done = act.form(**posted(request)), []

    def write() -> None:
        value = form.cleaned_data[act.field]
        done.extend(act.change(actor=request.actor, keys=keys, **{act.field: value}))

    if taken(request, form, write):
        messages.success(request, _said(act, form.cleaned_data[act.field], len(done), len(rows)))
        return redirect(back)
    context = {"form": form, "act": act, "rows": rows, "left_out": _left_out(request, keys, rows), "back": back}
    return show_form(request, "portfolio/many.html", context | {"kept": given.get("back", "")})


def chosen_keys(given: QueryDict) -> list[str]:
    """The keys of the chosen initiatives, as many as a page of a list can hold."""
    return [key for key in given.getlist("key")[:MOST] if "\0" not in key]


def list_address(given: QueryDict) -> str:
    """The list that the reader came from: its address is ours, only the query is theirs."""
    query = str(given.get("back") or "").removeprefix("?")
    return reverse("initiatives") + (f"?{query}" if query else "")


def _left_out(request: PageRequest, keys: list[str], rows: list[Initiative]) -> int:
    """How many were chosen that the person may read but not change."""
    return initiatives(request.actor).filter(key__in=keys).count() - len(rows)


def _said(act: Act, value: Any, changed: int, chosen: int) -> str:
    words = f"Tagged “{value}”" if act is TAG else f"Assigned to {value}"
    same = f" {chosen - changed} had it already." if changed < chosen else ""
    return f"{words}: {changed} initiative{'s' * (changed != 1)}.{same}"
