"""Access tokens: made once, shown once, revoked at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import Forbidden, PageRequest, may, page
from accounts.choices import Permission
from accounts.forms import TokenForm
from accounts.selectors import membership_of, token_of, tokens_for
from accounts.services.tokens import issue_token, require_revoking, revoke_token


@never_cache
@require_http_methods(["GET", "POST"])
@page
def tokens(request: PageRequest) -> HttpResponse:
    """The person's own tokens, or all of the workspace for an administrator."""
    if not may(request.actor, Permission.OWN_TOKENS):
        raise Forbidden(Permission.OWN_TOKENS)
    form = TokenForm(request.POST or None)
    secret = None
    if request.method == "POST" and form.is_valid():
        secret = _issue(request, form)
    context = {
        "form": form if secret is None else TokenForm(),
        "secret": secret,
        "tokens": tokens_for(request.actor, timezone.now()),
    }
    status = 400 if request.method == "POST" and secret is None else 200
    return render(request, "accounts/tokens.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    """Asks before a token ends, which cannot be undone."""
    token = token_of(request.actor.workspace, pk)
    if token is None:
        raise Http404("No such token.")
    require_revoking(request.actor, token)
    if request.method == "GET":
        return render(request, "accounts/token_revoke.html", {"token": token})
    revoke_token(actor=request.actor, token=token, now=timezone.now())
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("tokens")


def _issue(request: PageRequest, form: TokenForm) -> str | None:
    membership = membership_of(request.actor)
    try:
        return issue_token(membership=membership, now=timezone.now(), **form.cleaned_data)[1]
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None
