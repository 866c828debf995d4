"""Instants in pages: <time> for machines, words for people, always in the reader's zone."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from web.formats import Formats

TIME = '<time datetime="{}">{}</time>'
AGO = '<time datetime="{}" title="{}">{}</time>'


def moment_html(value: datetime, formats: Formats) -> SafeString:
    """An instant with its day, clock and zone."""
    return format_html(TIME, value.isoformat(timespec="seconds"), formats.moment(value))


def ago_html(value: datetime, now: datetime, formats: Formats) -> SafeString:
    """How long ago an instant was; the instant itself stands in its title."""
    return format_html(AGO, value.isoformat(timespec="seconds"), formats.moment(value), formats.ago(value, now))
