"""Errors as RFC 9457 problem details, for every path under /api/."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import set_rollback

PROBLEM = "application/problem+json"
logger = logging.getLogger(__name__)


class Conflict(APIException):
    """The same call is being answered at this moment."""

    status_code = 409
    default_code = "conflict"


class PreconditionFailed(APIException):
    """The row has changed since the caller read it."""

    status_code = 412
    default_detail = "This has changed since you read it. Read it again and repeat the change."
    default_code = "stale"


class PreconditionRequired(APIException):
    """The caller did not say which version it read."""

    status_code = 428
    default_detail = "Send the ETag that you read in the header If-Match."
    default_code = "if_match_missing"


class Unprocessable(APIException):
    """The call is well formed and contradicts an earlier one."""

    status_code = 422
    default_code = "unprocessable"


def problem(exception: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: every error becomes one problem document; what nobody foresaw is logged and a 500."""
    known = _as_api_exception(exception)
    if known is None:
        logger.error("unforeseen error under %s", _path(context), exc_info=exception)
        known = APIException("Something went wrong on our side. It has been logged.", code="error")
    set_rollback()
    response = Response(
        body(known.status_code, str(_first(known.detail)), known.default_code, faults_of(known)),
        status=known.status_code,
        headers=_headers(known),
        content_type=PROBLEM,
    )
    response.exception = True
    return response


def page(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """The problem document for an error that never reached an endpoint (unknown path, bad host)."""
    document = body(status, detail, HTTPStatus(status).name.lower(), [])
    return HttpResponse(json.dumps(document), status=status, content_type=PROBLEM)


def body(status: int, detail: str, code: str, faults: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A problem document."""
    return {
        "type": f"/api/#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "The request was refused; see errors." if faults else detail,
        "errors": list(faults),
    }


def faults_of(exception: APIException) -> list[dict[str, Any]]:
    """Every fault of a validation error as field, code and message; list rows are named `[index].field`."""
    if not isinstance(exception, ValidationError):
        return []
    return [
        {"field": _dotted(path), "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}
        for path, detail in _leaves(exception.detail, ())
    ]


def from_django(error: DjangoValidationError) -> ValidationError:
    """A model's validation error as the API's."""
    if not hasattr(error, "error_dict"):
        return ValidationError({NON_FIELD_ERRORS: [_detail(one) for one in error.error_list]})
    return ValidationError({field: [_detail(one) for one in found] for field, found in error.error_dict.items()})


def _detail(error: DjangoValidationError) -> ErrorDetail:
    return ErrorDetail(" ".join(error.messages), code=error.code or "invalid")


def _as_api_exception(exception: Exception) -> APIException | None:
    match exception:
        case APIException():
            return exception
        case DjangoValidationError():
            return from_django(exception)
        case Http404():
            return _with_status(404, "There is nothing here.", "not_found")
        case PermissionDenied():
            return _with_status(403, "You may not do this.", "forbidden")
        case RequestDataTooBig() | TooManyFieldsSent():
            return _with_status(413, "The body is too large.", "too_large")
        case SuspiciousOperation() | DataError():
            return _with_status(400, "The request holds something that cannot be stored.", "invalid")
        case OperationalError():
            return _with_status(503, "The database does not answer. Try again in a moment.", "unavailable")
    return None


def _with_status(status: int, detail: str, code: str) -> APIException:
    found = APIException(detail, code=code)
    found.status_code = status
    found.default_code = code
    return found


def _headers(exception: APIException) -> dict[str, str]:
    headers = {}
    challenge, wait = getattr(exception, "auth_header", None), getattr(exception, "wait", None)
    if challenge:
        headers["WWW-Authenticate"] = str(challenge)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def _path(context: Mapping[str, Any]) -> str:
    request = context.get("request")
    return str(request.path) if request is not None else "an unknown path"


def _first(detail: Any) -> Any:
    return next((leaf for _, leaf in _leaves(detail, ())), "")


def _leaves(detail: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(detail, dict):
        for name, part in detail.items():
            here = path if name in (NON_FIELD_ERRORS, "non_field_errors") else (*path, name)
            yield from _leaves(part, here)
    elif isinstance(detail, list):
        rows = any(isinstance(part, dict | list) for part in detail)
        for index, part in enumerate(detail):
            yield from _leaves(part, (*path, index) if rows else path)
    else:
        yield path, detail


def _dotted(path: Sequence[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
