"""Asking the owners of chosen initiatives for an update: the page shows whom, and a button sends the mails."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from notices.forms import RequestForm
from notices.services.requests import ask_for_update
from notices.tasks import send_waiting
from portfolio.access import initiatives
from portfolio.models import Initiative
from portfolio.views.door import PageRequest, page, show_form, today_of
from portfolio.views.many import chosen_keys, list_address


@page
def ask(request: PageRequest) -> HttpResponse:
    """Whom the mails go to, and a note to add."""
    given = request.POST if request.method == "POST" else request.GET
    rows = list(initiatives(request.actor).filter(key__in=chosen_keys(given)).select_related("owner_user"))
    reached = [row for row in rows if row.owner_user]
    if not reached:
        messages.error(request, "Choose at least one initiative whose owner has an account here.")
        return redirect(list_address(given))
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _send(request, reached, form.cleaned_data["note"])
        return redirect(list_address(given))
    without = [row for row in rows if not row.owner_user]
    context = {"form": form, "rows": reached, "without": without, "back": list_address(given)}
    return show_form(request, "notices/ask.html", context | {"kept": given.get("back", "")})


def _send(request: PageRequest, rows: list[Initiative], note: str) -> None:
    now = timezone.now()
    sent = ask_for_update(actor=request.actor, rows=rows, note=note, now=now, day=today_of(request, now))
    transaction.on_commit(lambda: send_waiting.delay(), robust=True)
    people = f"{len(sent)} owner{'s' * (len(sent) != 1)}"
    messages.success(request, f"Asked {people} about {len(rows)} initiative{'s' * (len(rows) != 1)}.")
