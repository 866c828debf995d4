"""The verdict in a sentence, made of plain and strong parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.figures import Shown, shown
from metrics.core.money import minor_unit
from metrics.core.rollup.initiative import Verdict
from web.formats import Form, Formats

Stored = Mapping[str, Mapping[str, Any]]
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Part:
    """A run of words; `tone` is empty for plain ones, else strong, good or crit."""

    text: str
    tone: str = ""


def of_initiative(figures: Stored, verdict: str, currency: str, horizon: int, formats: Formats) -> tuple[Part, ...]:
    """What an initiative returns, to date and over its horizon."""
    if verdict == Verdict.ENDED:
        return (Part("It has ended. "), *to_date(figures, currency, formats))
    ahead = shown(figures.get("net"), formats, form=Form.SHORT)
    roi = shown(figures.get("roi_forecast"), formats)
    if not ahead.is_known or not roi.is_known:
        return to_date(figures, currency, formats)
    return (
        *to_date(figures, currency, formats),
        Part(" Over its "),
        Part(f"{horizon} months it is on course for "),
        Part(f"{ahead.text} net", "crit" if verdict == Verdict.LOSES else "strong"),
        *_against_hurdle(roi, shown(figures.get("hurdle"), formats), verdict),
    )


def to_date(figures: Stored, currency: str, formats: Formats) -> tuple[Part, ...]:
    """What came back so far for each unit of money spent; only proven money counts."""
    spent, roi = shown(figures.get("cost_to_date"), formats), shown(figures.get("roi_to_date"), formats)
    if not spent.is_known:
        return (Part(f"{spent.text} A return cannot be worked out without it."),)
    if roi.value is None:
        return (Part(roi.text),)
    if roi.value == -1:
        indicated = shown(figures.get("benefit_claimed"), formats)
        more = f" {indicated.text} is claimed or only indicated." if indicated.is_known else ""
        return (Part(f"{spent.text} spent", "strong"), Part(f" so far, and no benefit is proven yet.{more}"))
    tone = "good" if roi.value >= 0 else "crit"
    return (
        Part(f"{back(roi.value, currency, formats)} back", tone),
        Part(f" for each {each(currency, formats)} spent so far."),
    )


def back(roi: Decimal, currency: str, formats: Formats) -> str:
    """What one unit of money brings back at a return; a hundred units where the currency has no smaller ones."""
    return formats.money((1 + roi) * _unit(currency), currency, Form.EXACT)


def each(currency: str, formats: Formats) -> str:
    """The unit of money that `back` speaks of."""
    return formats.money(_unit(currency), currency, Form.FULL)


def _unit(currency: str) -> Decimal:
    return HUNDRED if minor_unit(currency) == 0 else Decimal(1)


def _against_hurdle(roi: Shown, hurdle: Shown, verdict: str) -> tuple[Part, ...]:
    if not hurdle.is_known:
        return (Part(f", a return of {roi.text}. No hurdle is set."),)
    words = {Verdict.CLEARS: "above", Verdict.SHORT: "below", Verdict.LOSES: "below"}.get(Verdict(verdict), "against")
    return (Part(f", a return of {roi.text}, {words} the {hurdle.text} hurdle."),)
