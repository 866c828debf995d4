"""The theme switch (a cookie that the server reads, so that no page flashes in the wrong colours) and the keys."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from web.context import SYSTEM, THEME_COOKIE, THEMES
from web.styleguide.figures import FIGURES
from web.styleguide.pages import pages
from web.styleguide.specimens import shown

YEAR = 365 * 24 * 3600
FRAGMENT = "X-Fragment"


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme asked for (light, dark, or anything else for the system's) and goes back to the page."""
    return keep_theme(request, HttpResponseRedirect(_back(request)), request.POST.get("theme", ""))


@require_safe
@vary_on_headers(FRAGMENT)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that work everywhere, as a page; as its table alone for a script that shows it in a dialog."""
    return render(request, "web/_keys.html" if FRAGMENT in request.headers else "web/keys.html")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for people who build pages and for the checks of accessibility."""
    parts = [shown(specimen, request) for specimen in (*FIGURES, *pages())]
    return render(request, "web/styleguide.html", {"parts": parts})


def keep_theme(request: HttpRequest, response: HttpResponse, theme: str) -> HttpResponse:
    """The response with the theme's cookie: light, dark, the system's, or none where the person's preference counts."""
    if theme in (*THEMES, SYSTEM):
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"
