"""How a figure is made, with its real numbers: each of them leads to its own page."""

from dataclasses import dataclass
from string import Formatter

from metrics.contexts.figures import figure_url, shown
from metrics.contexts.formulas import FORMULAS
from metrics.models import Snapshot
from web.formats import Formats


@dataclass(frozen=True)
class MadeOf:
    """A figure's label, its formula in words, and its parts, text and address; or the sentence that says why it has
    no value."""

    label: str
    words: str
    parts: tuple[tuple[str, str], ...]


def made_of(snapshot: Snapshot, name: str, formats: Formats) -> MadeOf:
    """The formula of a figure of an initiative with its numbers put in."""
    formula = FORMULAS[name]
    figure = shown(snapshot.figures[name], formats, url=figure_url(snapshot, name))
    pieces = list(Formatter().parse(formula.numbers))
    fields = {field for _, field, _, _ in pieces if field and field != "self"}
    held = {field: shown(snapshot.figures[field], formats, url=figure_url(snapshot, field)) for field in fields}
    if not figure.is_known or not all(each.is_known for each in held.values()):
        return MadeOf(formula.label, formula.words, ((figure.text, figure.url),))
    held["self"] = figure
    parts = [
        part
        for text, field, _, _ in pieces
        for part in ((text, ""), (held[field].text, held[field].url) if field else ("", ""))
        if part[0]
    ]
    return MadeOf(formula.label, formula.words, tuple(parts))
