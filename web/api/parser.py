"""JSON as it should be: what Python's reader lets through and a database or a figure chokes on is refused."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

LARGEST_BODY = 10 * 1024 * 1024
LONGEST_NUMBER = 40
SUSPECT = re.compile(r"\\u0000|\\ud[89a-f]", re.IGNORECASE)


class BodyTooLarge(APIException):
    """The body is larger than this API reads."""

    status_code = 413
    default_detail = f"The body is larger than {LARGEST_BODY // 1024 // 1024} MB. Send it in parts."
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """Reads UTF-8 JSON; numbers with a point become Decimal, never float.

    Refuses deep nesting, NaN and Infinity, numbers of more than 40 digits, names given twice, NUL and lone surrogates.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body.

        Raises:
            ParseError: it is no JSON, or JSON that this API refuses.
            BodyTooLarge: it is larger than 10 MB.
        """
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            text = raw.decode("utf-8-sig")
            return _checked(
                json.loads(
                    text,
                    parse_float=_decimal,
                    parse_int=_integer,
                    parse_constant=_refuse_constant,
                    object_pairs_hook=_object,
                ),
                suspect=SUSPECT.search(text) is not None,
            )
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {error}") from error


def _decimal(text: str) -> Decimal:
    value = Decimal(text) if len(text) <= LONGEST_NUMBER else None
    if value is None or not -LONGEST_NUMBER < value.adjusted() < LONGEST_NUMBER:
        raise ValueError("a number is too long or too large")
    return value


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number is too long")
    return int(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice in one object")
    return found


def _checked(value: Any, *, suspect: bool) -> Any:
    if suspect:
        _refuse_unstorable(value)
    return value


def _refuse_unstorable(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text holds the character NUL")
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("a text holds half a surrogate pair")
    elif isinstance(value, dict):
        for name, part in value.items():
            _refuse_unstorable(name)
            _refuse_unstorable(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_unstorable(part)
