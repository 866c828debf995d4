"""What every table of computed figures is made of."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import pgtrigger
from django.db import models

METHOD_VERSION = "7"


class Kind(StrEnum):
    """Why a snapshot was made: to be the current one, to answer what was believed on a day, or what is known now
    about the time up to a day."""

    CURRENT = "current"
    AS_OF = "as_of"
    RESTATED = "restated"


class Document(models.JSONField):
    """JSON that is inserted as a value of its own.

    Django inserts many rows as one array per column, and each quote of a document in an array is escaped once more:
    that took longer than everything else.
    """

    def get_placeholder(self, value: object, compiler: object, connection: object) -> str:
        """A parameter; that it is asked for by value keeps the column out of an array."""
        return "%s"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """To the database it is plain JSON."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options


def never_edited() -> pgtrigger.Protect:
    """The trigger that refuses any change of a row."""
    return pgtrigger.Protect(name="never_edited", operation=pgtrigger.Update)
