"""Behaviour signals of a snapshot in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics.contexts.words import STAGE_WORDS
from metrics.core.risk.signals import SignalCode
from portfolio.choices import Stage
from web.formats import Formats

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class ShownSignal:
    """One warning: what, since when, and what ends it."""

    words: str
    since: str
    cure: str


def signals_of(stored: Iterable[Stored], formats: Formats) -> tuple[ShownSignal, ...]:
    """Every signal of a snapshot."""
    return tuple(
        ShownSignal(_words(signal, formats), formats.day(date.fromisoformat(signal["since"])), signal["cure"])
        for signal in stored
    )


def reasons(stored: Iterable[Stored], formats: Formats) -> list[str]:
    """The signals' words alone, for a list."""
    return [_words(signal, formats) for signal in stored]


def _words(signal: Stored, formats: Formats) -> str:
    return WORDS[SignalCode(signal["code"])](signal["detail"], formats)


def _stale(detail: Mapping[str, str], formats: Formats) -> str:
    return f"{detail['name']}: no reading for {detail['days']} days"


def _stuck(detail: Mapping[str, str], formats: Formats) -> str:
    stage = STAGE_WORDS[Stage(detail["stage"])].lower()
    return f"{detail['days']} days in {stage}; the portfolio's median is {detail['median_days']}"


def _overspent(detail: Mapping[str, str], formats: Formats) -> str:
    over = formats.money(detail["over"], detail["currency"])
    return f"Spent {over} over plan to date ({formats.percent(detail['share'], signed=True)})"


def _no_actuals(detail: Mapping[str, str], formats: Formats) -> str:
    several = detail["months"] != "1"
    first = formats.month(date.fromisoformat(detail["first"]))
    return f"No actual cost for {detail['months']} closed month{'s' * several}, first {first}"


def _dormant(detail: Mapping[str, str], formats: Formats) -> str:
    return f"Nothing recorded for {detail['days']} days"


WORDS: Mapping[SignalCode, Callable[[Mapping[str, str], Formats], str]] = {
    SignalCode.STALE_KPI: _stale,
    SignalCode.STUCK_STAGE: _stuck,
    SignalCode.OVERSPEND: _overspent,
    SignalCode.NO_ACTUALS: _no_actuals,
    SignalCode.DORMANT: _dormant,
}
