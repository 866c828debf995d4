"""Cursor paging by (sort column, id): no row is skipped or doubled while others write."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import FieldError
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE = 50
LARGEST_PAGE = 200
PAGING = ("cursor", "page_size")
DIGITS = re.compile(r"\d+\Z", re.ASCII)


def paginate(
    request: Request, rows: "QuerySet[Any]", show: Callable[[list[Any]], list[dict[str, Any]]], sort: str
) -> dict[str, Any]:
    """One page of rows as {results, next, previous}.

    Args:
        rows: the filtered rows, in any order.
        show: the rows as JSON objects.
        sort: the column to sort by; ties are broken by the id.
    """
    size = page_size(request)
    backwards, position = _position(request)
    found = list(_after(rows, sort, position, backwards)[: size + 1])
    more, page = len(found) > size, found[:size]
    if backwards:
        page.reverse()
    has_next = backwards or more
    has_previous = more if backwards else position is not None
    return {
        "results": show(page),
        "next": _link(request, page[-1], sort, backwards=False) if page and has_next else None,
        "previous": _link(request, page[0], sort, backwards=True) if page and has_previous else None,
    }


def refuse_unknown(request: Request, known: Sequence[str]) -> None:
    """Raises ValidationError for a query parameter that is not known, given twice, or not storable."""
    problems = {}
    for name, values in request.query_params.lists():
        if name not in known:
            problems[name] = ErrorDetail("There is no such parameter.", "unknown_parameter")
        elif len(values) > 1:
            problems[name] = ErrorDetail("Give this parameter once.", "repeated_parameter")
        elif "\0" in values[0] or any("\ud800" <= letter <= "\udfff" for letter in values[0]):
            problems[name] = ErrorDetail("This holds a character that cannot be stored.", "invalid")
    if problems:
        raise ValidationError(problems)


def page_size(request: Request) -> int:
    """The number of rows that the caller asks for, at most LARGEST_PAGE."""
    text = request.query_params.get("page_size", "")
    if not text:
        return PAGE_SIZE
    if not DIGITS.match(text) or not text.strip("0"):
        raise ValidationError({"page_size": "Give a whole number from 1 to 200."})
    return min(int(text[:9]), LARGEST_PAGE)


def _position(request: Request) -> tuple[bool, list[Any] | None]:
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return False, None
    try:
        decoded = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
        backwards, value, row_id = decoded
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise _bad_cursor() from error
    fits = isinstance(backwards, bool) and isinstance(value, str | int) and type(row_id) is int
    if not fits or not 0 <= row_id < 2**63 or "\0" in str(value):
        raise _bad_cursor()
    return backwards, [value, row_id]


def _after(rows: "QuerySet[Any]", sort: str, position: list[Any] | None, backwards: bool) -> "QuerySet[Any]":
    sign, way = ("-", "lt") if backwards else ("", "gt")
    if position is not None:
        value, row_id = position
        try:
            rows = rows.filter(Q(**{f"{sort}__{way}": value}) | Q(**{sort: value, f"pk__{way}": row_id}))
        except (DjangoValidationError, FieldError, ValueError, TypeError) as error:
            raise _bad_cursor() from error
    return rows.order_by(f"{sign}{sort}", f"{sign}pk")


def _bad_cursor() -> ValidationError:
    return ValidationError({"cursor": "This is no cursor of this list. Start without one."})


def _link(request: Request, row: Model, sort: str, *, backwards: bool) -> str:
    value = getattr(row, sort)
    position = [backwards, value if isinstance(value, int) else str(value), row.pk]
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode("ascii")
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
