"""The effect on a KPI with all that backs it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.contexts.figures import Shown, shown, written
from metrics.core.reasons import Reason, sentence
from web.formats import Form, Formats


@dataclass(frozen=True)
class EffectShown:
    """A KPI's effect with all that backs it."""

    name: str
    change: str
    range: str
    range95: str
    grade: str
    method: str
    assumption: str
    help: str
    months: str
    share: str
    money: Shown


def effect_shown(stored: Mapping[str, Any], formats: Formats) -> EffectShown:
    """An effect of a snapshot in words."""
    unit = stored["unit"]
    known = stored["effect"] is not None
    return EffectShown(
        name=stored["name"],
        change=written(stored["effect"], unit, formats, signed=True) if known else _reason(stored),
        range=_between(stored, "low", "high", unit, formats),
        range95=_between(stored, "low95", "high95", unit, formats),
        grade=stored["grade"] or "",
        method=stored.get("method", ""),
        assumption=formats.days_in(stored["assumption"]),
        help=stored.get("help", ""),
        months=_months(stored.get("months_needed")),
        share=_share(stored.get("share", "1"), formats),
        money=shown(stored["money_per_month"], formats, form=Form.TABLE, signed=True),
    )


def _reason(stored: Mapping[str, Any]) -> str:
    return sentence(Reason(stored["reason"])) if stored["reason"] else ""


def _between(stored: Mapping[str, Any], low: str, high: str, unit: str, formats: Formats) -> str:
    if stored.get(low) is None or stored.get(high) is None:
        return ""
    ends = [written(stored[end], unit, formats, signed=True) for end in (low, high)]
    return " to ".join(ends)


def _months(needed: int | None) -> str:
    if needed is None:
        return ""
    return "About one more month is needed." if needed == 1 else f"About {needed} more months are needed."


def _share(share: str, formats: Formats) -> str:
    return "" if Decimal(share) == 1 else f"{formats.percent(share)} of the joint change is credited here."
