"""The theme switch: a cookie that the server reads, so that no page flashes in the wrong colours."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from web.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme asked for (light, dark, or anything else for the system's) and goes back to the page."""
    return keep_theme(request, HttpResponseRedirect(_back(request)), request.POST.get("theme", ""))


def keep_theme(request: HttpRequest, response: HttpResponse, theme: str) -> HttpResponse:
    """The response with the theme's cookie: light, dark, or none for the system's."""
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"
