"""The targets of a KPI in words, alike on every page."""

from portfolio.selectors import Targets
from web.formats import Formats


def target_words(targets: Targets, formats: Formats) -> str:
    """`now 5,000, 4,200 by May 2028`; empty without a target."""
    words = []
    if targets.now:
        words.append(f"now {formats.quantity(targets.now.value)}")
    if targets.ahead:
        words.append(f"{formats.quantity(targets.ahead.value)} by {formats.month(targets.ahead.on)}")
    return ", ".join(words)
