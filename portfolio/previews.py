"""What a change of a setting would do to figures; whoever works them out says so, and is not known here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from web.formats import Formats

if TYPE_CHECKING:
    from accounts.access import Actor


@dataclass(frozen=True)
class Wanted:
    """A change that somebody asks for.

    Args:
        setting: a dated setting, or a field of the workspace.
        value: the ratio of a dated setting.
        on: the day from which it shall hold.
    """

    setting: str
    value: Decimal | None = None
    on: date | None = None


@dataclass(frozen=True)
class Preview:
    """What it does, in words, and the page that lists which figures; no page where none changes."""

    words: str
    url: str = ""


Teller = Callable[["Actor", Wanted, date, Formats], Preview]
tellers: list[Teller] = []


def previews(actor: "Actor", wanted: list[Wanted], today: date, formats: Formats) -> list[Preview]:
    """What everyone who works out figures says about the changes."""
    return [tell(actor, each, today, formats) for each in wanted for tell in tellers]
