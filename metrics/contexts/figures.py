"""A stored figure as words: its value with range and grade, or its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from metrics.core.reasons import Reason, sentence
from metrics.core.results import COUNT, MONTHS, PROBABILITY, RATIO
from metrics.core.types import Grade
from metrics.models import PortfolioSnapshot, Snapshot
from metrics.selectors import figure_id
from web.formats import Form, Formats

GRADE_WORDS = {
    Grade.LEDGER: "confirmed in the ledger",
    Grade.RANDOMISED: "grade A, randomised comparison",
    Grade.CONTROLLED: "grade B, compared with controls",
    Grade.SERIES: "grade C, own history",
    Grade.BEFORE_AFTER: "grade D, before and after only",
    Grade.CLAIM: "grade E, claimed",
}
NO_FIGURES_YET = "Figures are being worked out."


@dataclass(frozen=True)
class Shown:
    """A figure as a page prints it.

    Args:
        text: the value in the reader's format, or the sentence that says why there is none.
        is_known: whether there is a value.
        value: the value itself, for marks on an axis.
        low: lower end of its range, if it has one.
        high: upper end of its range.
        range: the range in words.
        grade: the evidence in words.
        age: how old it is, where that matters.
        url: the page of its inputs.
    """

    text: str
    is_known: bool
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    range: str = ""
    grade: str = ""
    age: str = ""
    url: str = ""


NOT_YET = Shown(NO_FIGURES_YET, is_known=False)


def shown(
    stored: Mapping[str, Any] | None, formats: Formats, *, form: Form = Form.SHORT, signed: bool = False, url: str = ""
) -> Shown:
    """A figure of a snapshot ({value, unit, low, high, level, reason, grade, detail}) in the reader's words."""
    if stored is None:
        return NOT_YET
    if stored["value"] is None:
        return Shown(sentence(Reason(stored["reason"]), stored.get("detail")), is_known=False, url=url)
    low, high = _decimal(stored.get("low")), _decimal(stored.get("high"))
    return Shown(
        text=written(stored["value"], stored["unit"], formats, form=form, signed=signed),
        is_known=True,
        value=_decimal(stored["value"]),
        low=low,
        high=high,
        range=_range(stored, formats, form) if low is not None and high is not None and low != high else "",
        grade=GRADE_WORDS[Grade(stored["grade"])] if stored.get("grade") else "",
        url=url,
    )


def figure_url(snapshot: Snapshot | PortfolioSnapshot, name: str) -> str:
    """The page that shows how the figure was made."""
    return reverse("figure", args=[figure_id(snapshot, name)])


def figures_of(snapshot: Snapshot, formats: Formats) -> dict[str, Shown]:
    """Every figure of a snapshot by name, each with the way to its inputs."""
    return {name: shown(figure, formats, url=figure_url(snapshot, name)) for name, figure in snapshot.figures.items()}


def written(value: str, unit: str, formats: Formats, *, form: Form = Form.SHORT, signed: bool = False) -> str:
    """A value of a unit in the reader's format."""
    if unit == PROBABILITY:
        return formats.chance(value)
    if unit == RATIO:
        return formats.percent(value, signed=signed)
    if unit == MONTHS:
        return f"{formats.number(value, digits=1)} months"
    if unit == COUNT:
        return formats.number(value, digits=0)
    if len(unit) == 3 and unit.isupper():
        return formats.money(value, unit, form, signed=signed)
    return f"{formats.quantity(value, signed=signed)} {unit}".strip()


def _range(stored: Mapping[str, Any], formats: Formats, form: Form) -> str:
    low, high = (written(stored[end], stored["unit"], formats, form=form) for end in ("low", "high"))
    level = formats.percent(stored["level"]) if stored.get("level") else ""
    return f"{level} range {low} to {high}".strip()


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
