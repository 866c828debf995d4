"""The price index of the workspace."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import may, require
from accounts.choices import Permission
from portfolio.contexts.pages import listed
from portfolio.contexts.settings import expected_inflation, price_levels
from portfolio.forms.base import refuse
from portfolio.forms.settings import PriceForm
from portfolio.services.errors import RowErrors
from portfolio.services.prices import record_prices
from portfolio.views.door import PageRequest, page, posted, show_form, today_of
from web.context import formats_of


@page
def prices(request: PageRequest) -> HttpResponse:
    """Price levels by month for everyone to read; finance pastes more."""
    form, now = PriceForm(**posted(request)), timezone.now()
    if request.method == "POST":
        require(request.actor, Permission.CONFIRM)
        if form.is_valid():
            try:
                done = record_prices(actor=request.actor, now=now, rows=form.cleaned_data["lines"])
            except RowErrors as error:
                form.refuse_rows(error)
            except ValidationError as error:
                refuse(form, error)
            else:
                counts = f"{len(done.created)} new, {len(done.updated)} replaced, {len(done.unchanged)} unchanged"
                messages.success(request, f"Price levels: {counts}. Figures in today's prices follow.")
                return redirect("price_index")
    shown = {
        "form": form,
        "levels": listed(price_levels(request.actor), request.GET, "page", "months"),
        "inflation": expected_inflation(request.actor, today_of(request, now), formats_of(request)),
        "may_confirm": may(request.actor, Permission.CONFIRM),
    }
    return show_form(request, "portfolio/price_index.html", shown)
