"""The notations of numbers and dates that a reader may choose."""

from datetime import date
from functools import cache

from web.formats import Formats, known_locale

NAMES = (
    "en", "en-US", "en-GB", "en-AU", "en-CA", "cs", "da", "de", "de-AT", "de-CH", "es", "es-MX", "fi", "fr", "fr-CA",
    "fr-CH", "it", "nb", "nl", "pl", "pt", "pt-BR", "sv",
)  # fmt: skip
EXAMPLE_NUMBER, EXAMPLE_DAY = "1234.5", date(2026, 11, 22)


@cache
def offered() -> tuple[tuple[str, str], ...]:
    """Each notation with its name and an example: ("de", "German: 1.234,5 · 22.11.2026")."""
    return tuple((name, f"{known_locale(name).get_display_name('en')}: {example(name)}") for name in NAMES)


def example(name: str) -> str:
    """A number and a date in the notation."""
    formats = Formats(name)
    return f"{formats.number(EXAMPLE_NUMBER)} · {formats.day(EXAMPLE_DAY)}"
