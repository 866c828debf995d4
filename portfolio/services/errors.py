"""What a list of rows got wrong, row by row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

LONGEST_NOTE = 400


@dataclass(frozen=True)
class RowError:
    """One fault: the row's index in the list (from 0), the field, and what is wrong with it."""

    index: int
    field: str
    message: str


class RowErrors(Exception):
    """A list was refused; nothing of it was written."""

    def __init__(self, rows: list[RowError]) -> None:
        super().__init__(f"{len(rows)} faults, first: {rows[0]}" if rows else "no faults")
        self.rows = rows


def faults(index: int, error: ValidationError) -> list[RowError]:
    """The faults that a validation error of one row holds."""
    named = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return [
        RowError(index, "" if field == NON_FIELD_ERRORS else field, message)
        for field, messages in named.items()
        for message in messages
    ]


def explained(reason: str, field: str = "reason", missing: str = "Say why; the reason stays in the record.") -> str:
    """The reason without blanks around it.

    Raises:
        ValidationError: there is none, or it is too long to be kept whole.
    """
    if not reason.strip():
        raise ValidationError({field: missing})
    return whole(reason.strip(), field)


def whole(text: str, field: str) -> str:
    """The text, which is kept whole. Raises ValidationError where it is too long."""
    if len(text) > LONGEST_NOTE:
        raise ValidationError({field: f"Write at most {LONGEST_NOTE} characters; these are {len(text):,}."})
    return text


@contextmanager
def single_row() -> Iterator[None]:
    """Turns the faults of a one-row list into the ValidationError of one object."""
    try:
        yield
    except RowErrors as error:
        messages: dict[str, list[str]] = {}
        for row in error.rows:
            messages.setdefault(row.field or NON_FIELD_ERRORS, []).append(row.message)
        raise ValidationError(messages) from error


@contextmanager
def refused_by(constraint: str, field: str, message: str) -> Iterator[None]:
    """Turns the breach of one database constraint into a ValidationError of a field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise ValidationError({field: message}) from error
