"""Ending a digest from its mail, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notices.access import subscription_or_404
from notices.services.subscriptions import end


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button, since scanners follow links; POST ends this one subscription at once (RFC 8058)."""
    subscription = subscription_or_404(token)
    if request.method == "POST":
        end(subscription=subscription, now=timezone.now())
    done = request.method == "POST"
    return render(request, "notices/unsubscribe.html", {"subscription": subscription, "done": done})
