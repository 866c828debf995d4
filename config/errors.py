"""Errors that no view answers: problem documents under /api/, pages elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.views import defaults

from web.api.problems import page

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A request that was refused before it reached a view, such as one for a foreign host name."""
    return _answer(request, 400, "The request cannot be read.", lambda: defaults.bad_request(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Known, and not allowed."""
    return _answer(request, 403, "You may not do this.", lambda: defaults.permission_denied(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Unknown, or somebody else's."""
    return _answer(request, 404, "There is nothing here.", lambda: defaults.page_not_found(request, exception))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """What nobody foresaw; Django has logged it."""
    return _answer(request, 500, "Something went wrong on our side.", lambda: defaults.server_error(request))


def _answer(request: HttpRequest, status: int, detail: str, other: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    return page(request, status, detail) if request.path.startswith(API) else other()
