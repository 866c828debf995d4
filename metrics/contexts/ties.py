"""Whether a figure is the sum of its parts, in words."""

from dataclasses import dataclass
from decimal import Decimal

from metrics.core.money import minor_unit
from web.formats import Form, Formats


@dataclass(frozen=True)
class Tie:
    """A figure against the sum of its parts; empty words where there is nothing to compare."""

    words: str = ""
    is_broken: bool = False


def tie_of(figure: Decimal, total: Decimal, parts: str, currency: str, formats: Formats, *, rounded: int = 0) -> Tie:
    """The figure against `total`, the sum of its `parts` ("months").

    The figure was rounded once to the smallest unit of its currency, and so were `rounded` of its parts: each may
    be half a unit off.
    """
    difference = figure - total
    if abs(difference) <= _half_a_unit(currency):
        return Tie(f"The sum of the {parts} is the figure.")
    if abs(difference) <= _half_a_unit(currency) * (rounded + 1):
        return Tie(f"The {parts} are rounded one by one, so their sum differs from the figure by rounding.")
    written = formats.money(abs(difference), currency, Form.EXACT)
    side = "more" if difference > 0 else "less"
    return Tie(f"The figure does not tie: it is {written} {side} than the sum of its {parts}.", is_broken=True)


def _half_a_unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_unit(currency)) / 2
