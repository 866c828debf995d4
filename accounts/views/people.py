"""The people of a workspace: invite, change role or unit, deactivate."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PageRequest, page, require
from accounts.choices import Permission
from accounts.forms import InviteForm, MemberForm
from accounts.models import Membership
from accounts.selectors import member_of, people_of
from accounts.services.people import change_member, deactivate, invite, reactivate
from web.undo import offer


@require_http_methods(["GET", "POST"])
@page
def people(request: PageRequest) -> HttpResponse:
    """Everybody in the workspace; a new invitation's link is shown once."""
    require(request.actor, Permission.ADMINISTER)
    form = InviteForm(request.POST or None, workspace=request.actor.workspace)
    invited = None
    if request.method == "POST" and form.is_valid():
        invited = _invite(request, form)
    context = {
        "form": form if invited is None else InviteForm(workspace=request.actor.workspace),
        "invited": invited,
        "people": people_of(request.actor.workspace, timezone.now()),
    }
    status = 400 if request.method == "POST" and invited is None else 200
    return render(request, "accounts/people.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page
def person(request: PageRequest, pk: int) -> HttpResponse:
    """One member's role and unit."""
    member = _member(request, pk)
    present = {"role": member.role, "unit": member.unit_id}
    form = MemberForm(request.POST or None, workspace=request.actor.workspace, initial=present)
    if request.method == "POST" and form.is_valid():
        try:
            change_member(actor=request.actor, membership=member, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            _refuse(form, error)
        else:
            messages.success(request, f"{member.user} is now {member.role}.")
            return redirect("people")
    status = 200 if request.method == "GET" else 400
    return render(request, "accounts/person.html", {"form": form, "member": member}, status=status)


@require_POST
@page
def deactivate_person(request: PageRequest, pk: int) -> HttpResponse:
    """Shuts a member out."""
    member = _member(request, pk)
    try:
        deactivate(actor=request.actor, membership=member, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        undo = reverse("reactivate_person", args=[member.pk])
        offer(request, f"{member.user} can no longer sign in here.", undo)
    return redirect("people")


@require_POST
@page
def reactivate_person(request: PageRequest, pk: int) -> HttpResponse:
    """Lets a member in again."""
    member = _member(request, pk)
    try:
        reactivate(actor=request.actor, membership=member)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{member.user} can sign in again.")
    return redirect("people")


def _member(request: PageRequest, pk: int) -> Membership:
    require(request.actor, Permission.ADMINISTER)
    member = member_of(request.actor.workspace, pk)
    if member is None:
        raise Http404("No such member.")
    return member


def _invite(request: PageRequest, form: InviteForm) -> dict[str, str] | None:
    try:
        joined = invite(actor=request.actor, now=timezone.now(), **form.cleaned_data)
    except ValidationError as error:
        _refuse(form, error)
        return None
    path = reverse("accept_invitation", args=[joined.invitation])
    return {"email": joined.membership.user.email, "link": f"{settings.BASE_URL}{path}"}


def _refuse(form: Form, error: ValidationError) -> None:
    if hasattr(error, "error_dict"):
        for field, found in error.error_dict.items():
            form.add_error(field if field in form.fields else None, found)
    else:
        form.add_error(None, error)
