"""What goes out to the reader: preview, day and hour, a test, and the log."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from notices.contexts.reports import build
from notices.digests import preview, queue_test
from notices.digests.render import Rendered
from notices.forms import SubscriptionForm
from notices.selectors.subscriptions import own_subscription
from notices.services.subscriptions import end_own, follow
from notices.tasks import send_waiting
from portfolio.views.door import PageRequest, page
from web.context import formats_of
from web.undo import offer


@csp_update({"frame-src": [SELF]})
@require_safe
@page
def reports(request: PageRequest) -> HttpResponse:
    """The next digest, when it comes, and the mails that went out."""
    shown, row = build(request.actor, formats_of(request), timezone.now())
    form = SubscriptionForm(initial={"weekday": row.weekday, "hour": row.hour})
    return render(request, "notices/reports.html", {"reports": shown, "form": form})


@csp_replace({"script-src": [NONE], "style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]})
@xframe_options_sameorigin
@require_safe
@page
def digest_html(request: PageRequest) -> HttpResponse:
    """The HTML of the next digest alone, with its inline styles and without any script."""
    return HttpResponse(_rendered(request).html)


@require_safe
@page
def digest_text(request: PageRequest) -> HttpResponse:
    """The text of the next digest."""
    return HttpResponse(_rendered(request).text, content_type="text/plain; charset=utf-8")


@require_POST
@page
def send_test(request: PageRequest) -> HttpResponse:
    """Sends the next digest to the reader now; it counts as no digest."""
    now = timezone.now()
    if queue_test(own_subscription(request.actor, now), now=now) is None:
        messages.error(request, "There is nothing to send yet: no figures have been worked out.")
    else:
        transaction.on_commit(lambda: send_waiting.delay(), robust=True)
        messages.success(request, f"A test is on its way to {request.user.email}.")
    return redirect("reports")


@require_POST
@page
def subscription(request: PageRequest) -> HttpResponse:
    """Switches the reader's own digest on, to another day and hour, or off."""
    form, now = SubscriptionForm(request.POST), timezone.now()
    if "off" in request.POST:
        end_own(actor=request.actor, now=now)
        offer(request, "Your weekly digest is switched off.", reverse("resume_digest"))
    elif form.is_valid():
        row = follow(actor=request.actor, now=now, **form.cleaned_data)
        moment = formats_of(request).moment(row.next_digest_at)
        messages.success(request, f"Your next digest comes on {moment}.")
    else:
        messages.error(request, "Choose a day and an hour from the lists.")
    return redirect("reports")


@require_POST
@page
def resume(request: PageRequest) -> HttpResponse:
    """Switches the reader's digest on again, on the day and hour that it had."""
    now = timezone.now()
    had = own_subscription(request.actor, now)
    row = follow(actor=request.actor, now=now, weekday=had.weekday, hour=had.hour)
    messages.success(request, f"Undone: your next digest comes on {formats_of(request).moment(row.next_digest_at)}.")
    return redirect("reports")


def _rendered(request: PageRequest) -> Rendered:
    now = timezone.now()
    found = preview(own_subscription(request.actor, now), now=now)
    if found is None:
        raise Http404("No figures have been worked out yet.")
    return found
