"""What the endpoints of the record side share."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from portfolio.services.errors import RowErrors
from portfolio.services.facts import Recorded
from web.api.endpoint import Endpoint
from web.api.fields import StrictSerializer, TextField

LONGEST_LIST = 10_000
M = TypeVar("M", bound=Model)


class RecordEndpoint(Endpoint):
    """Names refused rows of a list by their index."""

    def handle_exception(self, exc: Exception) -> Response:
        """The problem document of whatever went wrong."""
        return super().handle_exception(_by_index(exc) if isinstance(exc, RowErrors) else exc)


class Reason(StrictSerializer):
    """Why a fact is withdrawn."""

    reason = TextField(max_length=400)


class ListAnswer(serializers.Serializer[Any]):
    """How many rows of a list were new, replaced an earlier one, or said nothing new."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()


def one(serializer: type[StrictSerializer], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """The validated values of one object."""
    read = serializer(data=request.data, partial=partial)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def many(serializer: type[StrictSerializer], request: Request) -> list[dict[str, Any]]:
    """The validated values of a list of 1 to 10,000 rows."""
    rows = request.data
    if not isinstance(rows, list) or not 0 < len(rows) <= LONGEST_LIST:
        raise ValidationError(f"Send a list of 1 to {LONGEST_LIST:,} rows.", code="not_a_list")
    read = serializer(data=rows, many=True)
    read.is_valid(raise_exception=True)
    return list(read.validated_data)


def listed(done: Recorded[Any], shown: Sequence[Mapping[str, Any]]) -> Response:
    """The answer to a recorded list: 201 if it changed anything, else 200."""
    counts = {name: len(getattr(done, name)) for name in ("created", "updated", "unchanged")}
    status = 201 if done.created or done.updated else 200
    return Response({**counts, "results": shown}, status=status)


def lock(row: M) -> M:
    """The row as it is now, locked to the end of the transaction."""
    type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    row.refresh_from_db()
    return row


def refuse(field: str, message: str, code: str = "invalid") -> NoReturn:
    """Raises ValidationError for one field."""
    raise ValidationError({field: [ErrorDetail(message, code)]})


@contextmanager
def renamed(column: str, field: str) -> Iterator[None]:
    """Names a refused column by the field that the caller sent."""
    try:
        yield
    except DjangoValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        found = {field if name == column else name: faults for name, faults in error.error_dict.items()}
        raise DjangoValidationError(found) from error


def _by_index(error: RowErrors) -> ValidationError:
    rows: dict[int, dict[str, list[ErrorDetail]]] = {}
    for row in error.rows:
        fields = rows.setdefault(row.index, {})
        fields.setdefault(row.field or "non_field_errors", []).append(ErrorDetail(row.message, "invalid"))
    return ValidationError(rows)  # type: ignore[arg-type]
