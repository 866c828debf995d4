"""What all forms of the record side share."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import get_decimal_symbol
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from portfolio.forms.fields import NumberField
from portfolio.services.errors import RowErrors
from web.formats import Formats, known_locale


class RecordForm(forms.Form):
    """A form that reads numbers in its reader's notation.

    Args:
        formats: how the reader writes figures.
    """

    def __init__(self, *args: Any, formats: Formats, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = "Choose one." if is_choice else "Fill this in."
        self.decimal_mark = get_decimal_symbol(known_locale(formats.locale))
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.decimal_mark = self.decimal_mark


def refuse(form: forms.BaseForm, error: ValidationError | RowErrors, places: Mapping[str, str] | None = None) -> None:
    """Shows what a service refused beside the field it is about.

    Args:
        form: a bound form; a fault of a field it does not have is shown above the form.
        error: what the service raised.
        places: the form's name of a field where it differs from the service's.
    """
    for name, message in _faults(error):
        place = (places or {}).get(name, name)
        form.add_error(place if place in form.fields else None, message)


def _faults(error: ValidationError | RowErrors) -> list[tuple[str, str]]:
    if isinstance(error, RowErrors):
        return [(row.field, row.message) for row in error.rows]
    if hasattr(error, "error_dict"):
        return [(name, message) for name, messages in error.message_dict.items() for message in messages]
    return [(NON_FIELD_ERRORS, message) for message in error.messages]
