"""Taking something back right after it was done: the message that says what was done carries a button for it.

The button is shown for ten seconds. It is taken for longer, since somebody who needs more time may hold it on the
page by pointing at it or by keeping the focus in it.
"""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest

TAKEN_SECONDS = 300
SALT = "undo"


def offer(request: HttpRequest, words: str, address: str) -> None:
    """Says what was done, with a button that posts to the address to undo it."""
    messages.success(request, words, extra_tags=address)


def sealed(act: dict[str, Any]) -> str:
    """A text that names what was done, which nobody can make up and which is taken for a short time."""
    return signing.dumps(act, salt=SALT, compress=True)


def opened(text: str) -> dict[str, Any] | None:
    """What the text names; None where it is too old or not ours."""
    try:
        act: dict[str, Any] = signing.loads(text, salt=SALT, max_age=TAKEN_SECONDS)
    except signing.BadSignature:
        return None
    return act
