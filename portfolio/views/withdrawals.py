"""Withdrawing a fact, whatever its kind: the same question, the same rights as for recording it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portfolio.access import fact_or_404, require_change
from portfolio.contexts.withdrawals import Noun, Withdrawal
from portfolio.forms.base import refuse
from portfolio.forms.money import ReasonForm
from portfolio.models import Fact, Initiative
from portfolio.services.withdrawals import withdraw as withdraw_fact
from portfolio.views.door import PageRequest, fact_of_initiative_or_404, page, posted, show_form
from portfolio.views.kpis import own_kpi_or_404
from web.context import formats_of


@page
def of_initiative(request: PageRequest, key: str, pk: int, noun: Noun) -> HttpResponse:
    """Asks for the reason before a fact of an initiative stops counting."""
    initiative, fact = fact_of_initiative_or_404(request, key, noun.model, pk)
    return _ask(request, initiative, fact, noun, reverse(noun.back[0], args=[initiative.key]))


@page
def of_kpi(request: PageRequest, key: str, kpi_pk: int, pk: int, noun: Noun) -> HttpResponse:
    """Asks for the reason before a fact of a KPI stops counting."""
    initiative, kpi = own_kpi_or_404(request, key, kpi_pk)
    fact: Any = fact_or_404(request.actor, noun.model, pk)
    if fact.kpi_id != kpi.pk:
        raise Http404("No such record.")
    return _ask(request, initiative, fact, noun, reverse(noun.back[0], args=[initiative.key, kpi.pk]))


@page
def of_workspace(request: PageRequest, pk: int, noun: Noun) -> HttpResponse:
    """Asks for the reason before a fact of the workspace stops counting."""
    return _ask(request, None, fact_or_404(request.actor, noun.model, pk), noun, reverse(noun.back[0]))


def _ask(request: PageRequest, initiative: Initiative | None, fact: Fact, noun: Noun, back: str) -> HttpResponse:
    require_change(request.actor, fact, initiative, noun.permission)
    form, warning = ReasonForm(**posted(request)), noun.warns(fact)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_fact(actor=request.actor, fact=fact, now=timezone.now(), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            refuse(form, error)
        else:
            told = (f"The {noun.name} is withdrawn.", warning, "The figures are being worked out again.")
            messages.success(request, " ".join(words for words in told if words))
            return redirect(back)
    shown = Withdrawal(noun, back, noun.told(fact, formats_of(request)), warning)
    return show_form(request, "portfolio/withdraw.html", {"form": form, "initiative": initiative, "shown": shown})
