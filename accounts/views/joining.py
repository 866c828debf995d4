"""Accepting an invitation, and changing between workspaces."""

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PageRequest, page
from accounts.forms import JoinForm
from accounts.middleware import CHOSEN
from accounts.models import Invitation
from accounts.services.people import accept, find_invitation, takes_password

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Joins by link: a new person sets name and password, a known one must be signed in."""
    invitation = find_invitation(secret=token, now=timezone.now())
    if invitation is None:
        return render(request, "accounts/invitation_over.html", status=404)
    if takes_password(invitation):
        return _join_newly(request, invitation)
    return _join_known(request, invitation)


@require_POST
@page
def switch_workspace(request: PageRequest) -> HttpResponse:
    """Goes on in another workspace of the same person."""
    wanted = request.POST.get("workspace", "")
    if wanted not in {membership.workspace.slug for membership in request.memberships}:
        raise Http404("No such workspace.")
    request.session[CHOSEN] = wanted
    return redirect("/")


def _join_newly(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accept(
                invitation=invitation,
                now=timezone.now(),
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
            )
        except ValidationError as error:
            form.add_error(None if not hasattr(error, "error_dict") else "password", error.messages)
        else:
            login(request, invitation.user, backend=BACKEND)
            return _enter(request, invitation)
    status = 200 if request.method == "GET" else 400
    return render(request, "accounts/join.html", {"form": form, "invitation": invitation}, status=status)


def _join_known(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    is_them = request.user.is_authenticated and request.user.pk == invitation.user_id
    if request.method == "POST" and is_them:
        try:
            accept(invitation=invitation, now=timezone.now())
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("/")
        return _enter(request, invitation)
    return render(request, "accounts/join_known.html", {"invitation": invitation, "is_them": is_them})


def _enter(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    request.session[CHOSEN] = invitation.workspace.slug
    messages.success(request, f"Welcome to {invitation.workspace.name}.")
    return redirect("/")
