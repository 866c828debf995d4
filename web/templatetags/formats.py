"""Template filters and tags that write figures: `{% load formats %}`.

Each takes the page's `formats` (the reader's locale and time zone) from the context; None is written as a dash.
"""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html

from web.formats import Form, Formats, Number
from web.times import TIME, ago_html, moment_html

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
    """`{% day line.on %}` writes a calendar date; that of an instant is the reader's."""
    if value is None:
        return DASH
    formats = _formats(context)
    on = formats.local(value).date() if isinstance(value, datetime) else value
    return format_html(TIME, on.isoformat(), formats.day(on))


@register.simple_tag(takes_context=True)
def month(context: dict[str, Any], value: date | None) -> str:
    """`{% month line.on %}` writes a month with its year."""
    return DASH if value is None else _formats(context).month(value)


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], value: datetime | None) -> str:
    """`{% moment job.created_at %}` writes an instant in the reader's time zone."""
    return DASH if value is None else moment_html(value, _formats(context))


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], value: datetime | None) -> str:
    """`{% ago token.last_used_at %}` writes how long ago it was, with the instant itself on hovering."""
    return DASH if value is None else ago_html(value, timezone.now(), _formats(context))
