"""Behaviour signals of a snapshot in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from metrics.contexts.words import STAGE_WORDS
from metrics.core.risk.signals import SignalCode, days_waited
from portfolio.choices import Stage
from web.formats import Formats

Stored = Mapping[str, Any]


@dataclass(frozen=True)
class ShownSignal:
    """One warning: what, since when, and what ends it."""

    words: str
    since: str
    cure: str


def signals_of(stored: Iterable[Stored], formats: Formats, today: date) -> tuple[ShownSignal, ...]:
    """Every signal of a snapshot, its days counted up to `today`."""
    return tuple(
        ShownSignal(_words(signal, formats, today), formats.day(date.fromisoformat(signal["since"])), signal["cure"])
        for signal in stored
    )


def reasons(stored: Iterable[Stored], formats: Formats, today: date) -> list[str]:
    """The signals' words alone, for a list."""
    return [_words(signal, formats, today) for signal in stored]


def _days(signal: Stored, today: date) -> int:
    return days_waited(date.fromisoformat(signal["since"]), int(signal["detail"]["allowed_days"]), today)


def _words(signal: Stored, formats: Formats, today: date) -> str:
    return WORDS[SignalCode(signal["code"])](signal, formats, today)


def _stale(signal: Stored, formats: Formats, today: date) -> str:
    return f"{signal['detail']['name']}: no reading for {_days(signal, today)} days"


def _stuck(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    stage = STAGE_WORDS[Stage(detail["stage"])].lower()
    return f"{_days(signal, today)} days in {stage}; the portfolio's median is {detail['median_days']}"


def _overspent(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    over = formats.money(detail["over"], detail["currency"])
    return f"Spent {over} over plan to date ({formats.percent(detail['share'], signed=True)})"


def _no_actuals(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    several = detail["months"] != "1"
    first = formats.month(date.fromisoformat(detail["first"]))
    return f"No actual cost for {detail['months']} closed month{'s' * several}, first {first}"


def _dormant(signal: Stored, formats: Formats, today: date) -> str:
    last = date.fromisoformat(signal["detail"]["last_activity"])
    return f"Nothing recorded for {(today - last).days} days"


WORDS: Mapping[SignalCode, Callable[[Stored, Formats, date], str]] = {
    SignalCode.STALE_KPI: _stale,
    SignalCode.STUCK_STAGE: _stuck,
    SignalCode.OVERSPEND: _overspent,
    SignalCode.NO_ACTUALS: _no_actuals,
    SignalCode.DORMANT: _dormant,
}
