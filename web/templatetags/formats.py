"""Template filters and tags that write figures: `{% load formats %}`.

Each takes the page's `formats` (the reader's locale and time zone) from the context; None is written as a dash.
"""

from datetime import date, datetime
from typing import Any

from django import template

from web.formats import Form, Formats, Number

register = template.Library()
DASH = "–"


def _formats(context: dict[str, Any]) -> Formats:
    found: Formats = context.get("formats") or Formats()
    return found


@register.simple_tag(takes_context=True)
def money(context: dict[str, Any], value: Number | None, currency: str, form: str = "table") -> str:
    """`{% money line.amount line.currency "exact" %}`; forms: short, table, full, exact."""
    return DASH if value is None else _formats(context).money(value, currency, Form(form))


@register.simple_tag(takes_context=True)
def percent(context: dict[str, Any], value: Number | None) -> str:
    """`{% percent share %}` writes a ratio as a percentage."""
    return DASH if value is None else _formats(context).percent(value)


@register.simple_tag(takes_context=True)
def number(context: dict[str, Any], value: Number | None, digits: int = 2) -> str:
    """`{% number reading.value 3 %}` writes a number with at most so many decimals."""
    return DASH if value is None else _formats(context).number(value, digits=digits)


@register.simple_tag(takes_context=True)
def day(context: dict[str, Any], value: date | None) -> str:
    """`{% day line.on %}` writes a calendar date."""
    return DASH if value is None else _formats(context).day(value)


@register.simple_tag(takes_context=True)
def month(context: dict[str, Any], value: date | None) -> str:
    """`{% month line.on %}` writes a month with its year."""
    return DASH if value is None else _formats(context).month(value)


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], value: datetime | None) -> str:
    """`{% moment job.created_at %}` writes an instant in the reader's time zone."""
    return DASH if value is None else _formats(context).moment(value)
