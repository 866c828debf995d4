"""The first run: a workspace and its administrator, then the ways on."""

from typing import Any

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import Actor
from accounts.choices import Role
from accounts.middleware import CHOSEN
from accounts.models import Membership
from portfolio.contexts.suggestions import COMMON_CURRENCIES
from portfolio.forms.base import refuse
from portfolio.forms.settings import SetUpForm
from portfolio.services.workspaces import AlreadySetUp, has_people, is_set_up, set_up
from portfolio.views.door import posted, show_form

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEPS = ("You and how you count", "Your data", "Your people")
PLACES = {"name": "organisation", "slug": "organisation", "owner": "email"}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """With nobody there: makes the first workspace. Signed in: the ways on. Otherwise: sign in."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    if _may_begin(actor):
        return _begin(request)
    if not request.user.is_authenticated:
        return redirect("account_login")
    return render(request, "portfolio/setup_next.html", {"belongs": actor is not None, "steps": _steps(1)})


def _may_begin(actor: Actor | None) -> bool:
    """Nobody is there yet; or the sample's administrator goes on to a workspace of their own."""
    if not has_people():
        return True
    tries_sample = actor is not None and actor.workspace.is_sample and actor.role == Role.ADMIN
    return tries_sample and not is_set_up()


def _begin(request: HttpRequest) -> HttpResponse:
    form = SetUpForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            member = _make(form.cleaned_data, form)
        except ValidationError as error:
            refuse(form, error, PLACES)
        except AlreadySetUp:
            return redirect("account_login")
        else:
            login(request, member.user, backend=BACKEND)
            request.session[CHOSEN] = member.workspace.slug
            return redirect("setup")
    suggestions = {"currencies": COMMON_CURRENCIES}
    context = {"form": form, "suggestions": suggestions, "steps": _steps(0)}
    return show_form(request, "portfolio/setup.html", context)


def _steps(current: int) -> list[dict[str, str]]:
    """The steps of a first run: those before the current one are done."""
    states = ["done"] * current + ["current"] + [""] * (len(STEPS) - current - 1)
    return [{"label": label, "state": state} for label, state in zip(STEPS, states, strict=True)]


def _make(given: dict[str, Any], form: SetUpForm) -> Membership:
    names = ("currency", "time_zone", "fiscal_year_start")
    return set_up(
        now=timezone.now(),
        organisation={"name": given["organisation"], **{name: given[name] for name in names}},
        person={"name": given["your_name"], "email": given["email"], "password": given["password"]},
        ratios=form.ratios(),
    )
