"""Saved views: named from the list that they are a view of, renamed, shared and deleted here."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PageRequest, may, may_change_view, page, saved_view_or_404, saved_views
from accounts.choices import Permission
from accounts.forms import NewViewForm, SavedViewForm
from accounts.models import SavedView
from accounts.services.saved_views import SAVABLE, change_view, delete_view, save_view


@require_safe
@page
def listing(request: PageRequest) -> HttpResponse:
    """The views that the person may use."""
    rows = [(view, address_of(view), may_change_view(request.actor, view)) for view in saved_views(request.actor)]
    return render(request, "accounts/saved_views.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Names what a list shows; its address comes along in `page` and `query`."""
    sent = request.POST or None
    known = {name: request.GET.get(name, "") for name in ("page", "query")}
    form = NewViewForm(sent, may_share=may(request.actor, Permission.SHARE_VIEWS), initial=known)
    if form.is_valid():
        words = {"is_shared": False, **form.cleaned_data}
        view = _written(form, lambda: save_view(actor=request.actor, now=timezone.now(), **words))
        if view is not None:
            messages.success(request, f"Saved as “{view.name}”.")
            return redirect(address_of(view))
    chosen = (sent or known).get("page") or ""
    back = reverse(chosen) if chosen in SAVABLE else "/"
    status = 400 if sent else 200
    return render(request, "accounts/saved_view.html", {"form": form, "back": back}, status=status)


@require_http_methods(["GET", "POST"])
@page
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """Renames a view, and shares it or keeps it to oneself."""
    view = _own(request, pk)
    may_share = view.is_shared or may(request.actor, Permission.SHARE_VIEWS)
    present = {"name": view.name, "is_shared": view.is_shared}
    form = SavedViewForm(request.POST or None, may_share=may_share, initial=present)
    if form.is_valid():
        words = {"is_shared": False, **form.cleaned_data}
        if _written(form, lambda: change_view(actor=request.actor, view=view, **words)) is not None:
            messages.success(request, "Saved.")
            return redirect("saved_views")
    status = 400 if form.errors else 200
    context = {"form": form, "view": view, "back": reverse("saved_views")}
    return render(request, "accounts/saved_view.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page
def delete(request: PageRequest, pk: int) -> HttpResponse:
    """Deletes a view once that is confirmed."""
    view = _own(request, pk)
    if request.method == "POST":
        delete_view(actor=request.actor, view=view)
        messages.success(request, f"The view “{view.name}” is deleted.")
        return redirect("saved_views")
    return render(request, "accounts/saved_view_delete.html", {"view": view})


def address_of(view: SavedView) -> str:
    """The list that the view is a name for; nowhere else can it lead."""
    return f"{reverse(view.page)}?{view.query}" if view.query else reverse(view.page)


def _own(request: PageRequest, pk: int) -> SavedView:
    view = saved_view_or_404(request.actor, pk)
    if not may_change_view(request.actor, view):
        raise PermissionDenied("This view is another person's.")
    return view


def _written(form: SavedViewForm, write: Callable[[], SavedView]) -> SavedView | None:
    try:
        return write()
    except ValidationError as error:
        form.add_error("name", error.messages)
        return None
