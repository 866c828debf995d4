"""The verdict in a sentence, made of plain and strong parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from metrics.contexts.figures import Shown, shown, written
from metrics.core.money import minor_unit
from metrics.core.rollup.initiative import Verdict
from web.formats import Form, Formats

Stored = Mapping[str, Mapping[str, Any]]
HUNDRED = Decimal(100)
TONES = {Verdict.LIKELY: "good", Verdict.UNLIKELY: "crit"}


@dataclass(frozen=True)
class Part:
    """A run of words; `tone` is empty for plain ones, else strong, good or crit."""

    text: str
    tone: str = ""


def of_initiative(figures: Stored, verdict: str, currency: str, horizon: int, formats: Formats) -> tuple[Part, ...]:
    """What an initiative returns, to date and over its horizon."""
    if verdict == Verdict.ENDED:
        return (Part("It has ended. "), *to_date(figures, currency, formats))
    ahead, roi = (shown(figures.get(name), formats) for name in ("net", "roi_forecast"))
    if not ahead.is_known or not roi.is_known:
        return to_date(figures, currency, formats)
    return (*to_date(figures, currency, formats), *_ahead(figures, Verdict(verdict), horizon, formats))


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


def _ahead(figures: Stored, verdict: Verdict, horizon: int, formats: Formats) -> tuple[Part, ...]:
    """What is to come. The point leads only where it lies on the side of the hurdle that the word names; else the
    range does, so that word, chance and amounts never contradict each other."""
    net, roi, hurdle = (shown(figures.get(name), formats) for name in ("net", "roi_forecast", "hurdle"))
    aim = _Aim.of(figures, formats)
    over = f" its {horizon} months "
    if net.low is None or net.high is None or verdict == Verdict.UNKNOWN:
        tail = "" if hurdle.is_known else " No hurdle is set."
        return (Part(f" Over{over}it is on course for "), _net(net), Part(f", a return of {roi.text}.{tail}"))
    if leads(verdict, roi.value, hurdle.value):
        return (
            Part(f" Over{over}it is on course for "),
            _net(net),
            Part(f", a return of {roi.text}, and "),
            Part(str(verdict), TONES[verdict]),
            Part(f" {aim.infinitive} ({aim.chance} chance)."),
        )
    ends = " and ".join(written(str(end), figures["net"]["unit"], formats) for end in (net.low, net.high))
    return (
        *_doubt(verdict, aim),
        Part(f" over{over}8 of 10 outcomes net between "),
        Part(ends, "strong"),
        Part("."),
    )


def leads(verdict: Verdict, roi: Decimal | None, hurdle: Decimal | None) -> bool:
    """Whether a forecast return may stand first beside a word about the hurdle."""
    if roi is None or verdict not in {Verdict.LIKELY, Verdict.UNLIKELY}:
        return False
    return (roi >= (hurdle or 0)) == (verdict == Verdict.LIKELY)


@dataclass(frozen=True)
class _Aim:
    """What is to be reached, in two grammars, and the chance of it."""

    infinitive: str
    clause: str
    chance: str

    @classmethod
    def of(cls, figures: Stored, formats: Formats) -> Self:
        hurdle = shown(figures.get("hurdle"), formats)
        name = "chance_clears_hurdle" if hurdle.is_known else "chance_roi_positive"
        chance = shown(figures.get(name), formats).text
        if hurdle.is_known:
            return cls(f"to clear the {hurdle.text} hurdle", f"it clears the {hurdle.text} hurdle", chance)
        return cls("to pay back", "it pays back", chance)


def _doubt(verdict: Verdict, aim: _Aim) -> tuple[Part, ...]:
    if verdict == Verdict.UNCERTAIN:
        return (Part(f" Whether {aim.clause} is "), Part("uncertain", "strong"), Part(f" ({aim.chance} chance):"))
    return (Part(" It is "), Part(str(verdict), TONES[verdict]), Part(f" {aim.infinitive} ({aim.chance} chance):"))


def _net(net: Shown) -> Part:
    return Part(f"{net.text} net", "crit" if net.value is not None and net.value < 0 else "strong")
