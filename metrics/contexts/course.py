"""What the value counts of the lines ahead, in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from metrics.models import Snapshot
from web.formats import Formats


def course_words(snapshot: Snapshot, formats: Formats) -> str:
    """The share of plans that counts, and what the middles of the recorded drivers do to lines ahead."""
    returns, drivers = snapshot.returns, snapshot.outlook.get("drivers", {})
    sentences = [_share_words(returns, formats) if "benefit" not in drivers else "", _driver_words(returns, formats)]
    return " ".join(words for words in sentences if words)


def _share_words(returns: Mapping[str, Any], formats: Formats) -> str:
    share = returns.get("realised_share")
    if not share:
        return ""
    cases = returns.get("realised_cases", 0)
    own = f", moved by {cases} closed initiatives of your own" if cases else ""
    return f"Planned benefits ahead count at {formats.percent(share)}: what plans bring in the middle case{own}."


def _driver_words(returns: Mapping[str, Any], formats: Formats) -> str:
    parts = list(_parts(returns.get("course", {}), formats))
    if not parts:
        return ""
    return f"At the middle of the recorded drivers, {_joined(parts)}."


def _parts(course: Mapping[str, Any], formats: Formats) -> Iterable[str]:
    if Decimal(course.get("cost", 1)) != 1:
        yield f"costs ahead count at {formats.percent(course['cost'])}"
    if Decimal(course.get("forecast", 1)) != 1:
        yield f"lines of benefits at {formats.percent(course['forecast'])}"
    if course.get("late"):
        yield f"benefits come {_months(course['late'])} later"
    if course.get("ramp"):
        yield f"use takes {_months(course['ramp'])} to grow"
    if Decimal(course.get("decay", 0)):
        yield f"benefits shrink by {formats.percent(course['decay'])} a year"


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"


def _joined(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
