"""What a person chooses for themselves."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import PageRequest, page
from accounts.forms import PreferencesForm
from accounts.services.preferences import update_preferences
from web.views import keep_theme


@require_http_methods(["GET", "POST"])
@page
def preferences(request: PageRequest) -> HttpResponse:
    """Name, time zone, language of figures, colours."""
    form = PreferencesForm.of(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            update_preferences(user=request.user, changes=form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Saved.")
            return keep_theme(request, redirect("preferences"), form.cleaned_data["theme"])
    status = 200 if request.method == "GET" else 400
    return render(request, "accounts/preferences.html", {"form": form}, status=status)
