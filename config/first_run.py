"""Opens the made-up sample portfolio from the first-run page."""

import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import PageRequest, page, require
from accounts.choices import Permission, Role
from accounts.middleware import CHOSEN
from accounts.models import Membership, User, Workspace
from accounts.services.people import add_person
from config.sample import history, load


@require_POST
@page
def load_sample(request: PageRequest) -> HttpResponse:
    """Loads the sample where it is not there yet, lets its opener in, and goes on there."""
    require(request.actor, Permission.ADMINISTER)
    workspace = load.existing() or _loaded()
    _let_in(request.user, workspace)
    request.session[CHOSEN] = workspace.slug
    messages.success(request, "This is the sample. The menu on the right leads back to your own workspace.")
    return redirect("/")


def _loaded() -> Workspace:
    """Nobody needs the sample's own sign-in here, so its password is random and kept nowhere."""
    return history.load_with_figures(now=timezone.now(), password=secrets.token_urlsafe())


def _let_in(user: User, workspace: Workspace) -> None:
    """Whoever opens it may try everything; nobody is its administrator but the made-up one."""
    if not Membership.objects.filter(user=user, workspace=workspace).exists():
        add_person(now=timezone.now(), workspace=workspace, email=user.email, role=Role.FINANCE)
