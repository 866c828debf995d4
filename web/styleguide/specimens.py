"""What a specimen is, and all of them in the order of the page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

COMMENT = re.compile(r"{% comment %}\s*(.*?)\s*{% endcomment %}", re.DOTALL)
State = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Specimen:
    """A component and the states that it is shown in.

    Args:
        title: its name in the catalogue of components.
        template: its file below templates/components.
        states: the words of each state and the context that shows it.
        inside: the element that it needs around itself, opened and closed, such as a list; empty where it needs none.
    """

    title: str
    template: str
    states: tuple[State, ...]
    inside: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Shown:
    """A specimen as the page prints it."""

    title: str
    file: str
    documented: str
    states: tuple[tuple[str, SafeString], ...]


def shown(specimen: Specimen, request: HttpRequest) -> Shown:
    """The specimen with each of its states rendered."""
    template = get_template(f"components/{specimen.template}")
    opened, closed = (SafeString(part) for part in specimen.inside)
    return Shown(
        title=specimen.title,
        file=f"components/{specimen.template}",
        documented=documented(template.template.source),  # type: ignore[attr-defined]
        states=tuple(
            (words, format_html("{}{}{}", opened, _without_focus(template.render(dict(context), request)), closed))
            for words, context in specimen.states
        ),
    )


def _without_focus(html: str) -> SafeString:
    """A specimen takes no focus: the page begins at its top."""
    return SafeString(html.replace(" autofocus", ""))


def documented(source: str) -> str:
    """The context that the head of a template describes."""
    found = COMMENT.match(source)
    return found[1] if found else ""
