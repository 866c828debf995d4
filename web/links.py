"""Addresses in a text that people typed, as links; everything else is escaped."""

import re
from collections.abc import Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
NOT_ITS_END = ".,;:!?)]}"


def linked(text: str) -> SafeString:
    """The text with each http and https address as a link; any other scheme stays plain text."""
    return mark_safe("".join(_parts(text)))  # noqa: S308 - every part is escaped below


def _parts(text: str) -> Iterator[str]:
    place = 0
    for found in ADDRESS.finditer(text):
        address = found.group().rstrip(NOT_ITS_END)
        yield escape(text[place : found.start()])
        yield format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, address)
        place = found.start() + len(address)
    yield escape(text[place:])
