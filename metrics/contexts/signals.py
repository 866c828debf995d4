"""Behaviour signals of a snapshot in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from metrics.contexts.words import STAGE_WORDS
from metrics.core.risk.signals import SignalCode, days_waited
from metrics.core.risk.signals.stages import shorter_on
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
    return stuck_words(signal["detail"], _days(signal, today), formats)


def stuck_words(detail: Mapping[str, str], days: int, formats: Formats) -> str:
    """How long it is in its stage, against how long others took."""
    stage = STAGE_WORDS[Stage(detail["stage"])].lower()
    shorter = shorter_on(detail.get("shorter", ""), days)
    longer = f", longer than {formats.percent(Decimal(shorter) / 100)} of your initiatives took" if shorter else ""
    if detail["median_days"]:
        return f"{days} days in {stage}{longer}; half took at most {detail['median_days']}"
    return f"{days} days in {stage}{longer}; fewer than half have left it yet, so a year is allowed"


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


def _spike(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    amount, usual = (formats.money(detail[name], detail["currency"]) for name in ("amount", "median"))
    return f"Compute of {_month(detail['month'], formats)}: {amount}; a usual month before took {usual}"


def _falling(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    peak, share = (
        f"{formats.percent(detail[name])} in {_month(detail[f'{name}_on'], formats)}" for name in ("peak", "share")
    )
    return f"Use fell from {peak} to {share}"


def _go_live(signal: Stored, formats: Formats, today: date) -> str:
    planned, now = (signal["detail"][name] for name in ("planned", "now_planned"))
    days = (today - date.fromisoformat(planned)).days
    moved = f"; now planned for {_day(now, formats)}" if now not in {"", planned} else ""
    return f"Go-live was planned for {_day(planned, formats)}, {_counted(days, 'day')} ago{moved}"


def _mitigation(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    owner = f" ({detail['owner']})" if detail["owner"] else ""
    named = f"“{detail['what']}”{owner}, due {_day(detail['due'], formats)}"
    if detail["actions"] == "1":
        return f"Action past its due date: {named}"
    return f"{detail['actions']} actions past their due dates, first {named}"


def _target(signal: Stored, formats: Formats, today: date) -> str:
    detail = signal["detail"]
    was, now = (formats.number(detail[name], digits=4) if detail[name] else "none" for name in ("was", "now"))
    later = f" for {_day(detail['now_on'], formats)}" if detail["now_on"] not in {"", detail["on"]} else ""
    return f"{detail['name']}: target {was} for {_day(detail['on'], formats)} was agreed, now {now}{later}"


def _unscored(signal: Stored, formats: Formats, today: date) -> str:
    scored_on = signal["detail"]["scored_on"]
    if not scored_on:
        return "Causes of failure never scored"
    return f"Causes of failure last scored {(today - date.fromisoformat(scored_on)).days} days ago"


def _day(text: str, formats: Formats) -> str:
    return formats.day(date.fromisoformat(text))


def _month(text: str, formats: Formats) -> str:
    return formats.month(date.fromisoformat(text))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


WORDS: Mapping[SignalCode, Callable[[Stored, Formats, date], str]] = {
    SignalCode.OVERSPEND: _overspent,
    SignalCode.COMPUTE_SPIKE: _spike,
    SignalCode.FALLING_ADOPTION: _falling,
    SignalCode.GO_LIVE_OVERDUE: _go_live,
    SignalCode.MITIGATION_OVERDUE: _mitigation,
    SignalCode.STUCK_STAGE: _stuck,
    SignalCode.TARGET_MOVED: _target,
    SignalCode.DORMANT: _dormant,
    SignalCode.NO_ACTUALS: _no_actuals,
    SignalCode.STALE_KPI: _stale,
    SignalCode.ASSESSMENT_OLD: _unscored,
}
