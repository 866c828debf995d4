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
from accounts.selectors import member_of, people_of, working_tokens_of
from accounts.services.people import (
    Joined,
    change_member,
    deactivate,
    invite,
    invite_again,
    reactivate,
    withdraw_invitation,
)
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
    return _show_people(request, form if invited is None else InviteForm(workspace=request.actor.workspace), invited)


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


@require_http_methods(["GET", "POST"])
@page
def invite_person_again(request: PageRequest, pk: int) -> HttpResponse:
    """Makes a new link for somebody who has not joined yet once that is confirmed, and shows it once."""
    member = _member(request, pk)
    if request.method == "GET":
        return render(request, "accounts/invitation_again.html", {"member": member})
    try:
        joined = invite_again(actor=request.actor, membership=member, now=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("people")
    return _show_people(request, InviteForm(workspace=request.actor.workspace), _shown_once(joined))


@require_http_methods(["GET", "POST"])
@page
def withdraw_person_invitation(request: PageRequest, pk: int) -> HttpResponse:
    """Ends an open invitation once that is confirmed."""
    member = _member(request, pk)
    if request.method == "GET":
        return render(request, "accounts/invitation_withdraw.html", {"member": member})
    try:
        withdraw_invitation(actor=request.actor, membership=member)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"The invitation of {member.user.email} is withdrawn; its link no longer works.")
    return redirect("people")


@require_http_methods(["GET", "POST"])
@page
def deactivate_person(request: PageRequest, pk: int) -> HttpResponse:
    """Shuts a member out once that is confirmed."""
    member = _member(request, pk)
    if request.method == "GET":
        tokens = working_tokens_of(member, timezone.now())
        return render(request, "accounts/person_deactivate.html", {"member": member, "tokens": tokens})
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


def _show_people(request: PageRequest, form: InviteForm, invited: dict[str, str] | None) -> HttpResponse:
    people = people_of(request.actor.workspace, timezone.now())
    context = {"form": form, "invited": invited, "people": people}
    return render(request, "accounts/people.html", context, status=400 if form.errors else 200)


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
    return _shown_once(joined)


def _shown_once(joined: Joined) -> dict[str, str]:
    path = reverse("accept_invitation", args=[joined.invitation])
    return {"email": joined.membership.user.email, "link": f"{settings.BASE_URL}{path}"}


def _refuse(form: Form, error: ValidationError) -> None:
    if hasattr(error, "error_dict"):
        for field, found in error.error_dict.items():
            form.add_error(field if field in form.fields else None, found)
    else:
        form.add_error(None, error)
