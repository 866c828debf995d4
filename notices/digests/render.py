"""A letter as text and as HTML."""

from dataclasses import dataclass

from django.template.loader import render_to_string

from notices.digests.letter import Letter


@dataclass(frozen=True)
class Rendered:
    """The two bodies of a mail and its subject."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Rendered:
    """Both bodies from the same words."""
    context = {"letter": letter}
    return Rendered(
        subject=letter.subject,
        text=render_to_string("emails/digest.text", context).strip() + "\n",
        html=render_to_string("emails/digest.html", context).strip() + "\n",
    )
